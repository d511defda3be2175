package demo

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

// emailsSearched limits the search for the emails that the page shows.
const emailsSearched = 2000

// page makes the view of the demo's first page, at each request.
func (d *demo) page(o *web.Options) func(context.Context) (templates.DemoView, error) {
	return func(ctx context.Context) (templates.DemoView, error) {
		view := templates.DemoView{SiteURL: d.places.Site, Feeds: feedLinks(d.Config), Commands: d.commands(), MailsURL: "/dev/mail?token=" + o.MailToken}
		err := d.DB.QueryRowxContext(ctx, `
			SELECT (SELECT count(*) FROM articles WHERE state = 'released'), (SELECT count(*) FROM subscribers WHERE state = 'active')`).
			Scan(&view.Articles, &view.Readers)
		if err != nil {
			return view, err
		}
		mails, total, err := o.Mail.List(0, emailsSearched)
		if err != nil {
			return view, err
		}
		view.Mails, view.Pictures = total, pictures(mails, o.MailToken)
		list, err := o.Editions.List(ctx, 10)
		if err != nil {
			return view, err
		}
		for _, e := range list {
			view.Editions = append(view.Editions, editionView(e))
		}
		reader, err := o.Subscribers.Find(ctx, readerOfOne)
		if errors.Is(err, subscribers.ErrNotFound) { // erased, while the demo was tried
			return view, nil
		}
		view.Reader = d.reader(o.Signer, reader)
		return view, err
	}
}

// feedLinks are a few feeds of each kind.
func feedLinks(c *config.Config) []templates.Link {
	links := []templates.Link{{Label: "All feeds", URL: "/feeds"}, {Label: "Everything, RSS", URL: "/feeds/all.rss"}}
	p, r := c.Programs[0], c.Regions[0]
	return append(links,
		templates.Link{Label: p.Name + ", Atom", URL: "/feeds/programs/" + p.Slug + ".atom"},
		templates.Link{Label: r.Name + ", JSON Feed", URL: "/feeds/regions/" + r.Slug + ".json"},
		templates.Link{Label: p.Name + " in " + r.Name + ", RSS", URL: "/feeds/programs/" + p.Slug + "/regions/" + r.Slug + ".rss"},
		templates.Link{Label: "All feeds for a feed reader, OPML", URL: "/feeds.opml"},
	)
}

// pictures returns the newest captured email of each kind that the page shows.
func pictures(mails []mailer.MailFile, token string) []templates.DemoMail {
	wanted := []struct {
		what, to string
		special  bool
	}{
		{"The daily digest of a reader who follows everything", readerOfAll, false},
		{"The same digest, of a reader who follows one program in one region", readerOfOne, false},
		{"A special edition, written by staff", readerOfSpecial, true},
		{"The confirmation email of a new reader", newcomer, false},
	}
	token = "?token=" + token // for browsers that refuse cookies in a frame
	var pictures []templates.DemoMail
	for _, w := range wanted {
		i := slices.IndexFunc(mails, func(m mailer.MailFile) bool {
			return strings.Contains(m.To, w.to) && w.special == (m.Subject == specialSubject)
		})
		if i < 0 {
			continue
		}
		url := fmt.Sprintf("/dev/mail/%d", mails[i].Number)
		pictures = append(pictures, templates.DemoMail{What: w.what, To: w.to, Subject: mails[i].Subject, URL: url + token, HTMLURL: url + "/html" + token})
	}
	return pictures
}

func editionView(e editions.Edition) templates.DemoEdition {
	c, kind := e.Counts, e.Kind
	if e.Frequency != "" {
		kind = string(e.Frequency) + " " + kind
	}
	return templates.DemoEdition{
		ID: e.ID, Kind: kind, Subject: e.Subject, State: string(e.State), Planned: int(c.Planned), Sent: int(c.Sent), Deferred: int(c.Deferred),
		Bounced: int(c.Bounced), Failed: int(c.Failed), Skipped: int(c.Skipped), Uncertain: int(c.Uncertain), Queue: int(c.Queued + c.Sending),
	}
}

// reader is the view of a sample reader, with the links in that reader's emails.
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

// commands are the commands that the page suggests.
func (d *demo) commands() []templates.DemoCommand {
	file := d.places.File()
	if here, err := os.Getwd(); err == nil { // a shorter path, where there is one
		if relative, err := filepath.Rel(here, file); err == nil && !strings.HasPrefix(relative, "..") {
			file = relative
		}
	}
	config := " --config " + file
	article := func(i int) string {
		return fmt.Sprintf("%s/research/%s/%s", d.places.Site, d.articles[i].Program, d.articles[i].Slug)
	}
	return []templates.DemoCommand{
		{Line: "bin/corridor editions list" + config, What: "The editions sent, with their results."},
		{Line: "bin/corridor digest send --frequency daily" + config, What: "The same digest again: no reader gets it twice."},
		{Line: "bin/corridor digest plan --frequency monthly" + config, What: "The readers and articles of a digest, before anything is sent."},
		{Line: "bin/corridor why " + readerOfOne + " " + article(0) + config, What: "Why a reader did or did not get an article."},
		{Line: "bin/corridor subscribers show " + readerOfOne + config, What: "A reader, as staff see them."},
		{Line: "bin/corridor articles withdraw " + article(1) + config, What: "Withdraw an article: the feeds change within a second."},
		{Line: "cp essay.md " + filepath.Join(filepath.Dir(file), "drop") + "/", What: "Add an article in Markdown or plain text: within a minute it is in the feeds, and instant readers get an email."},
	}
}
