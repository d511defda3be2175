package entries

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// finish tells the entries of a feed apart, and returns the feed with the fault of the bad
// ones.
func (f *Feed) finish(bad int) (*Feed, error) {
	if len(f.Entries) == 0 && bad > 0 {
		return nil, fmt.Errorf("%w: none of its %d entries can be read", ErrNotFeed, bad)
	}
	f.dropSharedIDs()
	for i := range f.Entries {
		if e := &f.Entries[i]; e.ID == "" && e.URL == "" {
			e.ID = madeID(*e)
		}
	}
	if bad > 0 {
		return f, fmt.Errorf("%w: %d of %d", ErrBadEntries, bad, bad+len(f.Entries))
	}
	return f, nil
}

// dropSharedIDs drops ids that entries with other addresses or titles have as well.
func (f *Feed) dropSharedIDs() {
	type owner struct{ url, title string }
	owners, shared := map[string]owner{}, map[string]bool{}
	for _, e := range f.Entries {
		is := owner{e.URL, e.Title}
		if e.URL != "" {
			is.title = ""
		}
		if was, known := owners[e.ID]; known && was != is {
			shared[e.ID] = true
		}
		owners[e.ID] = is
	}
	for i := range f.Entries {
		if e := &f.Entries[i]; shared[e.ID] {
			e.ID = ""
		}
	}
}

// madeID is the id of an entry without one and without an address: its title and the day
// of its date.
func madeID(e Entry) string {
	day := ""
	if !e.Published.Time.IsZero() {
		day = e.Published.Time.UTC().Format("2006-01-02")
	}
	sum := sha256.Sum256([]byte(strings.ToLower(e.Title) + "\x00" + day))
	return "entry:" + hex.EncodeToString(sum[:12])
}
