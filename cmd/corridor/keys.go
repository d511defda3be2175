package main

import (
	"context"
	"strconv"
	"time"

	"corridor/service"
	"corridor/subscribers"
)

// keysCommand lists and changes the keys of signed links.
type keysCommand struct {
	List   keysList   `cmd:"" help:"List the keys in the database and in server.secret_file, and retired ones."`
	Rotate keysRotate `cmd:"" help:"Make a new key that signs links. Older keys still verify links."`
	Retire keysRetire `cmd:"" help:"Remove a key of the database. Links that it signed stop working, except those that unsubscribe."`
}

type keysList struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run lists the keys.
func (c keysList) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, _ *subscribers.Store) error {
		keys, err := subscribers.ListKeys(ctx, s.DB, s.Config.Server.SecretFile, p.now())
		if err != nil {
			return err
		}
		documents, rows := []subscribers.KeyDocument{}, [][]string{}
		for _, k := range keys {
			d := k.Document(s.Zone)
			documents, rows = append(documents, d), append(rows, []string{strconv.Itoa(int(d.Key)), d.Kept, orDash(d.Created), keyUse(d)})
		}
		return p.table(c.JSON, documents, []string{"key", "kept in", "created", "use"}, rows)
	})
}

// keyUse describes the use of a key.
func keyUse(d subscribers.KeyDocument) string {
	switch {
	case d.State == subscribers.KeyWaits:
		return "signs from " + *d.SignsFrom
	case d.State == subscribers.KeyUnsubscribe:
		return "retired; its unsubscribe links work"
	case d.SignedUnsubscribe:
		return string(d.State) + "; unsubscribe links of earlier versions need it"
	}
	return string(d.State)
}

type keysRotate struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run makes a key.
func (c keysRotate) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, _ *subscribers.Store) error {
		key, err := subscribers.RotateKeys(ctx, s.DB, s.Config.Server.SecretFile, p.now())
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(key.Document(s.Zone))
		}
		return p.say(nil, "Key %d signs links from %s on; older keys still verify.", key.ID, key.SignsAt.In(s.Zone).Format(time.RFC3339))
	})
}

type keysRetire struct {
	Key                   uint16 `arg:"" help:"The key's number, as in 'corridor keys list'."`
	BreakUnsubscribeLinks bool   `help:"Also end the unsubscribe links that the key signed."`
	JSON                  bool   `name:"json" help:"Print one JSON document."`
}

// Run retires a key.
func (c keysRetire) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, _ *subscribers.Store) error {
		if err := subscribers.RetireKey(ctx, s.DB, s.Config.Server.SecretFile, c.Key, c.BreakUnsubscribeLinks, p.now().In(s.Zone)); err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(map[string]any{"key": c.Key, "unsubscribe_links": !c.BreakUnsubscribeLinks})
		}
		rest := "its unsubscribe links still work"
		if c.BreakUnsubscribeLinks {
			rest = "its unsubscribe links no longer work either"
		}
		return p.say(nil, "Key %d is retired; %s.", c.Key, rest)
	})
}
