package mailertest

import (
	"context"
	"encoding/json"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// The functions below have the types of the fields of deliveries.Events. The type parameters
// stand for the types of that package, whose fields the statements name as Go does.

// Miss records missed deliveries.
func Miss[Missed any](ctx context.Context, tx postgres.Tx, missed []Missed) error {
	_, err := execute(ctx, tx, "missed", missed)
	return err
}

// Finish finishes an edition.
func Finish(ctx context.Context, tx postgres.Tx, edition int64) error {
	_, err := tx.ExecContext(ctx, statement("finished"), edition)
	return err
}

// Reopen returns an edition from finished to sending.
func Reopen(ctx context.Context, tx postgres.Tx, edition int64) error {
	_, err := tx.ExecContext(ctx, statement("reopened"), edition)
	return err
}

// Hold holds an edition in state sending.
func Hold(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error) {
	return hold(ctx, tx, "held", edition, reason)
}

func hold(ctx context.Context, tx postgres.Tx, name string, edition int64, reason string) (bool, error) {
	var held []int64
	err := sqlx.SelectContext(ctx, tx, &held, statement(name), edition, reason)
	return len(held) > 0, err
}

// HoldDomain holds domains of an edition in state sending.
func HoldDomain(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error) {
	return hold(ctx, tx, "domain held", edition, reason)
}

// Wait holds an edition in state sending with held domains.
func Wait(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error) {
	return hold(ctx, tx, "waiting", edition, reason)
}

// Decide continues an edition with held domains.
func Decide(ctx context.Context, tx postgres.Tx, edition int64, reason string) (since time.Time, resumed bool, err error) {
	var stopped []time.Time
	if err = sqlx.SelectContext(ctx, tx, &stopped, statement("decided"), edition, reason); err != nil || len(stopped) == 0 {
		return since, false, err
	}
	return stopped[0], true, nil
}

// Brake holds an edition in state sending until Release.
func Brake(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error) {
	return hold(ctx, tx, "braked", edition, reason)
}

// Release continues an edition that Brake held.
func Release(ctx context.Context, tx postgres.Tx, edition int64) (since time.Time, released bool, err error) {
	var stopped []time.Time
	if err = sqlx.SelectContext(ctx, tx, &stopped, statement("released"), edition); err != nil || len(stopped) == 0 {
		return since, false, err
	}
	return stopped[0], true, nil
}

// Bounce suppresses readers without a mailbox.
func Bounce[Bounced any](ctx context.Context, tx postgres.Tx, bounces []Bounced) (int64, error) {
	return execute(ctx, tx, "bounced", bounces)
}

// Complain suppresses a reader that complained.
func Complain[Complaint any](ctx context.Context, tx postgres.Tx, c Complaint) (bool, error) {
	n, err := execute(ctx, tx, "complained", c)
	return n > 0, err
}

// Doubt lifts the suppressions of an event.
func Doubt(ctx context.Context, tx postgres.Tx, event string) error {
	_, err := tx.ExecContext(ctx, statement("doubted"), event)
	return err
}

// execute executes a statement with one parameter, as JSON, and returns the number of rows
// that it wrote.
func execute(ctx context.Context, tx postgres.Tx, name string, parameter any) (int64, error) {
	document, err := json.Marshal(parameter)
	if err != nil {
		return 0, err
	}
	result, err := tx.ExecContext(ctx, statement(name), string(document))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
