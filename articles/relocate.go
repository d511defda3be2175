package articles

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// relocateTx gives a known article the address at which it was found, unless its own is
// still good, and the guid that its source now has for it. The former address stays
// known. It reports whether the article has moved.
func relocateTx(ctx context.Context, tx *sqlx.Tx, k known, f Found) (bool, error) {
	if err := adoptTx(ctx, tx, k, f); err != nil {
		return false, err
	}
	keep, err := keepsAddressTx(ctx, tx, k, f)
	if err != nil {
		return false, err
	}
	if keep {
		return false, aliasTx(ctx, tx, k, f)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM article_addresses WHERE url = $1`, f.URL); err != nil {
		return false, fmt.Errorf("articles: moving: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE articles SET url = $2, etag = '', last_modified = '' WHERE id = $1`, k.ID, f.URL); err != nil {
		return false, fmt.Errorf("articles: moving: %w", err)
	}
	former := k.URL
	k.URL = f.URL
	if err := rememberTx(ctx, tx, k, former); err != nil {
		return false, err
	}
	return true, aliasTx(ctx, tx, k, f)
}

// keepsAddressTx reports whether an article stays at its address though it was found at
// another.
func keepsAddressTx(ctx context.Context, tx *sqlx.Tx, k known, f Found) (bool, error) {
	if f.URL == "" || f.URL == k.URL {
		return true, nil
	}
	if f.round != nil && !f.round.isGone(k.ID) {
		sameForm := addressKey(f.URL) == addressKey(k.URL)
		switch {
		case f.Claim != "" && addressKey(f.Claim) == addressKey(k.URL): // the page names it
			return true, nil
		case sameForm && !f.Form && f.round.listed[k.URL]: // both forms are listed
			return true, nil
		case !sameForm && f.Known == 0 && f.round.lists(k.Source, k.URL, ""):
			return true, nil
		}
	}
	var taken bool
	err := tx.GetContext(ctx, &taken, `SELECT EXISTS (SELECT FROM articles WHERE url = $1)`, f.URL)
	if err != nil {
		return false, fmt.Errorf("articles: moving: %w", err)
	}
	return taken, nil
}

// adoptTx records the source's present guid, and takes an article over from a source that
// is read no more, or at which it is gone.
func adoptTx(ctx context.Context, tx *sqlx.Tx, k known, f Found) error {
	source := k.Source
	if f.round != nil && k.Source != "" && (k.State == Withdrawn || !slices.Contains(f.round.others, k.Source)) {
		source = f.Source
	}
	guid := k.GUID
	if f.GUID != "" && source == f.Source {
		guid = f.GUID
	}
	if source == k.Source && guid == k.GUID {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE articles SET source = $2, guid = NULLIF($3, '') WHERE id = $1`, k.ID, source, guid); err != nil {
		return fmt.Errorf("articles: taking over an article: %w", err)
	}
	return nil
}

// aliasTx records the addresses at which an article was found in addition to its own.
func aliasTx(ctx context.Context, tx *sqlx.Tx, k known, f Found) error {
	if f.round == nil {
		return nil
	}
	for _, address := range []string{f.URL, f.Asked} {
		if address == "" || addressKey(address) == addressKey(k.URL) {
			continue
		}
		if err := rememberTx(ctx, tx, k, address); err != nil {
			return err
		}
	}
	return nil
}

// rememberTx records a former or further address of an article, unless it is the address
// of another one.
func rememberTx(ctx context.Context, tx *sqlx.Tx, k known, address string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO article_addresses (url, article_id) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM articles WHERE url = $1)
		ON CONFLICT (url) DO UPDATE SET article_id = excluded.article_id WHERE article_addresses.article_id <> excluded.article_id`, address, k.ID)
	if err != nil {
		return fmt.Errorf("articles: remembering an address: %w", err)
	}
	return nil
}

// relocate gives a known article the address at which it was found, and changes nothing
// else.
func (s *Store) relocate(ctx context.Context, f Found, now time.Time) (moved bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		m, err := matchByID(ctx, tx, f)
		if err != nil {
			return err
		}
		if moved, err = relocateTx(ctx, tx, m.known, f); err != nil || !moved {
			return err
		}
		return touchTx(ctx, tx, m.ID, now)
	})
	return moved, err
}

// looked records that an article which its feed lists no more is still there, or where
// it has moved.
func (g *Gatherer) looked(ctx context.Context, row Row, c candidate, k knownPage, found Found) (Row, error) {
	if found.Known != 0 && !c.round.plan.decided {
		a, err := g.store.Get(ctx, k.ID)
		c.round.plan.wait(changeOf(row.URL, a, found, effect{outcome: Updated}), deferred{row: row, c: c, k: k, found: &found})
		return Row{}, err
	}
	row.Outcome = Unchanged
	if found.Known != 0 {
		moved, err := g.store.relocate(ctx, found, g.Now())
		if err != nil {
			return row, err
		}
		if moved {
			row.Outcome = Updated
		}
	}
	a, err := g.store.checked(ctx, k.ID, g.Now())
	row.Article, row.URL, row.MovedFrom = a, cmp.Or(a.URL, row.URL), found.round.movedFrom(a)
	return row, err
}
