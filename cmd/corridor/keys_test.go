package main

import (
	"encoding/json"
	"strings"
	"testing"

	"corridor/subscribers"
)

func TestKeysOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, minimal)
	keys := func() (list []subscribers.KeyDocument) {
		t.Helper()
		out, _ := term.run(0, "keys", "list", "--json")
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatal(err, out)
		}
		return list
	}
	if list := keys(); len(list) != 1 || list[0].Key != 1 || list[0].State != subscribers.KeySigns || list[0].Kept != "database" || list[0].Created == nil || list[0].SignedUnsubscribe {
		t.Fatalf("%+v", list)
	}
	if _, complaint := term.run(1, "keys", "retire", "1"); complaint != "corridor: key 1 is the only one; 'corridor keys rotate' makes another\n" {
		t.Error(complaint)
	}
	if out, _ := term.run(0, "keys", "rotate"); !strings.HasPrefix(out, "Key 2 signs links from 20") {
		t.Error(out)
	}
	if list := keys(); len(list) != 2 || list[1].State != subscribers.KeyWaits || list[1].SignsFrom == nil {
		t.Errorf("%+v", list)
	}
	if _, complaint := term.run(1, "keys", "retire", "1"); !strings.HasPrefix(complaint, "corridor: key 1 may sign links until ") {
		t.Error(complaint)
	}
	if out, _ := term.run(0, "keys", "retire", "2", "--json"); out != "{\n  \"key\": 2,\n  \"unsubscribe_links\": true\n}\n" {
		t.Errorf("%q", out)
	}
	if out, _ := term.run(0, "keys", "list"); !strings.Contains(out, "signs") || !strings.Contains(out, "retired; its unsubscribe links work") {
		t.Error(out)
	}
	if out, _ := term.run(0, "keys", "retire", "2", "--break-unsubscribe-links"); !strings.Contains(out, "no longer work") || len(keys()) != 1 {
		t.Error(out, keys())
	}
	term.run(2, "keys", "retire")
	term.run(2, "keys", "retire", "x")
	term.run(1, "keys", "retire", "9")
}
