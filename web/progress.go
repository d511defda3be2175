package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"corridor/editions"
)

// progressEvery is the interval between two events of progress.
const progressEvery = time.Second

// editionProgress is the progress of an edition, as sent to pages.
type editionProgress struct {
	ID      int64          `json:"id"`
	State   editions.State `json:"state"`
	Planned int64          `json:"planned"`
	Sent    int64          `json:"sent"`
	Queue   int64          `json:"queue"` // queued and sending
	Failed  int64          `json:"failed"`
	Rate    float64        `json:"rate"`                   // emails a second since the previous event
	Left    float64        `json:"left_seconds,omitempty"` // at that rate; 0 if unknown

	Deferred  int64 `json:"deferred"`
	Bounced   int64 `json:"bounced"`
	Skipped   int64 `json:"skipped"`
	Uncertain int64 `json:"uncertain"`
}

// progress sends the progress of the newest editions to a page on this machine: a
// server-sent event whenever a count changes.
func (s *Server) progress(w http.ResponseWriter, r *http.Request) error {
	if !s.fromHere(r) {
		return errNoPage
	}
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Time{}); err != nil { // the stream stays open
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	var meter progressMeter
	last := ""
	for {
		list, err := s.Editions.List(r.Context(), 10)
		if err != nil {
			return nil //nolint:nilerr // the page asks again
		}
		text, err := json.Marshal(meter.read(list, s.Now()))
		if err != nil {
			return nil //nolint:nilerr // cannot be
		}
		if string(text) != last {
			last = string(text)
			if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil {
				return nil //nolint:nilerr // the page is gone
			}
			if err := control.Flush(); err != nil {
				return nil //nolint:nilerr // the page is gone
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-s.closing:
			return nil
		case <-tick.C:
		}
	}
}

// progressMeter remembers the previous counts, for rates.
type progressMeter struct {
	at   time.Time
	open map[int64]int64
}

func (m *progressMeter) read(list []editions.Edition, now time.Time) []editionProgress {
	open := map[int64]int64{}
	events := []editionProgress{}
	for _, e := range list {
		c := e.Counts
		p := editionProgress{
			ID: e.ID, State: e.State, Planned: c.Planned, Sent: c.Sent, Queue: c.Queued + c.Sending, Failed: c.Failed,
			Deferred: c.Deferred, Bounced: c.Bounced, Skipped: c.Skipped, Uncertain: c.Uncertain,
		}
		open[e.ID] = c.Open()
		if before, known := m.open[e.ID]; known && before > c.Open() && now.After(m.at) {
			p.Rate = float64(before-c.Open()) / now.Sub(m.at).Seconds()
			p.Left = float64(c.Open()) / p.Rate
		}
		events = append(events, p)
	}
	m.at, m.open = now, open
	return events
}
