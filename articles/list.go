package articles

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"corridor/articles/entries"

	"corridor/fetch"

	"github.com/lib/pq"
)

// list holds what a document of a source lists: "not modified" stands for it.
type list struct {
	Base  string // the document's address after redirects
	Feed  *entries.Feed
	Links []entries.Link
	Next  string // the page after it

	doc *fetch.Document // the answer that it came with
}

// listForm is the version of the form of stored lists, and of the rules that make them.
const listForm = 1

// maxListBytes is the size of a stored list, packed. A larger one is read again each time.
const maxListBytes = 4 << 20

// askList asks for a document of a source, unless the version that was listed last is still
// current. read makes the request with the validators given, and fills the list. A list with
// a fault is not kept, because the fault must be found again.
func (g *Gatherer) askList(ctx context.Context, s Source, address string, read func(v fetch.Validators, l *list) (*fetch.Document, error)) (*list, error) {
	kept, v, err := g.store.keptList(ctx, s, address)
	if err != nil {
		return nil, err
	}
	l := &list{}
	doc, fault := read(v, l)
	if fault == nil && doc.NotModified && kept != nil {
		kept.doc = doc
		return kept, nil
	}
	l.doc = doc
	if fault != nil {
		return l, fault
	}
	return l, g.store.keepList(ctx, s, address, doc.Validators, kept != nil, l)
}

// keptList returns a list with the validators of its document; without a list that is of
// use they are empty.
func (s *Store) keptList(ctx context.Context, source Source, address string) (*list, fetch.Validators, error) {
	var row struct {
		ETag         string `db:"etag"`
		LastModified string `db:"last_modified"`
		List         []byte `db:"list"`
	}
	err := s.db.GetContext(ctx, &row, `
		SELECT etag, last_modified, list FROM source_lists WHERE source = $1 AND url = $2 AND form = $3 AND match = $4`,
		source.Name, address, listForm, source.Match)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fetch.Validators{}, nil
	}
	if err != nil {
		return nil, fetch.Validators{}, fmt.Errorf("articles: reading a source's list: %w", err)
	}
	var l list
	unpacked, err := gzip.NewReader(bytes.NewReader(row.List))
	if err == nil {
		err = json.NewDecoder(unpacked).Decode(&l)
	}
	if err != nil {
		return nil, fetch.Validators{}, nil //nolint:nilerr // it is read anew
	}
	return &l, fetch.Validators{ETag: row.ETag, LastModified: row.LastModified}, nil
}

// keepList stores a list that was read whole, when its document has validators. had says that
// an earlier list is stored.
func (s *Store) keepList(ctx context.Context, source Source, address string, v fetch.Validators, had bool, l *list) error {
	v = storableValidators(v)
	var packed bytes.Buffer
	if v != (fetch.Validators{}) {
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		if err := errors.Join(json.NewEncoder(io.Writer(w)).Encode(l), w.Close()); err != nil {
			return fmt.Errorf("articles: packing a source's list: %w", err)
		}
	}
	var err error
	if packed.Len() > 0 && packed.Len() <= maxListBytes {
		_, err = s.db.ExecContext(ctx, `
			INSERT INTO source_lists (source, url, etag, last_modified, form, match, list) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (source, url) DO UPDATE SET
				etag = excluded.etag, last_modified = excluded.last_modified, form = excluded.form, match = excluded.match, list = excluded.list`,
			source.Name, address, v.ETag, v.LastModified, listForm, source.Match, packed.Bytes())
	} else if had {
		_, err = s.db.ExecContext(ctx, `DELETE FROM source_lists WHERE source = $1 AND url = $2`, source.Name, address)
	}
	if err != nil {
		return fmt.Errorf("articles: storing a source's list: %w", err)
	}
	return nil
}

// forgetLists drops the lists of documents that a source has no more.
func (s *Store) forgetLists(ctx context.Context, source string, has []string) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM source_lists WHERE source = $1 AND url <> ALL ($2)`, source, pq.Array(has)); err != nil {
		return fmt.Errorf("articles: forgetting lists of a source: %w", err)
	}
	return nil
}
