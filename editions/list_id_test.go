package editions

import (
	"testing"
	"time"
)

func TestAnEditionHasTheListOfItsOnlyProgramOrRegion(t *testing.T) {
	for _, test := range []struct {
		audience Audience
		want     string
	}{
		{Audience{}, ""},
		{Audience{Programs: []string{"eep"}}, "eep.programs"},
		{Audience{Regions: []string{"central-asia"}}, "central-asia.regions"},
		{Audience{Programs: []string{"eep", "spp"}}, ""},
		{Audience{Programs: []string{"eep"}, Regions: []string{"central-asia"}}, ""},
		{Audience{Programs: []string{"eep"}, Readers: []int64{1}}, ""},
		{Audience{Regions: []string{"central-asia"}, Editions: []int64{1}}, ""},
	} {
		if got := test.audience.list(); got != test.want {
			t.Errorf("%+v has the list %q, want %q", test.audience, got, test.want)
		}
	}
}

// A rendering carries the list and the kind of its edition to the mailer.
func TestRenderingsHaveListAndKind(t *testing.T) {
	w := newWorld(t)
	w.reader("anna@example.com", Daily, "UTC", []string{"eep"}, nil)
	w.article("A", monday.Add(-time.Hour), []string{"eep"}, nil)
	id, err := w.store.CreateSpecial(w.ctx, Special{Subject: "S", Intro: "I", Audience: Audience{Programs: []string{"eep"}}}, monday)
	if err == nil {
		err = w.store.Approve(w.ctx, id, "tester")
	}
	if err == nil {
		_, err = w.store.SendSpecial(w.ctx, id, monday)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.send(Daily, monday)
	w.prepare(monday)
	for kind, list := range map[string]string{"special": "eep.programs", "digest": ""} {
		if n := w.number(`SELECT count(*) FROM renderings WHERE kind = $1 AND list = $2`, kind, list); n != 1 {
			t.Errorf("%d renderings of a %s have the list %q, want 1", n, kind, list)
		}
	}
	test, err := w.store.RenderSpecial(w.ctx, id, monday)
	if err != nil || test.List != "eep.programs" || test.Kind != "special" {
		t.Errorf("a test has the list %q and the kind %q, %v", test.List, test.Kind, err)
	}
}
