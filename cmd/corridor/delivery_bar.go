package main

import (
	"fmt"
	"io"
	"time"

	"corridor/editions"

	"github.com/schollz/progressbar/v3"
)

// deliveryBar shows the progress of an edition on a terminal. It computes the rate itself,
// because the library would count the deliveries from before the command.
type deliveryBar struct {
	to   io.Writer
	bar  *progressbar.ProgressBar
	at   time.Time
	open int64
}

// show draws the counts of e.
func (b *deliveryBar) show(e editions.Edition, now time.Time) {
	c := e.Counts
	if b.bar == nil {
		b.bar = progressbar.NewOptions64(c.Planned, progressbar.OptionSetWriter(b.to), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish())
	}
	b.bar.Describe(fmt.Sprintf("edition %d: %s%d deferred, %d failed", e.ID, b.pace(c.Open(), now), c.Deferred, c.Failed+c.Bounced))
	_ = b.bar.Set64(c.Planned - c.Open())
	b.at, b.open = now, c.Open()
}

// pace returns the rate since the last call and the time left at that rate, or "" when no
// delivery has ended since.
func (b *deliveryBar) pace(open int64, now time.Time) string {
	if b.at.IsZero() || open >= b.open || !now.After(b.at) {
		return ""
	}
	rate := float64(b.open-open) / now.Sub(b.at).Seconds()
	left := time.Duration(float64(open) / rate * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("%.0f emails/s, %s left, ", rate, left)
}

func (b *deliveryBar) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
