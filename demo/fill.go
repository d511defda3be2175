package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"corridor/articles"
	"corridor/editions"
	"corridor/subscribers"
)

// gather reads the sample site over HTTP, like any other source.
func (d *demo) gather(ctx context.Context) error {
	gatherer, err := d.Gatherer(ctx)
	if err != nil {
		return err
	}
	rows, failures, err := gatherer.Gather(ctx)
	if err != nil {
		return err
	}
	for _, f := range failures {
		return fmt.Errorf("%s could not be gathered: %w", f.Source, f.Err)
	}
	counts := map[articles.Outcome]int{}
	for _, row := range rows {
		counts[row.Outcome]++
	}
	d.say("Gathered it over HTTP: %d new, %d updated, %d unchanged.", counts[articles.New], counts[articles.Updated], counts[articles.Unchanged])
	return nil
}

// fill imports readers and plans editions, unless an earlier start did. It returns the
// ids of the editions to wait for. After a kill every step may be repeated.
func (d *demo) fill(ctx context.Context) ([]int64, error) {
	if d.memory.Prepared {
		d.say("Readers and editions are there from an earlier start.")
		return nil, nil
	}
	if err := d.importReaders(ctx); err != nil {
		return nil, err
	}
	store, err := d.Editions()
	if err != nil {
		return nil, err
	}
	now := d.now()
	for _, f := range []editions.Frequency{editions.Daily, editions.Weekly} {
		if _, err := store.SendDigest(ctx, f, now, now); err != nil {
			return nil, err
		}
	}
	if err := d.sendSpecial(ctx, store); err != nil {
		return nil, err
	}
	if err := d.signUp(ctx); err != nil {
		return nil, err
	}
	list, err := store.List(ctx, 0)
	if err != nil {
		return nil, err
	}
	var ids []int64
	readers := int64(0)
	for _, e := range list {
		ids = append(ids, e.ID)
		readers += e.Counts.Planned
	}
	d.say("Planned %d editions, a daily and a weekly digest and a special edition: %d emails.", len(list), readers)
	return ids, nil
}

// importReaders imports the sample readers from a CSV file.
func (d *demo) importReaders(ctx context.Context) error {
	var b bytes.Buffer
	if err := writeReaders(&b, d.Config); err != nil {
		return err
	}
	file := filepath.Join(d.places.Data, "readers.csv")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		return err
	}
	var wrong error
	summary, err := d.Readers().Import(ctx, &b, subscribers.ImportOptions{Now: d.now(), Wrong: func(e subscribers.RowError) { wrong = e }})
	if err := errors.Join(err, wrong); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	d.say("Imported %d sample readers from %s.", summary.Rows, file)
	return nil
}

const (
	specialSubject = "Three articles on ships, trains and pipes"
	specialIntro   = `These three articles belong together, although they appeared on different days. They are best read in this order.

This special edition went only to readers of the energy and transport programs.`
)

// sendSpecial writes, approves and sends a special edition, once.
func (d *demo) sendSpecial(ctx context.Context, store *editions.Store) error {
	list, err := store.List(ctx, 0)
	if err != nil {
		return err
	}
	var id int64
	for _, e := range list {
		if e.Kind == "special" {
			id = e.ID
		}
	}
	now := d.now()
	if id == 0 {
		special := editions.Special{Subject: specialSubject, Intro: specialIntro, Audience: editions.Audience{Programs: []string{"transport", "energy"}}}
		for _, a := range d.articles {
			if len(special.Articles) == 3 || a.Program != "transport" && a.Program != "energy" {
				continue
			}
			article, err := articles.NewStore(d.DB).Find(ctx, fmt.Sprintf("%s/research/%s/%s", d.places.Site, a.Program, a.Slug))
			if err != nil {
				return err
			}
			special.Articles = append(special.Articles, article.ID)
		}
		if id, err = store.CreateSpecial(ctx, special, now); err != nil {
			return err
		}
	}
	if err := store.Approve(ctx, id, "the demo"); err != nil && !errors.As(err, new(editions.StateError)) {
		return err // an edition that was sent already cannot be approved again
	}
	_, err = store.SendSpecial(ctx, id, now)
	return err
}

// newcomer is the address of a pending reader.
const newcomer = "newcomer@example.org"

// signUp adds a pending reader, so that the page can show the confirmation
// email.
func (d *demo) signUp(ctx context.Context) error {
	if _, err := d.Readers().Find(ctx, newcomer); err == nil {
		return nil
	}
	signer, err := d.Signer(ctx)
	if err != nil {
		return err
	}
	write, err := d.MessageWriter(signer)
	if err != nil {
		return err
	}
	return d.Readers().Subscribe(ctx, subscribers.SignUp{
		Email: newcomer, How: "form", Network: "127.0.0.1",
		Preferences: subscribers.Preferences{Programs: []string{"energy"}, Frequency: "weekly", TimeZone: "Asia/Baku"},
	}, d.now(), write)
}
