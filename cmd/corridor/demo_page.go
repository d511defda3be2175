package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"corridor/config"
	"corridor/editions"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"
	"corridor/web"
)

// demoMailsSearched bounds the search for the mails that the page shows.
const demoMailsSearched = 2000

// page gathers what the demo's first page shows, each time it is asked for.
func (d *demo) page(o *web.Options) func(context.Context) (templates.DemoView, error) {
	return func(ctx context.Context) (templates.DemoView, error) {
		view := templates.DemoView{SiteURL: d.places.Site, Feeds: demoFeeds(d.Config), Commands: d.commands(), MailsURL: "/dev/mail?token=" + o.MailToken}
		err := d.DB.QueryRowxContext(ctx, `
			SELECT (SELECT count(*) FROM articles WHERE state = 'released'), (SELECT count(*) FROM subscribers WHERE state = 'active')`).
			Scan(&view.Articles, &view.Readers)
		if err != nil {
			return view, err
		}
		mails, total, err := o.Mail.List(0, demoMailsSearched)
		if err != nil {
			return view, err
		}
		view.Mails, view.Pictures = total, demoPictures(mails, o.MailToken)
		list, err := o.Editions.List(ctx, 10)
		if err != nil {
			return view, err
		}
		for _, e := range list {
			view.Editions = append(view.Editions, demoEdition(e))
		}
		reader, err := o.Subscribers.Find(ctx, demoReaderOfOne)
		if errors.Is(err, subscribers.ErrNotFound) { // erased, while the demo was tried
			return view, nil
		}
		view.Reader = d.reader(o.Signer, reader)
		return view, err
	}
}

// demoFeeds are some feeds of every sort.
func demoFeeds(c *config.Config) []templates.Way {
	ways := []templates.Way{{Label: "All feeds, for people", URL: "/feeds"}, {Label: "Everything, RSS", URL: "/feeds/all.rss"}}
	p, r := c.Programs[0], c.Regions[0]
	return append(ways,
		templates.Way{Label: p.Name + ", Atom", URL: "/feeds/programs/" + p.Slug + ".atom"},
		templates.Way{Label: r.Name + ", JSON Feed", URL: "/feeds/regions/" + r.Slug + ".json"},
		templates.Way{Label: p.Name + " in " + r.Name + ", RSS", URL: "/feeds/programs/" + p.Slug + "/regions/" + r.Slug + ".rss"},
		templates.Way{Label: "A list of all for feed readers, OPML", URL: "/feeds.opml"},
	)
}

// demoPictures picks the newest mail of each sort that is worth showing.
func demoPictures(mails []mailer.MailFile, token string) []templates.DemoMail {
	wanted := []struct {
		what, to string
		special  bool
	}{
		{"The daily digest, for somebody who follows everything", demoReaderOfAll, false},
		{"The same digest, for somebody who follows one program in one region", demoReaderOfOne, false},
		{"A special edition, written by staff", demoReaderOfSpecial, true},
		{"What a newcomer gets, to confirm", demoNewcomer, false},
	}
	token = "?token=" + token // browsers that take no cookies from a frame see the mails too
	var pictures []templates.DemoMail
	for _, w := range wanted {
		i := slices.IndexFunc(mails, func(m mailer.MailFile) bool {
			return strings.Contains(m.To, w.to) && w.special == (m.Subject == demoSpecialSubject)
		})
		if i < 0 {
			continue
		}
		url := fmt.Sprintf("/dev/mail/%d", mails[i].Number)
		pictures = append(pictures, templates.DemoMail{What: w.what, To: w.to, Subject: mails[i].Subject, URL: url + token, HTMLURL: url + "/html" + token})
	}
	return pictures
}

func demoEdition(e editions.Edition) templates.DemoEdition {
	c, kind := e.Counts, e.Kind
	if e.Frequency != "" {
		kind = string(e.Frequency) + " " + kind
	}
	return templates.DemoEdition{
		ID: e.ID, Kind: kind, Subject: e.Subject, State: e.State, Planned: int(c.Planned), Sent: int(c.Sent), Deferred: int(c.Deferred),
		Bounced: int(c.Bounced), Failed: int(c.Failed), Skipped: int(c.Skipped), Uncertain: int(c.Uncertain), Queue: int(c.Queued + c.Sending),
	}
}

// reader is a sample reader with the links of their mails.
func (d *demo) reader(signer *subscribers.Signer, r subscribers.Subscriber) templates.DemoReader {
	link := func(purpose string) string { return "/" + purpose + "/" + signer.Sign(purpose, r.ID, 0, 1) }
	names := map[string]string{}
	for _, p := range d.Config.Programs {
		names[p.Slug] = p.Name
	}
	for _, g := range d.Config.Regions {
		names[g.Slug] = g.Name
	}
	list := func(slugs []string, all string) string {
		if len(slugs) == 0 {
			return all
		}
		var words []string
		for _, slug := range slugs {
			words = append(words, names[slug])
		}
		return strings.Join(words, " and ")
	}
	chose := fmt.Sprintf("follows %s in %s, %s", list(r.Preferences.Programs, "every program"), list(r.Preferences.Regions, "every region"), r.Preferences.Frequency)
	return templates.DemoReader{
		Email: r.Email, Chose: chose, PreferencesURL: link(subscribers.PurposePreferences), UnsubscribeURL: link(subscribers.PurposeUnsubscribe),
		FeedURL: "/feeds/readers/" + signer.Sign(subscribers.PurposeFeed, r.ID, 0, r.LinkVersion) + ".rss",
	}
}

// commands are worth trying beside the demo.
func (d *demo) commands() []templates.DemoCommand {
	file := d.places.File()
	if here, err := os.Getwd(); err == nil { // shorter where it is short
		if relative, err := filepath.Rel(here, file); err == nil && !strings.HasPrefix(relative, "..") {
			file = relative
		}
	}
	config := " --config " + file
	article := func(i int) string {
		return fmt.Sprintf("%s/research/%s/%s", d.places.Site, d.articles[i].Program, d.articles[i].Slug)
	}
	return []templates.DemoCommand{
		{Line: "bin/corridor editions list" + config, What: "What was sent, to how many, with which result."},
		{Line: "bin/corridor digest send --frequency daily" + config, What: "The same digest again: nobody gets it twice."},
		{Line: "bin/corridor digest plan --frequency monthly" + config, What: "Who would get what, before anything is sent."},
		{Line: "bin/corridor why " + demoReaderOfOne + " " + article(0) + config, What: "Why a reader did or did not get an article."},
		{Line: "bin/corridor subscribers show " + demoReaderOfOne + config, What: "A reader, as staff see them."},
		{Line: "bin/corridor articles withdraw " + article(1) + config, What: "Take a piece back: the feeds follow within a second."},
		{Line: "cp essay.md " + filepath.Join(filepath.Dir(file), "drop") + "/", What: "A piece of your own, in Markdown or plain text: within a minute it stands in the feeds, and those who follow it as it happens get their mail."},
	}
}
