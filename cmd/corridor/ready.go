package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"
)

// readyTime is how long the database may take to answer a question of readiness.
const readyTime = 3 * time.Second

// readiness says what keeps this process from its work, in words that anybody may read.
func (s *service) readiness(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := s.db.PingContext(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	var newer *postgres.NewerSchemaError
	if errors.As(s.db.CheckSchema(ctx), &newer) {
		return fmt.Errorf("sending and gathering have stopped: %w", newer)
	}
	list, err := s.db.Migrations(ctx)
	if err != nil {
		return errors.New("the schema's state cannot be read")
	}
	if n := pending(list); n > 0 {
		return fmt.Errorf("%d migrations are missing; run corridor migrate up", n)
	}
	return nil
}
