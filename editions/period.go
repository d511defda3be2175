package editions

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// wallLayout is the format of a wall-clock time, which has no zone.
const wallLayout = "2006-01-02T15:04:05"

// Schedule is a cron line with wall-clock times as ticks. The clocks of each zone reach a tick
// at a different moment. A wall-clock time is held as a [time.Time] in UTC, where no hour
// is skipped or repeated.
type Schedule struct{ spec *cron.SpecSchedule }

// ParseSchedule parses a cron line of five fields (minute, hour, day of month, month, day of
// week) or a name such as @daily. It refuses a line without any tick, a line with a time
// zone (each reader's zone applies) and @every, which has no wall-clock times.
func ParseSchedule(line string) (Schedule, error) {
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return Schedule{}, errors.New(`the cron line is empty; write one like "0 7 * * 1-5"`)
	case strings.Contains(line, "TZ="):
		return Schedule{}, fmt.Errorf("cron line %q names a time zone; leave it out: each reader's own clock counts", line)
	}
	schedule, err := cron.ParseStandard(line)
	if err != nil {
		return Schedule{}, fmt.Errorf(`cron line %q: %w; write one like "0 7 * * 1-5"`, line, err)
	}
	spec, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return Schedule{}, fmt.Errorf(`cron line %q has no place in the calendar; write one like "0 7 * * 1-5"`, line)
	}
	spec.Location = time.UTC
	if spec.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, fmt.Errorf("cron line %q never comes: no year has such a day", line)
	}
	return Schedule{spec}, nil
}

// Latest returns the last tick at or before the wall-clock time wall. It returns the zero
// time if no tick was in the eight years before, which is the longest time between two
// 29 Februaries.
func (s Schedule) Latest(wall time.Time) time.Time {
	const longest = 9 * 366 * 24 * time.Hour
	for back := time.Minute; back < 2*longest; back *= 2 {
		tick := s.Next(wall.Add(-back))
		if tick.IsZero() || tick.After(wall) {
			continue
		}
		for next := s.Next(tick); !next.IsZero() && !next.After(wall); next = s.Next(tick) {
			tick = next
		}
		return tick
	}
	return time.Time{}
}

// Next returns the first tick after the wall-clock time wall.
func (s Schedule) Next(wall time.Time) time.Time { return s.spec.Next(wall) }

// Period returns the period of a zone at now: the latest tick that the zone's clocks have
// reached. It returns the zero time if there is none.
func (s Schedule) Period(now time.Time, zone *time.Location) time.Time {
	period := s.Latest(Wall(now, zone))
	// After clocks are set back, the wall-clock time is earlier than one already reached.
	// The tick that was reached in the first pass of the repeated hour stays reached.
	for !period.IsZero() {
		next := s.Next(period)
		if next.IsZero() || Due(next, zone).After(now) {
			break
		}
		period = next
	}
	return period
}

// Wall returns the wall-clock time of zone at t, as a time in UTC.
func Wall(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Due returns the moment at which the clocks of zone first reach the wall-clock time wall.
// In a repeated hour it is the first of the two moments; in a skipped hour it is the moment
// of the change.
func Due(wall time.Time, zone *time.Location) time.Time {
	// No zone differs from UTC by more than 15 hours, and no zone changes its offset twice
	// within days. So wall can only be at one of these two offsets.
	_, before := wall.Add(-26 * time.Hour).In(zone).Zone()
	_, after := wall.Add(26 * time.Hour).In(zone).Zone()
	early := wall.Add(-time.Duration(max(before, after)) * time.Second)
	late := wall.Add(-time.Duration(min(before, after)) * time.Second)
	for _, t := range []time.Time{early, late} {
		if Wall(t, zone).Equal(wall) {
			return t.In(zone)
		}
	}
	start, _ := late.In(zone).ZoneBounds()
	return start
}
