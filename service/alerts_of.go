package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"corridor/alerts"
	"corridor/articles"
	"corridor/bounces"
	"corridor/editions"

	"github.com/jmoiron/sqlx"
)

// awayFor is the time for which a mail server is away before staff are told.
const awayFor = 5 * time.Minute

// takeTx returns the editions, sources and messages that staff must be told of now. Their
// packages record that it is done.
func (s *Service) takeTx(ctx context.Context, tx *sqlx.Tx, now time.Time) (list []alerts.Alert, err error) {
	troubled, err := editions.TakeTroubledTx(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(s.Config.Sources))
	for _, source := range s.Config.Sources {
		names = append(names, source.Name)
	}
	failing, err := articles.TakeFailingTx(ctx, tx, names, now.Add(-failingFor), now)
	if err != nil {
		return nil, err
	}
	for _, t := range troubled {
		id := strconv.FormatInt(t.ID, 10)
		if text := t.HeldAlert(); text != "" {
			list = append(list, alert(alerts.EditionHeld, id, text))
		}
		if text := t.UncertainAlert(); text != "" {
			list = append(list, alert(alerts.Uncertain, id, text))
		}
		if text := t.DoubtAlert(); text != "" {
			list = append(list, alert(alerts.Doubted, id, text))
		}
	}
	untold, err := bounces.TakeUnreadTx(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	if text := untold.Alert(); text != "" {
		list = append(list, alert(alerts.Returned, unreadName, text))
	}
	for _, f := range failing {
		list = append(list, alert(alerts.Source, f.Name, f.Alert(s.Zone)))
	}
	return list, nil
}

// heldName names the alert about articles that gathering holds.
const heldName = "held"

// unreadName names the alert about messages that wait for staff.
const unreadName = "unread"

// alert returns an alert whose title is the first line of its text.
func alert(kind alerts.Kind, name, text string) alerts.Alert {
	title, _, _ := strings.Cut(text, "\n")
	return alerts.Alert{Kind: kind, Name: name, Title: strings.TrimSuffix(title, "."), Text: text}
}

// unwell returns an alert for each mail server that is away or braked, for each source with a
// gather that waits for staff, for articles that are held, and for each job that is overdue.
func (s *Service) unwell(h health, now time.Time) (list []alerts.Alert) {
	for _, a := range h.away {
		if away := now.Sub(a.Since); away >= awayFor {
			list = append(list, alert(alerts.MailServer, a.Address, fmt.Sprintf("The mail server %s has been away for %s.\nEmails wait. Its last answer: %s", a.Address, away.Round(time.Second), a.Reason)))
		}
	}
	for _, b := range h.brakes {
		list = append(list, alert(alerts.Brake, b.Relay, fmt.Sprintf("The mail server %s refuses our emails.\nNothing is sent through it since %s, until it accepts a probe. Its answer: %s", b.Relay, b.Since.In(s.Zone).Format("2 January 2006, 15:04"), b.Reason)))
	}
	for _, source := range s.Config.Sources {
		if braked := h.sources[source.Name].BrakedAt; braked.Valid {
			list = append(list, alert(alerts.SourceWaits, source.Name, articles.BrakeAlert(source.Name, braked.Time.In(s.Zone))))
		}
	}
	if h.held > 0 {
		list = append(list, alert(alerts.Held, heldName, articles.HeldAlert(h.held)))
	}
	// After a time without any process all jobs are overdue until they have run.
	if last := h.jobs[jobAlerts].LastSuccess; last == nil || now.Sub(*last) > 2*alertEvery {
		return list
	}
	for _, late := range s.overdue(h, now) {
		list = append(list, alert(alerts.Job, late.job, late.String()+".\nThe log has the reason."))
	}
	return list
}

// endedTx returns the open alerts with a trouble that is over.
func (s *Service) endedTx(ctx context.Context, tx *sqlx.Tx, open []alerts.Open, h health, now time.Time) (ended []alerts.Open, err error) {
	still, err := stillTx(ctx, tx, open)
	if err != nil {
		return nil, err
	}
	for _, a := range h.away {
		still[key{alerts.MailServer, a.Address}] = true
	}
	for _, b := range h.brakes {
		still[key{alerts.Brake, b.Relay}] = true
	}
	for _, source := range s.Config.Sources {
		still[key{alerts.Source, source.Name}] = h.sources[source.Name].FailingSince.Valid
		still[key{alerts.SourceWaits, source.Name}] = h.sources[source.Name].BrakedAt.Valid
	}
	still[key{alerts.Held, heldName}] = h.held > 0
	if still[key{alerts.Returned, unreadName}], err = bounces.HasUnreadTx(ctx, tx); err != nil {
		return nil, err
	}
	for _, late := range s.overdue(h, now) {
		still[key{alerts.Job, late.job}] = true
	}
	for _, o := range open {
		if !still[key{o.Kind, o.Name}] {
			ended = append(ended, o)
		}
	}
	return ended, nil
}

type key struct {
	kind alerts.Kind
	name string
}

// stillTx returns the open alerts about editions whose trouble continues.
func stillTx(ctx context.Context, tx *sqlx.Tx, open []alerts.Open) (map[key]bool, error) {
	still := map[key]bool{}
	var ids []int64
	for _, o := range open {
		if id, err := strconv.ParseInt(o.Name, 10, 64); err == nil && (o.Kind == alerts.EditionHeld || o.Kind == alerts.Uncertain) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return still, nil
	}
	troubled, err := editions.StillTroubledTx(ctx, tx, ids)
	for _, t := range troubled {
		id := strconv.FormatInt(t.ID, 10)
		still[key{alerts.EditionHeld, id}] = t.State == editions.Held
		still[key{alerts.Uncertain, id}] = t.Uncertain > 0
	}
	return still, err
}
