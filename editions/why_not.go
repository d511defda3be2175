package editions

import (
	"fmt"
	"strings"
	"time"

	"corridor/articles"
	"corridor/subscribers"
)

// articleStops returns the reason why no digest contains the article, or "".
func articleStops(a whyArticle) string {
	switch {
	case a.State == articles.Held:
		return "The article is held; readers get it once it is released."
	case a.State == articles.Withdrawn:
		return "The article is withdrawn."
	case !a.ReleaseNo.Valid:
		return "The article was never released."
	case !a.Newsworthy:
		return "The article is not news: it was old, or without a date, when it was first seen, and so joins feeds and archive but no digest."
	}
	return ""
}

// readerStops returns the reasons why the reader gets no digest.
func (s *Store) readerStops(r whyReader, now time.Time) []string {
	var reasons []string
	switch r.State {
	case subscribers.Pending:
		reasons = append(reasons, "The reader has not confirmed their address yet.")
	case subscribers.Left:
		if r.LeftAt.Valid {
			reasons = append(reasons, "The reader left on "+s.moment(r.LeftAt.Time)+".")
		} else {
			reasons = append(reasons, "The reader has left.")
		}
	}
	if r.Suppressed.Valid {
		reasons = append(reasons, suppressedSentence(r.Suppressed.String, r.Detail))
	} else if r.FirstHard.Valid {
		reasons = append(reasons, "An email to the reader bounced on "+s.moment(r.FirstHard.Time)+" though many had arrived; they are written to until a second one does.")
	}
	if r.PausedUntil.Valid && r.PausedUntil.Time.After(now) {
		reasons = append(reasons, "The reader has paused until "+s.moment(r.PausedUntil.Time)+"; then they get what they missed.")
	}
	return reasons
}

// suppressedSentence returns a sentence about a suppression with the words of the mail
// server, or of staff.
func suppressedSentence(reason, detail string) string {
	words := strings.ReplaceAll(reason, "_", " ")
	if reason == string(subscribers.SoftBounces) {
		words += ": the last emails failed"
	}
	if detail != "" {
		detail = ": " + oneLine(detail)
	}
	return fmt.Sprintf("The address is suppressed (%s) and is not written to%s.", words, detail)
}

// mismatches returns a sentence for each dimension in which the article does not match the
// reader's preferences.
func (s *Store) mismatches(r whyReader, a whyArticle) []string {
	var reasons []string
	for _, d := range []struct {
		name           string
		chosen, labels []string
		known          []Label
	}{{"program", r.Programs, a.Programs, s.opts.Programs}, {"region", r.Regions, a.Regions, s.opts.Regions}} {
		if articles.Takes(d.chosen, d.labels) {
			continue
		}
		has := "has no " + d.name
		if len(d.labels) > 0 {
			has = "is labelled " + joinAnd(names(d.known, d.labels))
		}
		reasons = append(reasons, fmt.Sprintf("It does not match by %s: the reader follows %s, the article %s.", d.name, joinAnd(names(d.known, d.chosen)), has))
	}
	return reasons
}

// prospect returns a sentence that says when the reader gets a matching article, or why
// the reader will not get it.
func (s *Store) prospect(r whyReader, a whyArticle, tried bool, now time.Time) string {
	considered := r.Seen.Valid && a.ReleaseNo.Int64 <= r.Seen.Int64
	switch {
	case considered && tried:
		return "It comes again with their next digest, unless that was taken up already."
	case considered:
		return fmt.Sprintf("It was released on %s, before their last digest was planned, and was not for them then: their choices or its labels have changed since.", s.moment(a.ReleasedAt.Time))
	case r.State != subscribers.Active || r.Suppressed.Valid:
		return "But for that it would be sent to them: it matches."
	case !r.Seen.Valid && !s.inFirstDigest(r, a, now):
		return fmt.Sprintf("It was released on %s, before what their first digest reaches back to.", s.moment(a.NewsAt.Time))
	case r.Frequency == Instant:
		return "It matches, and goes out some minutes after its release."
	}
	if next, ok := s.nextDue(r, now); ok {
		return fmt.Sprintf("It matches, and will be in their next %s digest, due on %s.", r.Frequency, s.moment(next))
	}
	return fmt.Sprintf("It matches, and will be in their next %s digest.", r.Frequency)
}

func (s *Store) inFirstDigest(r whyReader, a whyArticle, now time.Time) bool {
	if r.HadUntil.Valid {
		return a.NewsAt.Time.After(r.HadUntil.Time)
	}
	if r.Frequency == Instant {
		return a.NewsAt.Time.After(r.ConfirmedAt.Time)
	}
	if next, ok := s.nextDue(r, now); ok {
		now = next
	}
	return a.NewsAt.Time.After(now.Add(-firstWindow[r.Frequency]))
}

// nextDue returns the time at which the reader's next digest is planned.
func (s *Store) nextDue(r whyReader, now time.Time) (time.Time, bool) {
	schedule, ok := s.opts.Schedules[r.Frequency]
	if !ok {
		return time.Time{}, false
	}
	zone := s.location(r.TimeZone)
	next := schedule.Next(schedule.Period(now, zone))
	if r.PausedUntil.Valid {
		for !next.IsZero() && Due(next, zone).Before(r.PausedUntil.Time) {
			next = schedule.Next(next)
		}
	}
	if next.IsZero() {
		return time.Time{}, false
	}
	return Due(next, zone), true
}
