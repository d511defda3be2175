package editions

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"corridor/mailer/deliveries"

	"github.com/lib/pq"
)

// Delivery is one delivery of an edition with its last reply.
type Delivery struct {
	SubscriberID int64            `db:"subscriber_id"`
	Email        sql.NullString   `db:"email"` // null: the reader was erased
	State        deliveries.State `db:"state"`
	Stage        string           `db:"stage"` // of the reply: connect, EHLO, MAIL, RCPT, DATA, dot, report, ...; empty: no reply
	Code         int              `db:"code"`  // RFC 5321; 0: none
	Enhanced     string           `db:"enhanced"`
	Reply        string           `db:"reply"` // the words of the mail server
	Relay        string           `db:"relay"` // host:port
	Attempts     int              `db:"attempt"`
	At           sql.NullTime     `db:"at"` // of the last attempt or report; null: none yet
	Complained   sql.NullTime     `db:"complained_at"`
}

// Complained selects deliveries that their readers complained of. It stands beside the
// states of deliveries.
const Complained = "complained"

// DeliveryFilter selects deliveries. An empty field selects all.
type DeliveryFilter struct {
	States []string // any of these, Complained included
	Domain string   // recipient domain in lower case and IDNA form
}

// deliveriesPage is the number of deliveries that one query reads. Short queries hold no old
// snapshot, which would slow down the sender.
const deliveriesPage = 5000

// stageShown is the stage of a delivery d. Accepted emails store none: their reply followed
// the final dot.
const stageShown = `COALESCE(d.stage, CASE d.state WHEN 'sent' THEN 'dot' ELSE '' END)`

// reportedAt is the time of the last attempt or report of a delivery d.
const reportedAt = `CASE d.stage WHEN '` + deliveries.StageReport + `' THEN d.bounced_at ELSE d.last_at END`

// EachDelivery calls fn for every delivery of an edition that f selects, ordered by reader.
// A delivery in flight has the state sending. The error is [ErrNotFound] when there is no
// such edition.
func (s *Store) EachDelivery(ctx context.Context, id int64, f DeliveryFilter, fn func(Delivery) error) (err error) {
	defer wrap(&err, "listing the deliveries of edition %d", id)
	if _, err := s.Progress(ctx, id); err != nil {
		return err
	}
	for after := int64(0); ; {
		var page []Delivery
		if err := s.db.SelectContext(ctx, &page, `
			SELECT l.subscriber_id, l.email, l.state, l.stage, l.code, l.enhanced, l.reply, l.relay, l.attempt, l.at, l.complained_at FROM (
				SELECT d.subscriber_id, s.email, s.domain, CASE WHEN b.subscriber_id IS NULL THEN d.state ELSE 'sending' END AS state,
					`+stageShown+` AS stage, COALESCE(d.code, 0) AS code, COALESCE(d.enhanced, '') AS enhanced, COALESCE(d.reply, '') AS reply,
					COALESCE(d.relay, '') AS relay, d.attempt, `+reportedAt+` AS at, d.complained_at
				FROM deliveries d
				LEFT JOIN subscribers s ON s.id = d.subscriber_id
				LEFT JOIN (SELECT DISTINCT subscriber_id FROM being_sent WHERE edition_id = $1) b ON b.subscriber_id = d.subscriber_id
				WHERE d.edition_id = $1 AND d.subscriber_id > $2
			) l
			WHERE (cardinality($3::text[]) = 0 OR l.state = ANY ($3) OR 'complained' = ANY ($3) AND l.complained_at IS NOT NULL)
				AND ($4 = '' OR l.domain = $4)
			ORDER BY l.subscriber_id LIMIT $5`, id, after, pq.Array(append([]string{}, f.States...)), f.Domain, deliveriesPage); err != nil {
			return err
		}
		for _, d := range page {
			if err := fn(d); err != nil {
				return err
			}
		}
		if len(page) < deliveriesPage {
			return nil
		}
		after = page[len(page)-1].SubscriberID
	}
}

// DeliveryDocument is the JSON form of a delivery. Times are RFC 3339.
type DeliveryDocument struct {
	Email      *string          `json:"email"` // null: the reader was erased
	State      deliveries.State `json:"state"`
	Stage      string           `json:"stage"`
	Code       *int             `json:"code"` // null: no reply
	Enhanced   string           `json:"enhanced"`
	Reply      string           `json:"reply"`
	Relay      string           `json:"relay"`
	Attempts   int              `json:"attempts"`
	At         *string          `json:"at"`         // null: no attempt yet
	Complained *string          `json:"complained"` // null: no complaint
}

// Document returns the JSON form of d, with times in zone.
func (d Delivery) Document(zone *time.Location) DeliveryDocument {
	moment := func(t sql.NullTime) *string {
		if !t.Valid {
			return nil
		}
		text := t.Time.In(zone).Format(time.RFC3339)
		return &text
	}
	doc := DeliveryDocument{
		State: d.State, Stage: d.Stage, Enhanced: d.Enhanced, Reply: d.Reply, Relay: d.Relay, Attempts: d.Attempts,
		At: moment(d.At), Complained: moment(d.Complained),
	}
	if d.Email.Valid {
		doc.Email = &d.Email.String
	}
	if d.Code != 0 {
		doc.Code = &d.Code
	}
	return doc
}

// Cells are the fields of a delivery as text, in the order of [DeliveryColumns].
func (d DeliveryDocument) Cells() []string {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	code := ""
	if d.Code != nil {
		code = fmt.Sprint(*d.Code)
	}
	return []string{text(d.Email), string(d.State), d.Stage, code, d.Enhanced, d.Reply, d.Relay, fmt.Sprint(d.Attempts), text(d.At), text(d.Complained)}
}

// DeliveryColumns returns the names of the fields of a [DeliveryDocument].
func DeliveryColumns() []string {
	return []string{"email", "state", "stage", "code", "enhanced", "reply", "relay", "attempts", "at", "complained"}
}
