package editions

import (
	"slices"
	"testing"
	"time"
)

// What goes to named readers alone has its page, to which its mails lead, and is not
// listed for everybody.
func TestArchiveOfSpecials(t *testing.T) {
	w := newWorld(t)
	reader := w.reader("anna@example.com", Daily, "UTC", []string{"eep"}, nil)
	a := w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	var listed []int64
	for _, c := range []struct {
		special Special
		named   bool
		pieces  int
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
		got, sections, err := w.store.ArchivedEdition(w.ctx, id)
		if err != nil || got.Named != c.named || got.Count != c.pieces || len(sections) != c.pieces {
			t.Errorf("%s: %+v, %d sections, %v", c.special.Subject, got, len(sections), err)
		}
		if !c.named {
			listed = append(listed, id)
		}
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
