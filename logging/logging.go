// Package logging writes the log: text or JSON lines, a level that can change while the
// program runs, and no email address above debug.
package logging

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
)

// Handler is a [slog.Handler] whose level and format can change at any time, for all loggers
// that were derived from it. [New] makes one.
type Handler struct {
	settings   *settings
	text, json slog.Handler
}

// settings are shared by all handlers derived from one.
type settings struct {
	level slog.LevelVar
	json  atomic.Bool
}

// The formats of the log.
const (
	Text = "text" // key=value
	JSON = "json" // an object in each line, with the same keys
)

// Formats lists the formats.
func Formats() []string { return []string{Text, JSON} }

// Levels lists the names of the levels, the most talkative first.
func Levels() []string { return []string{"debug", "info", "warn", "error"} }

// New returns a handler that writes text lines of level info and above to out.
func New(out io.Writer) *Handler {
	all := slog.HandlerOptions{Level: slog.Level(-100)} // Enabled decides
	inWords := all
	inWords.ReplaceAttr = durationInWords
	return &Handler{&settings{}, slog.NewTextHandler(out, &all), slog.NewJSONHandler(out, &inWords)}
}

// durationInWords writes a duration as text lines do, like "23s", instead of nanoseconds.
func durationInWords(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// SetLevel sets the least level that is written, one of [Levels].
func (h *Handler) SetLevel(name string) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(name)); err != nil {
		return fmt.Errorf("logging: no level %q; levels are %s", name, strings.Join(Levels(), ", "))
	}
	h.settings.level.Set(level)
	return nil
}

// SetFormat sets the format, one of [Formats].
func (h *Handler) SetFormat(name string) error {
	if name != Text && name != JSON {
		return fmt.Errorf("logging: no format %q; formats are %s", name, strings.Join(Formats(), ", "))
	}
	h.settings.json.Store(name == JSON)
	return nil
}

// Enabled reports whether records of a level are written.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.settings.level.Level()
}

// Handle writes a record. Above debug, every email address in it is replaced.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level > slog.LevelDebug {
		r = withoutAddresses(r)
	}
	if h.settings.json.Load() {
		return h.json.Handle(ctx, r)
	}
	return h.text.Handle(ctx, r)
}

// WithAttrs returns a handler that adds attrs to each record. Email addresses in attrs are
// replaced at every level.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = withoutAddress(a)
	}
	return &Handler{h.settings, h.text.WithAttrs(clean), h.json.WithAttrs(clean)}
}

// WithGroup returns a handler whose records have their attributes in a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.settings, h.text.WithGroup(name), h.json.WithGroup(name)}
}
