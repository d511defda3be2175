package subscribers

import (
	"context"
	"time"

	"corridor/postgres"
)

// Start is the time up to which a reader has received all articles that matched.
type Start struct {
	ID       int64     `db:"subscriber_id"`
	HadUntil time.Time `db:"had_until"`
}

// Events are the functions by which a store tells the owners of other tables about a reader.
// The store calls them in its own transaction tx, so that the writes of a function are committed
// with the store's writes or not at all. All functions are required.
type Events struct {
	// Erased is told that all personal data of a reader must go: it deletes the data of the
	// reader and the address in other tables.
	Erased func(ctx context.Context, tx postgres.Tx, id int64, email string) error

	// Returned is told of a reader who returns after an absence that is so long that the
	// reader's position is deleted.
	Returned func(ctx context.Context, tx postgres.Tx, id int64) error

	// MovedIn is told of new readers that an import has made and that had received articles
	// before: their first digest contains later articles only.
	MovedIn func(ctx context.Context, tx postgres.Tx, readers []Start) error

	// Had returns, for each reader in ids with a position, the time up to which the reader has
	// received all articles that matched. It writes nothing, and q may be no transaction.
	Had func(ctx context.Context, q postgres.Tx, ids []int64) ([]Start, error)

	// Disclosed is told that a reader's dossier is made: it adds SeenRelease and Deliveries. It
	// writes nothing, and tx may be no transaction.
	Disclosed func(ctx context.Context, tx postgres.Tx, id int64, d *Dossier) error
}
