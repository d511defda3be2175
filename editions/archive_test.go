package editions

import (
	"errors"
	"slices"
	"testing"
	"time"

	"corridor/testkit"
)

// An edition to named readers alone is neither in the archive nor at a public address.
func TestArchiveOfSpecials(t *testing.T) {
	testkit.Heavy(t)
	w := newWorld(t)
	reader := w.reader("anna@example.com", Daily, "UTC", []string{"eep"}, nil)
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	var listed []int64
	for _, c := range []struct {
		special  Special
		named    bool
		articles int
	}{
		{Special{Subject: "Named", Articles: []int64{a}, Audience: Audience{Readers: []int64{reader}}}, true, 1},
		{Special{Subject: "Besides", Articles: []int64{a}, Audience: Audience{Programs: []string{"eep"}, Readers: []int64{reader}}}, false, 1},
		{Special{Subject: "Words", Intro: "Nothing but words."}, false, 0},
	} {
		id, err := w.store.CreateSpecial(w.ctx, c.special, monday)
		if err == nil {
			err = w.store.Approve(w.ctx, id, "tester")
		}
		if err == nil {
			_, err = w.store.SendSpecial(w.ctx, id, monday)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.prepare(monday)
		var address string
		if err := w.db.Get(&address, `SELECT address FROM editions WHERE id = $1`, id); err != nil || len(address) != 32 {
			t.Fatalf("address %q, %v", address, err)
		}
		public, err := w.store.PublicAddress(w.ctx, id)
		got, sections, not := w.store.ArchivedEdition(w.ctx, address)
		_, page := w.store.VariantPage(w.ctx, address, w.number(`SELECT id FROM variants WHERE edition_id = $1`, id))
		_, link := w.store.NamedPage(w.ctx, id, "")
		if c.named {
			for _, err := range []error{err, not, page} {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%s: everybody may read it, %v", c.special.Subject, err)
				}
			}
			if link != nil {
				t.Errorf("%s: the link leads nowhere, %v", c.special.Subject, link)
			}
			continue
		}
		if err != nil || not != nil || page != nil || public != address || got.Address != address || got.Count != c.articles || len(sections) != c.articles {
			t.Errorf("%s: %+v, %d sections, %v, %v, %v", c.special.Subject, got, len(sections), err, not, page)
		}
		if !errors.Is(link, ErrNotFound) {
			t.Errorf("%s: a link for named readers leads to it, %v", c.special.Subject, link)
		}
		listed = append(listed, id)
	}
	list, err := w.store.Archive(w.ctx, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, e := range slices.Backward(list) {
		ids = append(ids, e.ID)
	}
	if !slices.Equal(ids, listed) {
		t.Errorf("listed are %v, want %v", ids, listed)
	}
}

// Page, variant, list and address by id apply the same rule in every state of an edition.
func TestWhatIsReadOnTheWeb(t *testing.T) {
	w := newWorld(t)
	reader := w.reader("anna@example.com", Daily, "UTC", nil, nil)
	for _, named := range []bool{false, true} {
		for _, state := range []string{"sending", "paused", "held", "cancelled", "finished"} {
			for _, result := range []string{"queued", "sent", "uncertain", "failed"} {
				special := Special{Subject: "S", Intro: "Words."}
				if named {
					special.Audience.Readers = []int64{reader}
				}
				id, err := w.store.CreateSpecial(w.ctx, special, monday)
				if err == nil {
					err = w.store.Approve(w.ctx, id, "tester")
				}
				if err == nil {
					_, err = w.store.SendSpecial(w.ctx, id, monday)
				}
				if err != nil {
					t.Fatal(err)
				}
				w.prepare(monday)
				w.exec(`UPDATE editions SET state = $2 WHERE id = $1`, id, state)
				w.exec(`UPDATE deliveries SET state = $2 WHERE edition_id = $1`, id, result)
				shown := state != "held" && state != "cancelled" || result == "sent" || result == "uncertain"
				var address string
				if err := w.db.Get(&address, `SELECT address FROM editions WHERE id = $1`, id); err != nil {
					t.Fatal(err)
				}
				_, number := w.store.PublicAddress(w.ctx, id)
				_, _, page := w.store.ArchivedEdition(w.ctx, address)
				_, variant := w.store.VariantPage(w.ctx, address, w.number(`SELECT id FROM variants WHERE edition_id = $1`, id))
				_, link := w.store.NamedPage(w.ctx, id, "")
				list, err := w.store.Archive(w.ctx, 0, 1)
				if err != nil {
					t.Fatal(err)
				}
				listed := len(list) == 1 && list[0].ID == id
				public := shown && !named
				if (number == nil) != public || (page == nil) != public || (variant == nil) != public || listed != public || (link == nil) != (shown && named) {
					t.Errorf("named %v, %s, %s: %v, %v, %v, listed %v, %v", named, state, result, number, page, variant, listed, link)
				}
			}
		}
	}
}
