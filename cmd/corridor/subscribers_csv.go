package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"corridor/service"
	"corridor/subscribers"

	"github.com/schollz/progressbar/v3"
)

type subscribersImport struct {
	File   string `arg:"" help:"CSV file; - for standard input."`
	DryRun bool   `help:"Say for every row what would happen, write nothing."`

	HadEverythingUntil string `help:"Date up to which another tool has sent these readers everything: their first digest contains later articles only. 2026-03-02 (its start), or with a time." placeholder:"DATE"`

	JSON bool `name:"json" help:"Print the summary as JSON."`

	From     string            `help:"Tool that wrote the file: mailchimp, ghost, listmonk, substack, mailpoet, buttondown, or spreadsheet for any other. Empty: recognised by the names of the columns." placeholder:"TOOL"`
	Map      map[string]string `help:"Name of a column and what it holds: a column of Corridor, first_name, last_name, or - for a column that is not used. May be repeated." placeholder:"THEIRS=OURS" mapsep:"none"`
	As       string            `help:"Status of every row, unless its own is stricter: left for a list of people who unsubscribed, bounced, complained, suppressed, pending." placeholder:"STATUS"`
	Encoding string            `help:"Encoding of the file, like windows-1252. Empty: recognised." placeholder:"NAME"`
}

// reportedRows limits the wrong and the planned rows in the JSON summary; the other output
// has all.
const reportedRows = 1000

// importSummary is the JSON form of the result.
type importSummary struct {
	subscribers.Imported
	DryRun bool                     `json:"dry_run"`
	Errors []subscribers.RowError   `json:"errors"`
	Plan   []subscribers.PlannedRow `json:"plan,omitempty"`
}

// Run imports the file. Each wrong row is a line on standard error, and makes the exit
// status 1.
func (c subscribersImport) Run(ctx context.Context, p *program) error {
	in, size, err := c.open()
	if err != nil {
		return err
	}
	defer in.Close()
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		had, err := c.hadUntil(s.Zone, p.now())
		if err != nil {
			return err
		}
		bar := p.bytesBar(size, "importing")
		summary := importSummary{DryRun: c.DryRun, Errors: []subscribers.RowError{}}
		summary.Imported, err = store.Import(ctx, io.TeeReader(in, bar), subscribers.ImportOptions{
			FileOptions: subscribers.FileOptions{Name: c.File, From: c.From, Encoding: c.Encoding, Columns: c.Map, As: c.As},
			DryRun:      c.DryRun, Now: p.now(), HadUntil: had,
			Notice: func(text string) { fmt.Fprintf(p.stderr, "%s: %s\n", c.File, text) },
			Planned: func(r subscribers.PlannedRow) {
				_ = bar.Clear()
				c.planned(p, &summary, r)
			},
			Wrong: func(e subscribers.RowError) {
				if len(summary.Errors) < reportedRows {
					summary.Errors = append(summary.Errors, e)
				}
				_ = bar.Clear()
				fmt.Fprintf(p.stderr, "%s: %v\n", c.File, e)
			},
		})
		_ = bar.Clear()
		if err != nil {
			return importError(c.File, summary.Rows, err)
		}
		return c.finish(p, summary)
	})
}

// importError says how far an import came. A wrong option is wrong usage.
func importError(file string, rows int, err error) error {
	if wrong, ok := errors.AsType[subscribers.OptionError](err); ok {
		return usagef("%v", wrong)
	}
	return fmt.Errorf("%s: %w (%s processed; the import may be repeated)", file, err, number(rows, "row", "rows"))
}

// hadUntil parses --had-everything-until. A date is its start in the publication's zone.
func (c subscribersImport) hadUntil(zone *time.Location, now time.Time) (time.Time, error) {
	if c.HadEverythingUntil == "" {
		return time.Time{}, nil
	}
	at, err := parseMoment("had-everything-until", c.HadEverythingUntil, zone, now)
	if err == nil && at.After(now) {
		err = usagef("--had-everything-until %s is still to come: articles published until then would reach nobody", c.HadEverythingUntil)
	}
	return at, err
}

func (c subscribersImport) open() (io.ReadCloser, int64, error) {
	if c.File == "-" {
		return io.NopCloser(os.Stdin), -1, nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, 0, err
	}
	size := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	return f, size, nil
}

// planned prints what would happen to a row, or adds it to the JSON summary.
func (c subscribersImport) planned(p *program, s *importSummary, r subscribers.PlannedRow) {
	switch {
	case !c.JSON && r.Suppressed != "":
		fmt.Fprintf(p.stdout, "line %d: %s: %s; %s, suppressed (%s)\n", r.Line, r.Email, r.Result, r.State, r.Suppressed)
	case !c.JSON:
		fmt.Fprintf(p.stdout, "line %d: %s: %s; %s\n", r.Line, r.Email, r.Result, r.State)
	case len(s.Plan) < reportedRows:
		s.Plan = append(s.Plan, r)
	}
}

func (c subscribersImport) finish(p *program, s importSummary) error {
	if c.JSON {
		if err := p.printJSON(s); err != nil {
			return err
		}
	} else {
		what := "read"
		if c.DryRun {
			what = "read, nothing written"
		}
		fmt.Fprintf(p.stdout, "%s %s: %d added, %d updated, %d unchanged, %d left already, %d suppressed, %d wrong\n",
			number(s.Rows, "row", "rows"), what, s.Added, s.Updated, s.Unchanged, s.Left, s.Suppressed, s.Wrong)
	}
	if s.Wrong > 0 && s.Wrong == s.Rows {
		return fmt.Errorf("%s: no row was understood; see 'corridor subscribers import --help' for --from and --map", c.File)
	}
	if s.Wrong > 0 {
		return fmt.Errorf("%s: %d of %s wrong; correct the file and import it again", c.File, s.Wrong, number(s.Rows, "row", "rows"))
	}
	return nil
}

// bytesBar is a progress bar over a file on a terminal, and silent elsewhere.
func (p *program) bytesBar(size int64, doing string) *progressbar.ProgressBar {
	if !p.interactive() {
		return progressbar.DefaultBytesSilent(size, doing)
	}
	return progressbar.NewOptions64(size, progressbar.OptionSetWriter(p.stderr), progressbar.OptionSetDescription(doing),
		progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
}

type subscribersExport struct {
	readerFilter `embed:""`
	Email        string `arg:"" optional:"" help:"Export all data about this reader, as JSON."`
	Out          string `help:"File to write. Empty: standard output." placeholder:"FILE"`
}

// Run exports readers.
func (c subscribersExport) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(_ *service.Service, store *subscribers.Store) error {
		if c.Email != "" {
			r, err := findReader(ctx, store, c.Email)
			if err != nil {
				return err
			}
			d, err := store.Dossier(ctx, r.ID)
			if err != nil {
				return err
			}
			return p.printJSON(d)
		}
		if err := c.noteOthers(ctx, p, store); err != nil {
			return err
		}
		return p.export(c.Out, "reader", "readers", func(w io.Writer) (int, error) { return store.Export(ctx, w, c.filter()) })
	})
}

// noteOthers says which suppressions are not in the export.
func (c subscribersExport) noteOthers(ctx context.Context, p *program, store *subscribers.Store) error {
	n, err := store.CountWithoutReader(ctx)
	if err == nil && n > 0 {
		fmt.Fprintf(p.stderr, "%s without a reader: 'corridor suppressions export' writes all suppressions\n", number(n, "suppressed address", "suppressed addresses"))
	}
	return err
}
