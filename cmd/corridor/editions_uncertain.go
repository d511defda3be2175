package main

import (
	"context"
	"fmt"
	"time"

	"corridor/editions"
	"corridor/service"
)

type editionsUncertain struct {
	ID     int64 `arg:"" help:"Edition."`
	Resend bool  `help:"Send each once more, with the same Message-ID." xor:"what"`
	Drop   bool  `help:"Do not send them again." xor:"what"`
	JSON   bool  `name:"json" help:"Print one JSON document."`
}

// uncertainDocument is the JSON form of an uncertain delivery.
type uncertainDocument struct {
	Email     string `json:"email"`
	MessageID string `json:"message_id"`
	Attempted string `json:"attempted"`
}

// Run lists the uncertain deliveries, and resends or drops them with the flag.
func (c editionsUncertain) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		if err := s.Deliveries().SettleDead(ctx); err != nil {
			return err
		}
		list, err := store.Uncertain(ctx, c.ID)
		if err != nil {
			return err
		}
		ids, err := s.MessageIDs(ctx)
		if err != nil {
			return err
		}
		documents, rows := []uncertainDocument{}, [][]string{}
		for _, u := range list {
			d := uncertainDocument{u.Email, ids.ID(c.ID, u.SubscriberID), u.Attempted.In(s.Zone).Format(time.RFC3339)}
			documents, rows = append(documents, d), append(rows, []string{d.Email, d.MessageID, d.Attempted})
		}
		if err := p.table(c.JSON, documents, []string{"email", "message-id", "attempted"}, rows); err != nil {
			return err
		}
		var n int64
		var doing string
		switch {
		case c.Resend:
			n, err = store.ResendUncertain(ctx, c.ID, p.now())
			doing = "will be sent once more"
		case c.Drop:
			n, err = store.DropUncertain(ctx, c.ID, p.now())
			doing = "will not be sent again"
		default:
			return nil
		}
		if err == nil {
			fmt.Fprintf(p.stderr, "%s of edition %d %s.\n", number(n, "delivery", "deliveries"), c.ID, doing)
		}
		return err
	})
}
