package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/articles"
	"corridor/mailer/deliveries"
	"corridor/subscribers"

	"github.com/lib/pq"
)

// Why is the explanation why a reader did or did not get an article.
type Why struct {
	Email    string      `json:"email"`
	Article  string      `json:"article"` // the article's address
	Title    string      `json:"title"`
	Got      bool        `json:"got"`     // an email with the article was accepted for the reader
	Matches  bool        `json:"matches"` // the article matches the reader's present preferences
	Reasons  []string    `json:"reasons"` // sentences, the deciding one first
	Editions []WhySender `json:"editions"`
}

// WhySender is an edition in which the article was planned for the reader.
type WhySender struct {
	Edition  int64            `json:"edition"`
	Kind     string           `json:"kind"`
	Subject  string           `json:"subject"`
	State    State            `json:"state"`    // of the edition
	Delivery deliveries.State `json:"delivery"` // state of the reader's delivery
	At       string           `json:"at"`       // time of the last attempt or result; empty: none yet
}

// whyReader holds the facts about the reader that the explanation needs.
type whyReader struct {
	ID          int64             `db:"id"`
	Email       string            `db:"email"`
	State       subscribers.State `db:"state"`
	Frequency   Frequency         `db:"frequency"`
	TimeZone    string            `db:"time_zone"`
	PausedUntil sql.NullTime      `db:"paused_until"`
	ConfirmedAt sql.NullTime      `db:"confirmed_at"`
	LeftAt      sql.NullTime      `db:"left_at"`
	Programs    pq.StringArray    `db:"programs"`
	Regions     pq.StringArray    `db:"regions"`
	Suppressed  sql.NullString    `db:"suppressed"`
	Detail      string            `db:"detail"` // words of the suppression
	FirstHard   sql.NullTime      `db:"first_hard"`
	Seen        sql.NullInt64     `db:"seen_release_no"`
	HadUntil    sql.NullTime      `db:"had_until"`
}

// whyArticle holds the facts about the article that the explanation needs.
type whyArticle struct {
	ID         int64          `db:"id"`
	URL        string         `db:"url"`
	Title      string         `db:"title"`
	State      articles.State `db:"state"`
	Newsworthy bool           `db:"newsworthy"`
	Programs   pq.StringArray `db:"programs"`
	Regions    pq.StringArray `db:"regions"`
	ReleaseNo  sql.NullInt64  `db:"release_no"`
	ReleasedAt sql.NullTime   `db:"released_at"`
	NewsAt     sql.NullTime   `db:"news_at"`
}

// whyDelivery is a delivery to the reader that was planned with the article.
type whyDelivery struct {
	Edition    int64            `db:"edition_id"`
	Kind       string           `db:"kind"`
	Subject    string           `db:"subject"`
	Edstate    State            `db:"edition_state"`
	State      deliveries.State `db:"state"`
	Reason     sql.NullString   `db:"reason"`
	Reply      sql.NullString   `db:"reply"`
	LastAt     sql.NullTime     `db:"last_at"`
	Bounced    sql.NullTime     `db:"bounced_at"`    // time of the report that this accepted email was not delivered
	Complained sql.NullTime     `db:"complained_at"` // time of the reader's complaint
	Carried    bool             `db:"carried"`       // the rendering that was sent contains the article, or nothing was sent yet
}

// sameArticle are the ids that article $2 has had: its own, and those of the articles that
// were merged into it.
const sameArticle = `ARRAY(SELECT id FROM articles WHERE id = $2 OR merged_into = $2)`

// Why explains why the reader with an address did or did not get an article, which is named
// as [articles.Store.Find] takes it. The error is [ErrNotFound] when there is no such reader,
// and [articles.ErrUnknown] when there is no such article.
func (s *Store) Why(ctx context.Context, email, article string, now time.Time) (Why, error) {
	folded, err := subscribers.Fold(email)
	if err != nil {
		return Why{}, missing("there is no reader %s: %v", email, err)
	}
	var r whyReader
	err = s.db.GetContext(ctx, &r, `
		SELECT s.id, s.email, s.state, s.frequency, s.time_zone, s.paused_until, s.confirmed_at, s.left_at, p.programs, p.regions,
			(SELECT x.reason FROM suppressions x WHERE `+subscribers.SuppressionOf+`) AS suppressed,
			COALESCE((SELECT x.detail FROM suppressions x WHERE `+subscribers.SuppressionOf+`), '') AS detail,
			(SELECT h.first_at FROM hard_bounces h WHERE h.subscriber_id = s.id) AS first_hard,
			(SELECT o.seen_release_no FROM reader_positions o WHERE o.subscriber_id = s.id) AS seen_release_no,
			(SELECT h.had_until FROM reader_starts h WHERE h.subscriber_id = s.id) AS had_until
		FROM subscribers s JOIN preference_sets p ON p.id = s.preference_set_id
		WHERE s.folded = $1`, folded)
	if errors.Is(err, sql.ErrNoRows) {
		return Why{}, missing("there is no reader %s", email)
	}
	if err != nil {
		return Why{}, fmt.Errorf("editions: reading a reader's facts: %w", err)
	}
	found, err := articles.NewStore(s.db).Find(ctx, article)
	if err != nil {
		return Why{}, err
	}
	var a whyArticle
	if err := s.db.GetContext(ctx, &a, `
		SELECT id, url, title, state, newsworthy, programs, regions, release_no, COALESCE(numbered_at, released_at) AS released_at, `+articles.NewsTimeSQL+` AS news_at FROM articles WHERE id = $1`, found.ID); err != nil {
		return Why{}, fmt.Errorf("editions: reading the facts of article %d: %w", found.ID, err)
	}
	var sent []whyDelivery
	if err := s.db.SelectContext(ctx, &sent, `
		SELECT d.edition_id, e.kind, e.subject, e.state AS edition_state, d.reason, d.reply, d.last_at, d.complained_at, CASE d.stage WHEN '`+deliveries.StageReport+`' THEN d.bounced_at END AS bounced_at,
			CASE WHEN EXISTS (SELECT 1 FROM being_sent b WHERE b.batch_id = d.batch_id AND b.subscriber_id = d.subscriber_id) THEN 'sending' ELSE d.state END AS state,
			COALESCE((SELECT n.article_ids && `+sameArticle+` FROM renderings n WHERE n.id = d.rendering_id), true) AS carried
		FROM variant_articles va JOIN variants v ON v.id = va.variant_id JOIN editions e ON e.id = v.edition_id
		JOIN deliveries d ON d.edition_id = v.edition_id AND d.variant_id = v.id AND d.subscriber_id = $1
		WHERE va.article_id = ANY (`+sameArticle+`) ORDER BY d.edition_id DESC`, r.ID, a.ID); err != nil {
		return Why{}, fmt.Errorf("editions: reading the deliveries of article %d to reader %d: %w", a.ID, r.ID, err)
	}
	return s.explain(r, a, sent, now), nil
}

// explain returns the explanation for a reader, an article and the deliveries of the
// article to the reader.
func (s *Store) explain(r whyReader, a whyArticle, sent []whyDelivery, now time.Time) Why {
	w := Why{Email: r.Email, Article: a.URL, Title: a.Title, Matches: articles.Matches(a.Programs, a.Regions, r.Programs, r.Regions), Editions: []WhySender{}}
	mayStillHave := false
	for _, d := range sent {
		sender := WhySender{Edition: d.Edition, Kind: d.Kind, Subject: d.Subject, State: d.Edstate, Delivery: d.State}
		if d.LastAt.Valid {
			sender.At = s.moment(d.LastAt.Time)
		}
		w.Editions = append(w.Editions, sender)
		w.Got = w.Got || (d.State == deliveries.Sent && d.Carried)
		switch d.State {
		case deliveries.Queued, deliveries.Sending, deliveries.Sent, deliveries.Deferred, deliveries.Uncertain:
			mayStillHave = mayStillHave || d.Carried
		case deliveries.Failed:
			mayStillHave = mayStillHave || d.Reason.String == "dropped"
		}
		w.Reasons = append(w.Reasons, s.deliverySentence(d))
		if d.Complained.Valid {
			w.Reasons = append(w.Reasons, fmt.Sprintf("They reported that email as unwanted on %s.", s.moment(d.Complained.Time)))
		}
	}
	if w.Got || mayStillHave {
		return w
	}
	if stop := articleStops(a); stop != "" {
		w.Reasons = append(w.Reasons, stop)
	}
	w.Reasons = append(w.Reasons, s.readerStops(r, now)...)
	if !w.Matches {
		w.Reasons = append(w.Reasons, s.mismatches(r, a)...)
	}
	if a.State == articles.Released && a.Newsworthy && w.Matches {
		w.Reasons = append(w.Reasons, s.prospect(r, a, len(sent) > 0, now))
	}
	return w
}

// deliverySentence returns a sentence with the result of one delivery.
func (s *Store) deliverySentence(d whyDelivery) string {
	in := fmt.Sprintf("edition %d (%s)", d.Edition, d.Subject)
	at := ""
	if d.LastAt.Valid {
		at = " on " + s.moment(d.LastAt.Time)
	}
	answer := ""
	if d.Reply.String != "" {
		answer = ": " + oneLine(d.Reply.String)
	}
	if d.Bounced.Valid {
		return s.returnedSentence(d, in+at, answer)
	}
	switch d.State {
	case deliveries.Sent:
		if !d.Carried {
			return fmt.Sprintf("It was chosen for %s but withdrawn before their email was sent%s.", in, at)
		}
		return fmt.Sprintf("It was sent in %s; their mail server accepted it%s.", in, at)
	case deliveries.Queued:
		switch d.Edstate {
		case Paused, Held, Cancelled:
			return fmt.Sprintf("It is in %s, which is %s.", in, d.Edstate)
		}
		return fmt.Sprintf("It is in %s and waits to be sent.", in)
	case deliveries.Sending:
		return fmt.Sprintf("It is in %s and being sent.", in)
	case deliveries.Deferred:
		return fmt.Sprintf("It is in %s; their mail server deferred it%s%s.", in, at, answer)
	case deliveries.Uncertain:
		return fmt.Sprintf("It was sent in %s%s without a reply: it may have arrived. 'corridor editions uncertain %d' shows what can be done.", in, at, d.Edition)
	case deliveries.Bounced:
		return fmt.Sprintf("It was sent in %s, but the mailbox does not exist%s%s.", in, at, answer)
	case deliveries.Skipped:
		return fmt.Sprintf("It was in %s, but left out: %s.", in, skipWords(d.Reason.String))
	}
	if d.Reason.String == "dropped" {
		return fmt.Sprintf("It was sent in %s without a reply, and staff decided not to send it again.", in)
	}
	return fmt.Sprintf("It was in %s, but their mail server refused it%s%s.", in, at, answer)
}

// returnedSentence returns a sentence with the report that an accepted email was not
// delivered.
func (s *Store) returnedSentence(d whyDelivery, sent, answer string) string {
	when := s.moment(d.Bounced.Time)
	switch d.State {
	case deliveries.Bounced:
		return fmt.Sprintf("It was sent in %s and accepted, but it bounced on %s: the mailbox does not exist%s.", sent, when, answer)
	case deliveries.Failed:
		return fmt.Sprintf("It was sent in %s and accepted, but it came back on %s: their mail server refused it%s.", sent, when, answer)
	}
	return fmt.Sprintf("It was sent in %s and came back on %s%s; it will be sent once more.", sent, when, answer)
}

func skipWords(reason string) string {
	switch reason {
	case "left":
		return "the reader had left before it was sent"
	case "paused":
		return "the reader had paused before it was sent"
	case "suppressed":
		return "the address was suppressed before it was sent"
	case "erased":
		return "the reader was erased before it was sent"
	}
	return "the email was cancelled before it was sent"
}

func (s *Store) moment(t time.Time) string { return t.In(s.opts.Zone).Format(time.RFC3339) }
