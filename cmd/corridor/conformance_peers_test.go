//go:build conformance

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// seenEntry is an entry as a feed reader interpreted it.
type seenEntry struct {
	ID, Title, Link    string
	Authors            []string
	Categories         []string
	Published, Updated string // RFC 3339
	Content            string
}

// peer is an independent feed reader.
type peer struct {
	name    string
	formats string
	// lacks names the facts that the reader does not show.
	lacks string
	// keeps is true for a reader that keeps earlier entries.
	keeps bool
	// poll makes the reader request the address, with its state in the folder.
	poll func(t *testing.T, folder, address string) []seenEntry
}

var peers = []peer{
	{name: "feedparser", formats: "rss atom", poll: script("/usr/bin/python3", "python3-feedparser", "poll_feedparser.py")},
	{name: "newsboat", formats: "rss atom", lacks: "authors categories updated", keeps: true, poll: script("/usr/bin/python3", "newsboat", "newsboat.py")},
	{name: "sfeed", formats: "rss atom", lacks: "authors updated", keeps: true, poll: sfeedPoll},
	{name: "gofeed", formats: "rss atom json", poll: gofeedPoll},
	{name: "npm feedparser", formats: "rss atom", lacks: "authors updated", poll: script("node", "npm", "npm.mjs", "feedparser")},
	{name: "npm feedsmith", formats: "rss atom json", poll: script("node", "npm", "npm.mjs", "feedsmith")},
	{name: "npm rss-parser", formats: "atom", lacks: "authors categories updated", poll: script("node", "npm", "npm.mjs", "rss-parser")},
	{name: "npm rss-parser", formats: "rss", lacks: "authors updated", poll: script("node", "npm", "npm.mjs", "rss-parser")},
}

const peerFolder = "../../scripts/peers"

// script runs a program of scripts/peers, which prints the entries that the reader saw.
func script(program, from string, args ...string) func(*testing.T, string, string) []seenEntry {
	return func(t *testing.T, folder, address string) []seenEntry {
		t.Helper()
		args := append([]string{filepath.Join(peerFolder, args[0])}, args[1:]...)
		out := runPeer(t, from, program, append(args, filepath.Join(folder, "state"), address)...)
		var list []seenEntry
		if err := json.Unmarshal(out, &list); err != nil {
			t.Fatalf("%s %v: %v\n%s", program, args, err, out)
		}
		return list
	}
}

func runPeer(t *testing.T, from, program string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = time.Second
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("%s is missing: run scripts/setup.sh conformance, which installs %s", program, from)
	}
	if err != nil {
		t.Fatalf("%s %v: %v\n%s\nIf a program is missing: scripts/setup.sh conformance installs it.", program, args, err, complaints.Bytes())
	}
	return out
}

// sfeedPoll makes sfeed_update fetch with curl and validators, as sfeed's manual shows, and
// keep entries by their ids.
func sfeedPoll(t *testing.T, folder, address string) []seenEntry {
	t.Helper()
	config := `sfeedpath="` + folder + `/feeds"
fetch() { curl -sSf -m 15 --compressed --etag-save "` + folder + `/etag" --etag-compare "` + folder + `/etag" "$2"; }
merge() { sort -s -t '	' -u -k6,6 "$3" "$2"; }
feeds() { feed "all" "` + address + `"; }
`
	file := filepath.Join(folder, "sfeedrc")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	runPeer(t, "sfeed and curl", "sfeed_update", file)
	text, err := os.ReadFile(filepath.Join(folder, "feeds", "all"))
	if err != nil {
		t.Fatal(err)
	}
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`)
	var list []seenEntry
	for line := range strings.Lines(string(text)) {
		field := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), make([]string, 9)...)
		seconds, err := time.ParseDuration(field[0] + "s")
		if err != nil {
			t.Fatalf("sfeed: %q: %v", line, err)
		}
		list = append(list, seenEntry{
			ID: field[5], Title: field[1], Link: field[2], Categories: strings.Split(field[8], "|"),
			Published: time.Unix(0, 0).Add(seconds).UTC().Format(time.RFC3339), Content: unescape.Replace(field[3]),
		})
	}
	return list
}

// gofeedPoll fetches as a Go program would and parses with gofeed.
func gofeedPoll(t *testing.T, folder, address string) []seenEntry {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(folder, "etag")
	if etag, err := os.ReadFile(state); err == nil {
		request.Header.Set("If-None-Match", string(etag))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotModified {
		return nil
	}
	if err := os.WriteFile(state, []byte(answer.Header.Get("ETag")), 0o600); err != nil {
		t.Fatal(err)
	}
	feed, err := gofeed.NewParser().Parse(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list []seenEntry
	for _, item := range feed.Items {
		e := seenEntry{ID: item.GUID, Title: item.Title, Link: item.Link, Categories: item.Categories, Content: item.Content}
		for _, author := range item.Authors {
			e.Authors = append(e.Authors, author.Name)
		}
		if feed.FeedType == "rss" && item.DublinCoreExt != nil { // of several authors, Authors has the first
			e.Authors = item.DublinCoreExt.Creator
		}
		if item.PublishedParsed != nil {
			e.Published = item.PublishedParsed.UTC().Format(time.RFC3339)
		}
		if item.UpdatedParsed != nil {
			e.Updated = item.UpdatedParsed.UTC().Format(time.RFC3339)
		}
		list = append(list, e)
	}
	return list
}

// frontDoor is a proxy for the service that records the answers.
type frontDoor struct {
	*http.Server
	base     string
	answered chan string
	to       *url.URL
}

func newFrontDoor(t *testing.T) *frontDoor {
	d := &frontDoor{base: "http://" + free(t), answered: make(chan string, 1000)}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(d.to); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error {
			d.answered <- cmp.Or(map[int]string{200: "whole", 304: "not modified"}[r.StatusCode], r.Status)
			return nil
		},
	}
	d.Server = &http.Server{Addr: strings.TrimPrefix(d.base, "http://"), Handler: proxy, ReadHeaderTimeout: time.Minute}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// open forwards requests to the service.
func (d *frontDoor) open(t *testing.T, service string) {
	t.Helper()
	var err error
	if d.to, err = url.Parse(service); err != nil {
		t.Fatal(err)
	}
	go func() { _ = d.ListenAndServe() }()
	eventually(t, "the front door", func() bool { _, status := get(t, d.base+"/healthz"); return status == http.StatusOK })
	d.answers()
}

// answers returns the answers since the last call, without repetitions: newsboat repeats
// its request after a 304.
func (d *frontDoor) answers() string {
	var list []string
	for {
		select {
		case a := <-d.answered:
			list = append(list, a)
		default:
			return strings.Join(slices.Compact(list), ", ")
		}
	}
}
