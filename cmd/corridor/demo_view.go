package main

import (
	"context"
	"fmt"
	"strings"

	"corridor/feeds"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"
)

// demoReader is the sample reader whom the page shows.
const demoReader = "reader-001@inbox.example"

// view is the demo's first page.
func (d *demo) view(ctx context.Context) (templates.DemoView, error) {
	v := templates.DemoView{SiteURL: d.s.config.Publication.SiteURL}
	for _, count := range []struct {
		into  *int
		query string
	}{
		{&v.Articles, `SELECT count(*) FROM articles WHERE state = 'released'`},
		{&v.Readers, `SELECT count(*) FROM subscribers WHERE state = 'active'`},
	} {
		if err := d.s.db.GetContext(ctx, count.into, count.query); err != nil {
			return v, err
		}
	}
	if err := d.viewEditions(ctx, &v); err != nil {
		return v, err
	}
	if err := d.viewMails(&v); err != nil {
		return v, err
	}
	for _, t := range []feeds.Topic{
		{Kind: feeds.All},
		{Kind: feeds.Program, Program: "energy"},
		{Kind: feeds.Region, Region: "caspian-sea"},
		{Kind: feeds.Crossing, Program: "transport", Region: "central-asia"},
	} {
		v.Feeds = append(v.Feeds, templates.Way{Label: d.s.publisher(0).Name(t), URL: t.Path()})
	}
	v.Feeds = append(v.Feeds, templates.Way{Label: "All feeds", URL: "/feeds"})
	run := "bin/corridor --config " + d.configFile() + " "
	v.Commands = []templates.DemoCommand{
		{Line: run + "digest send --frequency weekly", What: "The same digest again: nobody gets it twice."},
		{Line: run + "why " + demoReader + " 1", What: "Why a reader did or did not get an article."},
		{Line: run + "articles withdraw 1", What: "Take an article back; the feeds follow within a second."},
		{Line: "cp an-article.md " + demoFolder + "/drop/", What: "Drop a file, and it is gathered within a minute."},
	}
	return v, d.viewReader(ctx, &v)
}

func (d *demo) viewEditions(ctx context.Context, v *templates.DemoView) error {
	store, err := d.s.editions()
	if err != nil {
		return err
	}
	list, err := store.List(ctx, 10)
	for _, e := range list {
		c := e.Counts
		v.Editions = append(v.Editions, templates.DemoEdition{
			ID: e.ID, Kind: e.Kind, Subject: e.Subject, State: e.State, Planned: int(c.Planned), Sent: int(c.Sent), Deferred: int(c.Deferred),
			Bounced: int(c.Bounced), Failed: int(c.Failed), Skipped: int(c.Skipped), Uncertain: int(c.Uncertain), Queue: int(c.Queued + c.Sending),
		})
	}
	return err
}

// viewMails chooses a mail of each kind.
func (d *demo) viewMails(v *templates.DemoView) error {
	list, total, err := mailer.Mailbox{Dir: d.s.mailFolder()}.List(0, 2000)
	if err != nil {
		return err
	}
	v.Mails = total
	for _, kind := range []struct{ what, subject string }{
		{"A weekly digest", " weekly"}, {"A daily digest", " daily"}, {"A special edition", "three pieces to keep"}, {"A sign-up to confirm", "confirm"},
	} {
		for _, m := range list {
			if strings.Contains(m.Subject, kind.subject) {
				address := fmt.Sprintf("/dev/mail/%d", m.Number)
				v.Pictures = append(v.Pictures, templates.DemoMail{What: kind.what, To: m.To, Subject: m.Subject, URL: address, HTMLURL: address + "/html"})
				break
			}
		}
	}
	return nil
}

func (d *demo) viewReader(ctx context.Context, v *templates.DemoView) error {
	reader, err := d.s.readers().Find(ctx, demoReader)
	if err != nil {
		return err
	}
	sign := func(purpose string, version int) string {
		return "/" + purpose + "/" + d.signer.Sign(purpose, reader.ID, 0, version)
	}
	choice := "everything"
	if named := append(append([]string{}, reader.Preferences.Programs...), reader.Preferences.Regions...); len(named) > 0 {
		choice = strings.Join(named, ", ")
	}
	v.Reader = templates.DemoReader{
		Email: reader.Email, Chose: "chose " + choice + ", " + reader.Preferences.Frequency,
		PreferencesURL: sign(subscribers.PurposePreferences, 1), UnsubscribeURL: sign(subscribers.PurposeUnsubscribe, 1),
		FeedURL: "/feeds/readers/" + d.signer.Sign(subscribers.PurposeFeed, reader.ID, 0, reader.LinkVersion) + ".atom",
	}
	return nil
}
