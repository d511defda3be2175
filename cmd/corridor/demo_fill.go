package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/subscribers"
)

// demoReaders is how many sample readers there are.
const demoReaders = 300

// fill brings in readers and articles, as staff would. A second start finds them there.
func (d *demo) fill(ctx context.Context) error {
	imported, err := d.s.readers().Import(ctx, strings.NewReader(demoReadersCSV()), subscribers.ImportOptions{Now: d.p.now()})
	if err != nil {
		return err
	}
	d.say("Imported %d sample readers from a CSV file (%d of them new).", imported.Rows, imported.Added)
	rows, failures, err := d.s.gatherer().Gather(ctx)
	if err != nil {
		return err
	}
	for _, f := range failures {
		return fmt.Errorf("gathering %s: %w", f.Source, f.Err)
	}
	fresh := 0
	for _, row := range rows {
		if row.Outcome == articles.New {
			fresh++
		}
	}
	d.say("Gathered the website over HTTP: %d articles, %d of them new.", len(rows), fresh)
	return nil
}

// demoReadersCSV are readers over programs, regions, frequencies and time zones. They
// have no names: they are nobody.
func demoReadersCSV() string {
	programs := []string{"", "energy", "transport", "security", "society", "energy;transport", "press", "security;society"}
	regions := []string{"", "central-asia", "south-caucasus", "caspian-sea", "central-asia;caspian-sea"}
	frequencies := []string{"weekly", "daily", "weekly", "monthly", "daily", "instant"}
	zones := []string{"Asia/Baku", "Asia/Almaty", "America/New_York", "Europe/Brussels", "Asia/Tbilisi"}
	var b strings.Builder
	b.WriteString("email,name,programs,regions,frequency,time_zone,status\n")
	for i := range demoReaders {
		status := "active"
		if i%50 == 49 {
			status = "left"
		}
		fmt.Fprintf(&b, "reader-%03d@inbox.example,,%s,%s,%s,%s,%s\n", i+1, programs[i%len(programs)], regions[i/2%len(regions)],
			frequencies[i%len(frequencies)], zones[i%len(zones)], status)
	}
	return b.String()
}

// send lets a digest of each frequency and a special edition go, and waits until they
// have arrived. A second start mails nobody twice.
func (d *demo) send(ctx context.Context) error {
	store, err := d.s.editions()
	if err != nil {
		return err
	}
	now := d.p.now()
	var waitFor []int64
	for _, f := range []editions.Frequency{editions.Weekly, editions.Daily} {
		plan, err := store.SendDigest(ctx, f, now, now)
		if err != nil {
			return err
		}
		if plan.Edition != 0 && plan.Readers > 0 {
			d.say("Planned the %s digest: %d readers, %d different mails.", f, plan.Readers, len(plan.Variants))
			waitFor = append(waitFor, plan.Edition)
		}
	}
	special, err := d.special(ctx, store, now)
	if err != nil {
		return err
	}
	if special != 0 {
		waitFor = append(waitFor, special)
	}
	if err := d.signUp(ctx); err != nil {
		return err
	}
	if err := store.Prepare(ctx, now); err != nil {
		return err
	}
	for _, id := range waitFor {
		if err := d.p.watch(ctx, store, id); err != nil {
			return err
		}
	}
	if len(waitFor) > 0 {
		d.say("Sent them through a mail server on this machine, which keeps them in %s.", d.s.mailFolder())
	}
	return nil
}

// special sends a special edition, once for good; 0: it was sent at an earlier start.
func (d *demo) special(ctx context.Context, store *editions.Store, now time.Time) (int64, error) {
	past, err := store.List(ctx, 0)
	if err != nil {
		return 0, err
	}
	for _, e := range past {
		if e.Kind == "special" {
			return 0, nil
		}
	}
	newest, err := articles.NewStore(d.s.db).List(ctx, articles.Filter{States: []articles.State{articles.Released}, Region: "caspian-sea", Limit: 3})
	if err != nil {
		return 0, err
	}
	special := editions.Special{
		Subject: "The sea itself: three pieces to keep", Audience: editions.Audience{Regions: []string{"caspian-sea"}},
		Intro: "Staff chose these three by hand, for readers who follow the Caspian Sea.\n\nA special edition goes out when an editor says so, to whom an editor says, once.",
	}
	for _, a := range newest {
		special.Articles = append(special.Articles, a.ID)
	}
	id, err := store.CreateSpecial(ctx, special, now)
	if err == nil {
		err = store.Approve(ctx, id, "demo")
	}
	if err != nil {
		return 0, err
	}
	edition, err := store.SendSpecial(ctx, id, now)
	if err == nil {
		d.say("Wrote a special edition and sent it to the %d readers of one region.", edition.Counts.Planned)
	}
	return id, err
}

// demoNewcomer signs up on the front page.
const demoNewcomer = "newcomer@inbox.example"

// signUp lets somebody sign up who has not confirmed yet.
func (d *demo) signUp(ctx context.Context) error {
	if _, err := d.s.readers().Find(ctx, demoNewcomer); err == nil {
		return nil
	}
	write, err := d.s.letterWriter(d.signer)
	if err != nil {
		return err
	}
	return d.s.readers().Subscribe(ctx, subscribers.SignUp{
		Email: demoNewcomer, How: "form", Network: "127.0.0.1",
		Preferences: subscribers.Preferences{Programs: []string{"energy"}, Frequency: "weekly", TimeZone: "Asia/Baku"},
	}, d.p.now(), write)
}
