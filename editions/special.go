package editions

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/message"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Special is the content and the audience of a special edition, as staff edit them.
type Special struct {
	Subject  string
	Intro    string  // paragraphs separated by empty lines
	Articles []int64 // ids, in the order of the email
	Audience Audience
}

// check returns an error for a special edition that cannot be sent: it lacks a subject or
// content, or its audience is invalid.
func (s *Store) check(sp Special) error {
	switch {
	case oneLine(sp.Subject) == "":
		return refuse("a special edition needs a subject")
	case len(sp.Articles) == 0 && oneLine(sp.Intro) == "":
		return refuse("a special edition needs an article or words of its own")
	}
	return sp.Audience.check(s.opts.Programs, s.opts.Regions)
}

// CreateSpecial stores a draft and returns its id.
func (s *Store) CreateSpecial(ctx context.Context, sp Special, now time.Time) (_ int64, err error) {
	defer wrap(&err, "creating a special edition")
	if err := s.check(sp); err != nil {
		return 0, err
	}
	audience, err := json.Marshal(sp.Audience)
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.db.GetContext(ctx, &id, `
		INSERT INTO editions (kind, subject, intro, article_ids, audience, state, created_at)
		VALUES ('special', $1, $2, $3, $4, 'draft', $5) RETURNING id`,
		oneLine(sp.Subject), sp.Intro, pq.Array(append([]int64{}, sp.Articles...)), audience, now)
	return id, err
}

// EditSpecial changes a draft or approved special edition. A change of content or audience
// makes an approval lapse.
func (s *Store) EditSpecial(ctx context.Context, id int64, change func(*Special) error) (err error) {
	defer wrap(&err, "changing special edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		row, err := specialTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.State != Draft && row.State != Approved {
			return StateError{id, row.State, "changed"}
		}
		if err := change(&row.Special); err != nil {
			return refusal{err.Error(), err}
		}
		if err := s.check(row.Special); err != nil {
			return err
		}
		audience, err := json.Marshal(row.Audience)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE editions SET subject = $2, intro = $3, article_ids = $4, audience = $5 WHERE id = $1`,
			id, oneLine(row.Subject), row.Intro, pq.Array(append([]int64{}, row.Articles...)), audience)
		return err
	})
}

// specialRow is a special edition as it is stored.
type specialRow struct {
	Special
	ID       int64
	State    State
	Approved []byte
	Hash     []byte // of the present content and audience
	Started  sql.NullTime
}

// specialTx reads and locks a special edition.
func specialTx(ctx context.Context, tx *sqlx.Tx, id int64) (specialRow, error) {
	row := specialRow{ID: id}
	var kind string
	var audience []byte
	err := tx.QueryRowxContext(ctx, `SELECT kind, subject, intro, article_ids, audience, state, approved_hash, started_at FROM editions WHERE id = $1 FOR UPDATE`, id).
		Scan(&kind, &row.Subject, &row.Intro, (*pq.Int64Array)(&row.Articles), &audience, &row.State, &row.Approved, &row.Started)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && kind != "special") {
		return row, missing("there is no special edition %d; 'corridor editions list' shows all", id)
	}
	if err != nil {
		return row, err
	}
	if err := json.Unmarshal(audience, &row.Audience); err != nil {
		return row, err
	}
	row.Hash, err = row.hashTx(ctx, tx)
	return row, err
}

// hashTx returns the hash that an approval is bound to. It covers subject and
// introduction, the articles with their present content, and the audience.
func (row specialRow) hashTx(ctx context.Context, tx *sqlx.Tx) ([]byte, error) {
	type article struct {
		ID   int64  `db:"id"`
		Hash []byte `db:"content_hash"`
	}
	var articles []article
	if err := tx.SelectContext(ctx, &articles, `
		SELECT a.id, a.content_hash FROM unnest($1::bigint[]) WITH ORDINALITY AS l(id, n) JOIN articles a USING (id) ORDER BY l.n`, pq.Array(row.Articles)); err != nil {
		return nil, err
	}
	text, err := json.Marshal(struct {
		Subject, Intro string
		Articles       []article
		Audience       Audience
	}{row.Subject, row.Intro, articles, row.Audience})
	sum := sha256.Sum256(text)
	return sum[:], err
}

// Approve stores the approval of a special edition with the hash of its present content.
func (s *Store) Approve(ctx context.Context, id int64, by string) (err error) {
	defer wrap(&err, "approving special edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		row, err := specialTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.State != Draft && row.State != Approved {
			return StateError{id, row.State, "approved"}
		}
		if err := readyToSendTx(ctx, tx, row); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE editions SET state = 'approved', approved_hash = $2, approved_by = $3 WHERE id = $1`, id, row.Hash, by)
		return err
	})
}

// readyToSendTx returns an error if an article is not released.
func readyToSendTx(ctx context.Context, tx *sqlx.Tx, row specialRow) error {
	var title, state string
	err := tx.QueryRowxContext(ctx, `
		SELECT title, state FROM articles
		WHERE id IN (SELECT COALESCE(merged_into, id) FROM articles WHERE id = ANY ($1)) AND state <> 'released' LIMIT 1`,
		pq.Array(row.Articles)).Scan(&title, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return refuse("the article %q is %s; release it, or leave it out with 'corridor special edit %d'", title, state, row.ID)
}

// SendSpecial plans and renders an approved special edition. A second call plans nothing
// and returns the edition. The error is [ErrNotApproved], [ErrLapsed] or a [StateError]
// when the edition may not be sent.
func (s *Store) SendSpecial(ctx context.Context, id int64, now time.Time) (Edition, error) {
	if err := s.planSpecial(ctx, id, now); err != nil {
		return Edition{}, err
	}
	if err := s.Prepare(ctx, now); err != nil {
		return Edition{}, err
	}
	return s.Find(ctx, id)
}

// planSpecial plans a special edition in one transaction. Its batches are due only when it
// is rendered.
func (s *Store) planSpecial(ctx context.Context, id int64, now time.Time) (err error) {
	defer wrap(&err, "sending special edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlanningTx(ctx, tx); err != nil {
			return err
		}
		row, err := specialTx(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case row.State == Sending || row.State == Finished || row.State == Paused || row.State == Held:
			return deliveries.ExcuseTx(ctx, tx, id, time.Time{}, now)
		case row.State == Cancelled:
			return StateError{id, row.State, "sent"}
		case len(row.Approved) == 0:
			return refusal{fmt.Sprintf("special edition %d: %v; run 'corridor special approve %d'", id, ErrNotApproved, id), ErrNotApproved}
		case string(row.Approved) != string(row.Hash):
			return refusal{fmt.Sprintf("special edition %d: %v; look at it with 'corridor special preview %d', then 'corridor special approve %d'", id, ErrLapsed, id, id), ErrLapsed}
		}
		if err := readyToSendTx(ctx, tx, row); err != nil {
			return err
		}
		return s.planSpecialTx(ctx, tx, row, now)
	})
}

// planSpecialTx writes the edition's only variant and its deliveries.
func (s *Store) planSpecialTx(ctx context.Context, tx *sqlx.Tx, row specialRow, now time.Time) error {
	v := PlannedVariant{Articles: append([]int64{}, row.Articles...), Shown: len(row.Articles)}
	variant, err := insertVariantTx(ctx, tx, row.ID, &v, 0)
	if err != nil {
		return err
	}
	n, err := deliveries.EnqueueTx(ctx, tx, row.ID, `SELECT subscriber_id, $9::bigint AS variant_id, domain FROM (`+audienceQuery+`) AS audience`,
		append(row.Audience.args(now), variant)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return refuse("special edition %d: no active reader is in its audience; see 'corridor special preview %d'", row.ID, row.ID)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE editions SET started_at = $2 WHERE id = $1`, row.ID, now); err != nil {
		return err
	}
	s.log.Info("edition planned", "edition_id", row.ID, "kind", "special", "readers", n, "variants", 1)
	return setStateTx(ctx, tx, row.ID, Sending, "sent", Draft, Approved)
}

// Preview is a special edition as it would be sent now, with the number of its readers.
type Preview struct {
	Subject  string
	HTML     string
	Text     string
	Readers  int64
	Approved bool
}

// PreviewSpecial renders a special edition from its present content, with neutral values
// for placeholders.
func (s *Store) PreviewSpecial(ctx context.Context, id int64, now time.Time) (_ Preview, err error) {
	defer wrap(&err, "previewing special edition %d", id)
	var p Preview
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		row, mail, err := s.renderSpecialTx(ctx, tx, id, now)
		if err != nil {
			return err
		}
		p = Preview{Subject: mail.Subject, Approved: string(row.Approved) == string(row.Hash)}
		values := s.neutral(s.opts.BaseURL + fmt.Sprintf("/editions/%d", id))
		if p.HTML, err = values.html(mail.HTML, mail.HTMLPlaces); err != nil {
			return err
		}
		if p.Text, err = values.text(mail.Text, mail.TextPlaces); err != nil {
			return err
		}
		p.Readers, err = row.Audience.size(ctx, tx, now)
		return err
	})
	return p, err
}

// RenderSpecial renders a special edition from its present content for an email to one
// address. Nothing is stored.
func (s *Store) RenderSpecial(ctx context.Context, id int64, now time.Time) (mail message.Rendering, err error) {
	defer wrap(&err, "rendering special edition %d", id)
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		_, mail, err = s.renderSpecialTx(ctx, tx, id, now)
		return err
	})
	return mail, err
}

// renderSpecialTx reads and locks a special edition, and renders its present content with
// open placeholders.
func (s *Store) renderSpecialTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) (specialRow, message.Rendering, error) {
	row, err := specialTx(ctx, tx, id)
	if err != nil {
		return row, message.Rendering{}, err
	}
	articles, err := articlesTx(ctx, tx, row.Articles, false)
	if err != nil {
		return row, message.Rendering{}, err
	}
	v := variantRow{Kind: "special", Subject: row.Subject, Intro: row.Intro, Shown: len(articles), Started: row.Started}
	view, mail, err := s.render(v, articles, now)
	return row, message.Rendering{
		Kind: v.Kind, List: row.Audience.list(), Subject: view.Subject, HTML: mail.HTML, HTMLPlaces: mail.HTMLPlaces, Text: mail.Text, TextPlaces: mail.TextPlaces,
	}, err
}
