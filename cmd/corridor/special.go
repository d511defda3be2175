package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"corridor/articles"
	"corridor/editions"
	"corridor/service"
	"corridor/subscribers"
)

// specialCommand creates, approves and sends special editions.
type specialCommand struct {
	Create  specialCreate  `cmd:"" help:"Create a draft and print its id."`
	Edit    specialEdit    `cmd:"" help:"Change a draft. A change ends an approval."`
	Preview specialPreview `cmd:"" help:"Show the email and the number of readers."`
	Test    specialTest    `cmd:"" help:"Send the email to one address."`
	Approve specialApprove `cmd:"" help:"Approve the present content and audience. A later change ends the approval."`
	Send    specialSend    `cmd:"" help:"Send the edition. This approves a draft that was never approved, and refuses one that changed after its approval."`
	Pause   editionsPause  `cmd:"" help:"Pause the edition until it is resumed."`
	Resume  editionsResume `cmd:"" help:"Resume a paused edition, or send a held one."`
	Cancel  editionsCancel `cmd:"" help:"Cancel the edition."`
}

// specialFlags are the content and the audience of a special edition.
type specialFlags struct {
	Subject   string   `help:"Subject of the email."`
	Intro     string   `help:"Text before the articles; an empty line begins a paragraph." aliases:"text"`
	IntroFile string   `help:"File with the intro; - is standard input." placeholder:"FILE" aliases:"text-file"`
	Article   []string `help:"An article, by address or id; may be repeated. The email keeps the order." placeholder:"ARTICLE" sep:"none"`
	Program   []string `help:"Audience: readers of this program; may be repeated." placeholder:"SLUG"`
	Region    []string `help:"Audience: readers of this region; may be repeated." placeholder:"SLUG"`
	Frequency []string `help:"Audience: readers of this frequency; may be repeated." placeholder:"FREQUENCY"`
	Reader    []string `help:"Audience: this reader too, or only this reader without other flags for the audience; may be repeated." placeholder:"EMAIL"`
	Received  []string `help:"Audience: readers that received this edition (its number) or article (its address, or article:ID); may be repeated." placeholder:"EDITION|ARTICLE" sep:"none"`
}

// audienceGiven reports whether a flag names an audience.
func (c specialFlags) audienceGiven() bool {
	return len(c.Program)+len(c.Region)+len(c.Frequency)+len(c.Reader)+len(c.Received) > 0
}

// words returns the intro, from the flag or the file.
func (c specialFlags) words() (string, error) {
	switch {
	case c.IntroFile == "":
		return c.Intro, nil
	case c.Intro != "":
		return "", usagef("give --intro or --intro-file, not both")
	}
	const most = 1 << 20
	name := c.IntroFile
	if name == "-" {
		name = "/dev/stdin"
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	if len(text) > most {
		return "", fmt.Errorf("%s is larger than 1 MiB", c.IntroFile)
	}
	return string(text), nil
}

// audience looks up the readers, editions and articles that the flags name.
func (c specialFlags) audience(ctx context.Context, s *service.Service, store *editions.Store) (editions.Audience, error) {
	a := editions.Audience{Programs: c.Program, Regions: c.Region}
	for _, f := range c.Frequency {
		a.Frequencies = append(a.Frequencies, editions.Frequency(f))
	}
	for _, email := range c.Reader {
		r, err := findReader(ctx, s.Readers(), email)
		if err != nil {
			return a, err
		}
		if r.State != subscribers.Active {
			return a, fmt.Errorf("%s gets no email: the state of the reader is %s", email, r.State)
		}
		a.Readers = append(a.Readers, r.ID)
	}
	for _, what := range c.Received {
		if id, err := strconv.ParseInt(what, 10, 64); err == nil {
			if _, err := store.Find(ctx, id); err != nil {
				return a, err
			}
			a.Editions = append(a.Editions, id)
			continue
		}
		article, err := articles.NewStore(s.DB).Find(ctx, strings.TrimPrefix(what, "article:"))
		if err != nil {
			return a, err
		}
		a.Articles = append(a.Articles, article.ID)
	}
	return a, nil
}

// apply changes the parts of sp that the flags name.
func (c specialFlags) apply(ctx context.Context, s *service.Service, store *editions.Store, sp *editions.Special) error {
	words, err := c.words()
	if err != nil {
		return err
	}
	if c.Subject != "" {
		sp.Subject = c.Subject
	}
	if words != "" {
		sp.Intro = words
	}
	if len(c.Article) > 0 {
		sp.Articles = nil
	}
	for _, key := range c.Article {
		article, err := articles.NewStore(s.DB).Find(ctx, key)
		if err != nil {
			return err
		}
		sp.Articles = append(sp.Articles, article.ID)
	}
	if c.audienceGiven() {
		sp.Audience, err = c.audience(ctx, s, store)
	}
	return err
}

type specialCreate struct {
	specialFlags
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run creates the draft.
func (c specialCreate) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		var sp editions.Special
		if err := c.apply(ctx, s, store, &sp); err != nil {
			return err
		}
		id, err := store.CreateSpecial(ctx, sp, p.now())
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(map[string]int64{"id": id})
		}
		return p.say(nil, "%d", id)
	})
}

type specialEdit struct {
	ID int64 `arg:"" help:"Edition."`
	specialFlags
}

// Run changes the draft.
func (c specialEdit) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		err := store.EditSpecial(ctx, c.ID, func(sp *editions.Special) error { return c.apply(ctx, s, store, sp) })
		return p.say(err, "Special edition %d is changed.", c.ID)
	})
}

type specialPreview struct {
	ID   int64  `arg:"" help:"Edition."`
	HTML string `name:"html" help:"Write the HTML part to this file; - is standard output." placeholder:"FILE"`
	Text string `name:"text" help:"Write the text part to this file; - is standard output." placeholder:"FILE"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Run prints the preview, or writes its parts to files.
func (c specialPreview) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		preview, err := store.PreviewSpecial(ctx, c.ID, p.now())
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(map[string]any{
				"id": c.ID, "subject": preview.Subject, "readers": preview.Readers, "approved": preview.Approved,
				"html": preview.HTML, "text": preview.Text,
			})
		}
		for _, part := range []struct{ name, text string }{{c.HTML, preview.HTML}, {c.Text, preview.Text}} {
			switch part.name {
			case "":
			case "-":
				fmt.Fprint(p.stdout, part.text)
			default:
				if err := os.WriteFile(part.name, []byte(part.text), 0o644); err != nil {
					return err
				}
			}
		}
		if c.HTML == "-" || c.Text == "-" {
			return nil
		}
		if c.HTML == "" && c.Text == "" {
			fmt.Fprintf(p.stdout, "Subject: %s\n\n%s\n", preview.Subject, preview.Text)
		}
		approved := "not approved"
		if preview.Approved {
			approved = "approved"
		}
		return p.say(nil, "Special edition %d would go to %s; it is %s.", c.ID, number(preview.Readers, "reader", "readers"), approved)
	})
}

type specialTest struct {
	ID      int64  `arg:"" help:"Edition."`
	Address string `arg:"" help:"Address that gets the email."`
}

// Run puts the email into the outbox, which is sent before any edition.
func (c specialTest) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		if _, err := subscribers.ParseAddress(c.Address); err != nil {
			return usagef("%s is not an address: %v", c.Address, err)
		}
		return p.say(s.SendTest(ctx, store, c.ID, c.Address, p.now()), "A test of special edition %d will be sent to %s.", c.ID, c.Address)
	})
}

type specialApprove struct {
	ID int64 `arg:"" help:"Edition."`
}

// Run approves the edition.
func (c specialApprove) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		return p.say(store.Approve(ctx, c.ID, operator()), "Special edition %d is approved; 'corridor special send %d' sends it.", c.ID, c.ID)
	})
}

// operator is the name of the user, for the record of an approval.
func operator() string {
	for _, name := range []string{"SUDO_USER", "USER", "LOGNAME"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return "command line"
}

type specialSend struct {
	ID   int64 `arg:"" help:"Edition."`
	Wait bool  `help:"Deliver in this process too, and return when no delivery is queued, sending or deferred. The status is 1 when one failed or is uncertain."`
	JSON bool  `name:"json" help:"Print one JSON document."`
}

// Run sends the edition. The command approves a draft that was never approved. An edition
// that changed after its approval needs a new one.
func (c specialSend) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		edition, err := store.SendSpecial(ctx, c.ID, p.now())
		if errors.Is(err, editions.ErrNotApproved) {
			if err := store.Approve(ctx, c.ID, operator()); err != nil {
				return err
			}
			edition, err = store.SendSpecial(ctx, c.ID, p.now())
		}
		if err != nil {
			return err
		}
		if c.Wait {
			if err := p.await(ctx, s, store, c.ID); err != nil {
				return err
			}
			if edition, err = store.Find(ctx, c.ID); err != nil {
				return err
			}
		}
		err = p.printEdition(c.JSON, edition.Document(s.Zone), edition, s.Zone)
		if err == nil && c.Wait {
			err = reached(edition)
		}
		return err
	})
}
