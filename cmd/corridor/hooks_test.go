package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAProviderReportsAComplaint sends an edition, and posts an event about its email as a
// mail provider does.
func TestAProviderReportsAComplaint(t *testing.T) {
	t.Parallel()
	const secret = "a secret of the provider"
	in := install(t, minimal+"[server]\nlisten = \"127.0.0.1:0\"\ndata = \"DATA\"\n[hooks]\ngeneric = \""+secret+"\"\n")
	pages := in.serve()
	in.must(nil, "subscribers", "add", "anna@example.org")
	in.must(nil, "special", "create", "--subject", "News", "--intro", "Hello.")
	in.must(nil, "special", "send", "1", "--wait")
	var id string
	err := filepath.WalkDir(filepath.Join(in.dir, "data", "mail"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if m := regexp.MustCompile(`(?m)^X-Corridor-ID: (\S+)`).FindSubmatch(text); m != nil && strings.Contains(string(text), "anna@example.org") {
			id = string(m[1])
		}
		return err
	})
	if err != nil || id == "" {
		t.Fatal("no captured email has an id", err)
	}
	post := func(authorization string) (status int, answer string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, pages.base+"/hooks/generic", strings.NewReader(`{"type":"complaint","id":"`+id+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", authorization)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, strings.TrimSpace(string(body))
	}
	if status, answer := post("Bearer another secret"); status != http.StatusUnauthorized {
		t.Errorf("another secret: %d %s", status, answer)
	}
	for _, want := range []string{`{"events":1,"changed":1,"ignored":0}`, `{"events":1,"changed":0,"ignored":0}`} {
		if status, answer := post("Bearer " + secret); status != http.StatusOK || answer != want {
			t.Errorf("%d %s, want %s", status, answer, want)
		}
	}
	var list []struct{ Email, Reason, Source string }
	if in.must(&list, "suppressions", "list", "--json"); len(list) != 1 || list[0].Email != "anna@example.org" || list[0].Reason != "complaint" || list[0].Source != "generic" {
		t.Errorf("%+v", list)
	}
	var shown struct{ Sent, Complained int }
	if in.must(&shown, "editions", "show", "1", "--json"); shown.Sent != 1 || shown.Complained != 1 {
		t.Errorf("%+v", shown)
	}
}
