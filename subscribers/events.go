package subscribers

import (
	"context"

	"corridor/postgres"
)

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

	// Disclosed is told that a reader's dossier is made: it adds SeenRelease and Deliveries. It
	// writes nothing, and tx may be no transaction.
	Disclosed func(ctx context.Context, tx postgres.Tx, id int64, d *Dossier) error
}
