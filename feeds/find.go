package feeds

import (
	"context"
	"errors"
	"slices"
)

// Errors of [Publisher.Find].
var (
	ErrNoFeed = errors.New("feeds: no such feed")
	ErrGone   = errors.New("feeds: this feed has ended")
)

// Moved is the error for a program or region that was renamed.
type Moved struct{ To Topic }

// Error names the new path.
func (m Moved) Error() string { return "feeds: moved to " + m.To.Path() }

// Find returns nil if the feed exists; [Moved] if a slug was renamed; [ErrGone] if a
// program or region was offered formerly, or is a label of an article, and is not offered
// now; [ErrNoFeed]; or the database's error. Find does not check readers' feeds.
func (p *Publisher) Find(ctx context.Context, t Topic) error {
	if t.Kind == All {
		return nil
	}
	k, err := p.current(ctx)
	if err != nil {
		return err
	}
	borne := func(is func(*card) bool) bool { return slices.ContainsFunc(k.cards, is) }
	now := t
	var gone, unknown bool
	if t.Kind == Program || t.Kind == Crossing {
		var known bool
		if now.Program, known = current(p.o.Programs, t.Program); !known {
			unknown = true
			gone = gone || k.offered[labelKey{Program, t.Program}] || borne(func(c *card) bool { return has(c.programs, t.Program) || has(c.past.programs, t.Program) })
		}
	}
	if t.Kind == Region || t.Kind == Crossing {
		var known bool
		if now.Region, known = current(p.o.Regions, t.Region); !known {
			unknown = true
			gone = gone || k.offered[labelKey{Region, t.Region}] || borne(func(c *card) bool { return has(c.regions, t.Region) || has(c.past.regions, t.Region) })
		}
	}
	if t.Kind == Author && !borne(func(c *card) bool { return (c.released || c.withdrawn.IsZero()) && has(c.authors, t.Author) }) {
		unknown = true
		gone = borne(func(c *card) bool { return has(c.authors, t.Author) || has(c.past.authors, t.Author) })
	}
	switch {
	case gone:
		return ErrGone
	case unknown:
		return ErrNoFeed
	case now != t:
		return Moved{now}
	}
	return nil
}

// current returns the current slug for a current or former slug.
func current(labels []Label, slug string) (string, bool) {
	for _, l := range labels {
		if l.Slug == slug {
			return slug, true
		}
	}
	for _, l := range labels {
		if slices.Contains(l.Former, slug) {
			return l.Slug, true
		}
	}
	return slug, false
}
