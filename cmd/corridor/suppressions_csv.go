package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"corridor/service"
	"corridor/subscribers"
)

type suppressionsImport struct {
	File     string `arg:"" help:"CSV file, or one address a line; - for standard input."`
	Reason   string `help:"Reason of rows that name none: staff, asked, complaint, hard_bounce or soft_bounces." enum:"staff,asked,complaint,hard_bounce,soft_bounces" default:"staff"`
	Encoding string `help:"Encoding of the file, like windows-1252. Empty: recognised." placeholder:"NAME"`
	JSON     bool   `name:"json" help:"Print the summary as JSON."`
}

// Run imports the file. Each wrong row is a line on standard error, and makes the exit
// status 1.
func (c suppressionsImport) Run(ctx context.Context, p *program) error {
	var in io.Reader = os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return withReaders(ctx, p, func(_ *service.Service, store *subscribers.Store) error {
		counts, err := store.ImportSuppressions(ctx, in, subscribers.SuppressionImport{
			Encoding: c.Encoding, Reason: subscribers.Reason(c.Reason), Now: p.now(),
			Notice: func(remark string) { fmt.Fprintf(p.stderr, "%s: %s\n", c.File, remark) },
			Wrong:  func(e subscribers.RowError) { fmt.Fprintf(p.stderr, "%s: %v\n", c.File, e) },
		})
		if err != nil {
			return importError(c.File, counts.Rows, err)
		}
		return c.finish(p, counts)
	})
}

func (c suppressionsImport) finish(p *program, counts subscribers.ImportedSuppressions) error {
	if c.JSON {
		if err := p.printJSON(counts); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(p.stdout, "%s read: %d suppressed, %d suppressed before, %d wrong\n", number(counts.Rows, "row", "rows"), counts.Added, counts.Known, counts.Wrong)
	}
	switch {
	case counts.Wrong > 0 && counts.Wrong == counts.Rows:
		return fmt.Errorf("%s: no row was understood; the file should have one address a line, or columns with names", c.File)
	case counts.Wrong > 0:
		return fmt.Errorf("%s: %d of %s wrong; correct the file and import it again", c.File, counts.Wrong, number(counts.Rows, "row", "rows"))
	}
	return nil
}

type suppressionsExport struct {
	Out string `help:"File to write. Empty: standard output." placeholder:"FILE"`
}

// Run exports suppressions.
func (c suppressionsExport) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(_ *service.Service, store *subscribers.Store) error {
		return p.export(c.Out, "suppression", "suppressions", func(w io.Writer) (int, error) { return store.ExportSuppressions(ctx, w) })
	})
}
