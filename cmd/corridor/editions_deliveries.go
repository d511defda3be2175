package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"corridor/editions"
	"corridor/service"
	"corridor/subscribers"
)

type editionsDeliveries struct {
	ID     int64    `arg:"" help:"Edition."`
	State  []string `help:"Only deliveries in this state: ${enum}; complained: those that their readers reported. Several are separated by commas." enum:"queued,sending,sent,deferred,failed,bounced,skipped,uncertain,complained" placeholder:"STATE"`
	Domain string   `help:"Only deliveries to this recipient domain."`
	JSON   bool     `name:"json" help:"Print one JSON array." xor:"form"`
	CSV    bool     `name:"csv" help:"Print CSV." xor:"form"`
}

// Run lists deliveries, and holds some thousands at a time in memory.
func (c editionsDeliveries) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		filter := editions.DeliveryFilter{States: c.State}
		if c.Domain != "" {
			var err error
			if filter.Domain, err = subscribers.ParseDomain(c.Domain); err != nil {
				return usagef("--domain %s: %v", c.Domain, err)
			}
		}
		out := bufio.NewWriter(p.stdout)
		rows := c.printer(out)
		err := store.EachDelivery(ctx, c.ID, filter, func(d editions.Delivery) error { return rows.row(d.Document(s.Zone)) })
		if err == nil {
			err = rows.end()
		}
		if err != nil {
			return err
		}
		return out.Flush()
	})
}

// deliveryRows prints deliveries one by one.
type deliveryRows struct {
	row func(d editions.DeliveryDocument) error
	end func() error
}

func (c editionsDeliveries) printer(out io.Writer) deliveryRows {
	switch {
	case c.JSON:
		return jsonRows(out)
	case c.CSV:
		return csvRows(out)
	}
	return tableRows(out)
}

func jsonRows(out io.Writer) deliveryRows {
	array := jsonArray{out: out}
	return deliveryRows{func(d editions.DeliveryDocument) error { return array.add(d) }, array.end}
}

func csvRows(out io.Writer) deliveryRows {
	w := csv.NewWriter(out)
	_ = w.Write(editions.DeliveryColumns()) // end reports the error
	return deliveryRows{func(d editions.DeliveryDocument) error {
		cells := d.Cells()
		for i, cell := range cells {
			cells[i] = subscribers.NeutralCell(cell)
		}
		return w.Write(cells)
	}, func() error {
		w.Flush()
		return w.Error()
	}}
}

// alignedRows is the number of rows of a table that have columns of the same width.
const alignedRows = 500

func tableRows(out io.Writer) deliveryRows {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.Join(editions.DeliveryColumns(), "\t")))
	n := 0
	return deliveryRows{func(d editions.DeliveryDocument) error {
		cells := d.Cells()
		for i, cell := range cells {
			if cells[i] = oneCell(cell); cells[i] == "" {
				cells[i] = "-"
			}
		}
		if _, err := fmt.Fprintln(w, strings.Join(cells, "\t")); err != nil {
			return err
		}
		if n++; n%alignedRows == 0 {
			return w.Flush()
		}
		return nil
	}, w.Flush}
}

// oneCell returns a server's words as a cell of a table: on one line, without characters that
// control a terminal.
func oneCell(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), " ")
}

type editionsRetry struct {
	ID    int64    `arg:"" help:"Edition."`
	State []string `help:"Only deliveries in this state: ${enum}. Without it both." enum:"failed,bounced" placeholder:"STATE"`
	JSON  bool     `name:"json" help:"Print one JSON document."`
}

// leftOutWords are the reasons of [editions.Retried] in words, in the order of printing.
var leftOutWords = []struct{ reason, words string }{
	{"suppressed", "suppressed"},
	{"left", "unsubscribed"},
	{"paused", "paused"},
	{"erased", "erased"},
	{"later_digest", "got the articles with a later digest"},
	{"withdrawn", "no article is left to send"},
	{"dropped", "uncertain, and dropped by staff"},
}

// Run queues the deliveries.
func (c editionsRetry) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		retried, err := store.Retry(ctx, c.ID, p.now(), c.State...)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(retried)
		}
		fmt.Fprintf(p.stdout, "%s of edition %d will be sent once more.\n", number(retried.Queued, "delivery", "deliveries"), c.ID)
		for _, l := range leftOutWords {
			if n := retried.LeftOut[l.reason]; n > 0 {
				fmt.Fprintf(p.stdout, "%d left out: %s.\n", n, l.words)
			}
		}
		return nil
	})
}
