package deliveries

import (
	"context"
	"fmt"

	"corridor/postgres"
)

// ForgetTx deletes a reader's data in deliveries: the replies of mail servers, which may
// quote the address. A delivery in flight keeps its data until it has its result.
func ForgetTx(ctx context.Context, tx postgres.Tx, subscriber int64) error {
	// The query goes by edition, because the index of deliveries begins with the edition. It
	// locks deliveries in the order in which their results are applied.
	_, err := tx.ExecContext(ctx, `
		WITH its AS MATERIALIZED (
			SELECT d.edition_id FROM editions e JOIN deliveries d ON d.edition_id = e.id AND d.subscriber_id = $1 ORDER BY e.id FOR NO KEY UPDATE OF d
		)
		UPDATE deliveries d SET reply = NULL, relay = NULL FROM its WHERE d.edition_id = its.edition_id AND d.subscriber_id = $1`, subscriber)
	if err != nil {
		return fmt.Errorf("deliveries: forgetting a reader: %w", err)
	}
	return nil
}
