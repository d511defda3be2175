package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"corridor/editions"
	"corridor/service"
)

// digestCommand plans and sends digests.
type digestCommand struct {
	Plan digestPlan `cmd:"" help:"Show the readers and articles of a digest, and write nothing."`
	Send digestSend `cmd:"" help:"Send the digest of the present period to the readers that it has not considered yet. Repeated, it sends nothing twice."`
}

// digestFlags choose the digest.
type digestFlags struct {
	Frequency string `help:"instant, daily, weekly or monthly." enum:"instant,daily,weekly,monthly" required:""`
	Now       string `help:"Time to use as the present time; RFC 3339." placeholder:"TIME"`
	JSON      bool   `name:"json" help:"Print one JSON document."`
}

type digestPlan struct{ digestFlags }

// Run prints the plan.
func (c digestPlan) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		at, err := parseMoment("now", c.Now, s.Zone, p.now())
		if err != nil {
			return err
		}
		plan, err := store.PlanDigest(ctx, editions.Frequency(c.Frequency), at)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, v := range plan.Variants {
			rows = append(rows, []string{strconv.FormatInt(v.Readers, 10), strconv.Itoa(len(v.URLs)), strings.Join(v.URLs, " ")})
		}
		if !c.JSON {
			fmt.Fprintf(p.stdout, "The %s digest of %s would go to %d of %s.\n", plan.Frequency, digestTime(plan, s.Zone), plan.Readers, number(plan.Considered, "reader", "readers"))
			if len(rows) == 0 {
				return nil
			}
		}
		return p.table(c.JSON, plan.Document(s.Zone), []string{"readers", "articles", "addresses"}, rows)
	})
}

type digestSend struct {
	digestFlags
	Wait bool `help:"Deliver in this process too, and return when no delivery is queued, sending or deferred. The status is 1 when one failed or is uncertain."`
}

// sentDocument is the JSON form of a digest that was sent: the plan, and the present
// results of the edition.
type sentDocument struct {
	editions.PlanDocument
	Result *editions.Document `json:"result"` // as in editions show; null: nothing to send
}

// Run plans the digest and, with --wait, delivers it.
func (c digestSend) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		at, err := parseMoment("now", c.Now, s.Zone, p.now())
		if err != nil {
			return err
		}
		plan, err := store.SendDigest(ctx, editions.Frequency(c.Frequency), at, p.now())
		if err != nil {
			return err
		}
		document := sentDocument{PlanDocument: plan.Document(s.Zone)}
		if plan.Edition == 0 {
			if c.JSON {
				return p.printJSON(document)
			}
			fmt.Fprintf(p.stdout, "The %s digest of %s: nothing new for %s.\n", plan.Frequency, digestTime(plan, s.Zone), number(plan.Considered, "reader", "readers"))
			return nil
		}
		if c.Wait {
			if err := p.await(ctx, s, store, plan.Edition); err != nil {
				return err
			}
		}
		edition, err := store.Find(ctx, plan.Edition)
		if err != nil {
			return err
		}
		result := edition.Document(s.Zone)
		document.Result = &result
		if !c.JSON {
			fmt.Fprintf(p.stdout, "The %s digest of %s: %s, %s.\n", plan.Frequency, digestTime(plan, s.Zone), number(plan.Readers, "reader", "readers"), number(len(plan.Variants), "variant", "variants"))
		}
		err = p.printEdition(c.JSON, document, edition, s.Zone)
		if err == nil && c.Wait {
			err = reached(edition)
		}
		return err
	})
}

// digestTime is the begin of the period, for people.
func digestTime(plan *editions.Plan, zone *time.Location) string {
	return plan.Start.In(zone).Format("2 January 2006, 15:04")
}
