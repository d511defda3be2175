package logging

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// address matches an email address. The first alternative matches the account of a web
// address whose password is hidden already, which stays.
var address = regexp.MustCompile(`://[^\s/@:]*:xxxxx@|(?:"[^"\r\n]*"|[^\s<>()\[\],;:"'/\\@]+)@[^\s<>()\[\],;:"'/\\]+`)

// instead is written in place of an address.
const instead = "[address]"

// Redact replaces the email addresses in a text. A mail server's reply quotes the address that
// it refuses.
func Redact(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return address.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "://") {
			return found
		}
		return instead
	})
}

// withoutAddresses returns r without email addresses.
func withoutAddresses(r slog.Record) slog.Record {
	clean := slog.NewRecord(r.Time, r.Level, Redact(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(withoutAddress(a))
		return true
	})
	return clean
}

func withoutAddress(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Redact(a.Value.String()))
	case slog.KindGroup:
		group := a.Value.Group()
		clean := make([]slog.Attr, len(group))
		for i, inner := range group {
			clean[i] = withoutAddress(inner)
		}
		a.Value = slog.GroupValue(clean...)
	case slog.KindAny:
		if text := fmt.Sprint(a.Value.Any()); strings.Contains(text, "@") {
			a.Value = slog.StringValue(Redact(text))
		}
	}
	return a
}
