package articles

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

func TestParameterBetween(t *testing.T) {
	for _, test := range []struct{ a, b, want string }{
		{"https://example.org/a", "http://www.example.org/a?foo=1", "foo"},
		{"https://example.org/a?id=1&foo=1", "https://example.org/a?Foo=2&id=1", "foo"},
		{"https://example.org/a?id=1", "https://example.org/a?id=2", "id"},
		{"https://example.org/a?id=1&foo=1", "https://example.org/a?id=2", ""},
		{"https://example.org/a?id=1", "https://example.org/b?id=2", ""},
		{"https://example.org/a", "https://example.org/a", ""},
		{"https://example.org/a?x=1" + strings.Repeat("&y", maxParameters), "https://example.org/a?x=2" + strings.Repeat("&y", maxParameters), ""},
	} {
		if got := parameterBetween(test.a, test.b); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.a, test.b, got, test.want)
		}
	}
}

func TestIdleParameters(t *testing.T) {
	known := func(n int, own, also string) (list []knownAddress) {
		for i := range n {
			list = append(list, knownAddress{fmt.Sprintf(own, i), strings.ReplaceAll(also, "#", fmt.Sprint(i))})
		}
		return list
	}
	for name, test := range map[string]struct {
		known []knownAddress
		want  []string
	}{
		"a session":                    {known(5, "https://example.org/%d", "https://example.org/#?session=1#"), []string{"session"}},
		"too few":                      {known(4, "https://example.org/%d", "https://example.org/#?session=1#"), nil},
		"beside an id":                 {known(6, "https://example.org/?id=%d", "https://example.org/?id=#&x=1"), []string{"x"}},
		"ids that were given anew":     {known(6, "https://example.org/?id=%d", "https://example.org/?id=9#"), nil},
		"a language, untranslated":     {append(known(6, "https://example.org/%d", "https://example.org/#?lang=ru"), knownAddress{"https://example.org/1?lang=ru", ""}), nil},
		"two addresses of one article": {append(known(5, "https://example.org/%d", "https://example.org/#?s=1"), known(5, "https://example.org/%d", "https://example.org/#?s=2")...), []string{"s"}},
	} {
		if got := idleParameters(test.known); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestASessionInTheAddress: a parameter with another value at each gather is learned, and
// then costs one request a gather. Ids in addresses stay.
func TestASessionInTheAddress(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	var requests atomic.Int64
	s.handle("/p", func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		id := r.URL.Query().Get("id")
		w.Header().Set("Content-Type", htmlType)
		_, _ = w.Write([]byte(testPage{title: "Report " + id, date: today, text: strings.Repeat("grain"+id+" and rails"+id+" ", 12)}.html()))
	})
	const n = 8
	list := func(session string) {
		var paths []string
		for i := range n {
			paths = append(paths, fmt.Sprintf("/p?id=%d&amp;session=%s", i, session))
		}
		s.sitemap(paths...)
	}
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	var before map[string]int64
	for i := range 5 {
		list(fmt.Sprintf("x%d", i))
		c.now = c.now.Add(time.Hour)
		requests.Store(0)
		gather(t, g, s)
		ids := identities(t, g, s)
		if len(ids) != n {
			t.Fatalf("gather %d: %v", i, ids)
		}
		if before == nil {
			before = ids
		}
		if i > 2 && requests.Load() > 2*n-1 {
			t.Errorf("gather %d: %d requests", i, requests.Load())
		}
	}
	if last := releases(t, g); last != n {
		t.Errorf("%d releases", last)
	}
	var further int
	if err := db.Get(&further, `SELECT count(*) FROM article_addresses`); err != nil || further > 3*n {
		t.Errorf("%d further addresses, %v", further, err)
	}
}
