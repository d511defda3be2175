package config

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Length is a duration, written like "90s", "15m", "4h", "14d" or "1d12h".
type Length time.Duration

var _ encoding.TextUnmarshaler = (*Length)(nil)

func days(n int) Length { return Length(time.Duration(n) * 24 * time.Hour) }

// UnmarshalText reads a duration of at most a hundred years.
func (l *Length) UnmarshalText(text []byte) error {
	wrong := fmt.Errorf(`%q is not a length of time; write it like "90s", "15m", "4h" or "14d"`, text)
	s, total := string(text), time.Duration(0)
	if s == "" {
		return wrong
	}
	if d, rest, found := strings.Cut(s, "d"); found {
		n, err := strconv.ParseUint(d, 10, 16)
		if err != nil || n > 36500 {
			return wrong
		}
		total, s = time.Duration(n)*24*time.Hour, rest
	}
	if s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 || d > 36500*24*time.Hour {
			return wrong
		}
		total += d
	}
	*l = Length(total)
	return nil
}

// MarshalText writes the duration in the form that UnmarshalText reads.
func (l Length) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// String writes the duration in its largest whole unit.
func (l Length) String() string {
	d := time.Duration(l)
	switch {
	case d > 0 && d%(24*time.Hour) == 0:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	case d > 0 && d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d > 0 && d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return d.String()
}
