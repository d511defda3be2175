package editions

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// wallLayout writes a wall-clock time, which is the same text in every zone.
const wallLayout = "2006-01-02T15:04:05"

// Line is a cron line read as a calendar: its ticks are wall-clock times, which every
// zone's clocks reach at a moment of their own. Wall-clock times are held as a
// [time.Time] in UTC, where no hour is missing or comes twice.
type Line struct{ spec *cron.SpecSchedule }

// ParseLine reads a cron line of five fields (minute, hour, day of month, month, day
// of week) or a name such as @daily. It refuses a line that never ticks, a zone (the
// readers' own clocks are what counts) and @every, which has no calendar.
func ParseLine(line string) (Line, error) {
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return Line{}, errors.New(`the cron line is empty; write one like "0 7 * * 1-5"`)
	case strings.Contains(line, "TZ="):
		return Line{}, fmt.Errorf("cron line %q names a time zone; leave it out: each reader's own clock counts", line)
	}
	schedule, err := cron.ParseStandard(line)
	if err != nil {
		return Line{}, fmt.Errorf(`cron line %q: %w; write one like "0 7 * * 1-5"`, line, err)
	}
	spec, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return Line{}, fmt.Errorf(`cron line %q has no place in the calendar; write one like "0 7 * * 1-5"`, line)
	}
	spec.Location = time.UTC
	if spec.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Line{}, fmt.Errorf("cron line %q never comes: no year has such a day", line)
	}
	return Line{spec}, nil
}

// Latest is the last tick at or before the wall-clock time wall; zero if there was
// none in the eight years before, which is the longest that a 29 February is away.
func (l Line) Latest(wall time.Time) time.Time {
	const longest = 9 * 366 * 24 * time.Hour
	for back := time.Minute; back < 2*longest; back *= 2 {
		tick := l.Next(wall.Add(-back))
		if tick.IsZero() || tick.After(wall) {
			continue
		}
		for next := l.Next(tick); !next.IsZero() && !next.After(wall); next = l.Next(tick) {
			tick = next
		}
		return tick
	}
	return time.Time{}
}

// Next is the first tick after the wall-clock time wall.
func (l Line) Next(wall time.Time) time.Time { return l.spec.Next(wall) }

// Period is the period that clocks in zone are in at now: the latest tick that they
// have reached. Zero if there is none.
func (l Line) Period(now time.Time, zone *time.Location) time.Time {
	period := l.Latest(Wall(now, zone))
	// After a clock was set back, wall time reads earlier than what it has already
	// reached, and the tick of the hour that comes twice must not be undone.
	for !period.IsZero() {
		next := l.Next(period)
		if next.IsZero() || Due(next, zone).After(now) {
			break
		}
		period = next
	}
	return period
}

// Wall is what a clock in zone shows at t, as a time in UTC.
func Wall(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Due is the moment at which clocks in zone first reach the wall-clock time wall: the
// first of two where an hour comes twice, the moment of the change where clocks skip it.
func Due(wall time.Time, zone *time.Location) time.Time {
	// No zone is further than 15 hours from UTC, and none changes twice within days:
	// these two offsets are the only ones that wall can be in.
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
