package feeds

import (
	"strings"

	"corridor/articles"
)

// Name is the feed's subject, like "Energy and Economy Program in Central Asia". A
// label without a name appears as its slug.
func (p *Publisher) Name(t Topic) string {
	switch t.Kind {
	case Program:
		return p.programName(t.Program)
	case Region:
		return p.regionName(t.Region)
	case Crossing:
		return p.programName(t.Program) + " in " + p.regionName(t.Region)
	case Author:
		return p.authorName(t.Author)
	case Reader:
		return "Your choice"
	}
	return "Everything"
}

// Title is the feed's title.
func (p *Publisher) Title(t Topic) string {
	if t.Kind == All {
		return printable(p.o.Title)
	}
	return printable(p.o.Title + ": " + p.Name(t))
}

// Description is a sentence about the feed.
func (p *Publisher) Description(t Topic) string {
	by := "New work of " + p.o.Title
	switch t.Kind {
	case Program:
		by += ", " + p.Name(t)
	case Region:
		by += " on " + p.Name(t)
	case Crossing:
		by += ", " + p.Name(t)
	case Author:
		by = "New work by " + p.Name(t) + " at " + p.o.Title
	case Reader:
		by += ", as you chose it"
	}
	return printable(by + ".")
}

func (p *Publisher) programName(slug string) string { return articles.NameOf(p.o.Programs, slug) }
func (p *Publisher) regionName(slug string) string  { return articles.NameOf(p.o.Regions, slug) }

// authorName is the newest spelling of a name.
func (p *Publisher) authorName(slug string) string {
	p.mu.Lock()
	k := p.catalogue
	p.mu.Unlock()
	if k != nil {
		for _, c := range k.cards {
			for i, s := range c.authors {
				if s == slug && c.released {
					return printable(c.names[i])
				}
			}
		}
	}
	// Without a catalogue or an article of this author, the name is derived from the slug.
	words := strings.Split(slug, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
