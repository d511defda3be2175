package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"corridor/config"
	"corridor/logging"
	"corridor/service"

	"golang.org/x/term"
)

// usageError is wrong usage. Its exit status is 2, like that of a [config.Error].
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// temporaryError is a failure that a mail server should wait for.
type temporaryError struct{ err error }

func (e *temporaryError) Error() string { return e.err.Error() }
func (e *temporaryError) Unwrap() error { return e.err }

// errReported ends the program with status 1 after the command has printed the reason.
var errReported = errors.New("already reported")

// program has the flags, streams and clock of a command.
type program struct {
	globals *globals
	stdout  io.Writer
	stderr  io.Writer
	log     *slog.Logger
	lines   *logging.Handler // of log
	hushed  bool             // see quiet
	now     func() time.Time
	getenv  func(name string) (string, bool)
}

func newProgram(g *globals, stdout, stderr io.Writer) (*program, error) {
	lines := logging.New(stderr)
	p := &program{globals: g, stdout: stdout, stderr: stderr, log: slog.New(lines), lines: lines, now: time.Now, getenv: os.LookupEnv}
	return p, p.setLog(config.EarlyLog(p.getenv, g.Flags))
}

// setLog sets the level and the format of the log.
func (p *program) setLog(c config.Log) error {
	if p.hushed && c.Level == "info" && p.globals.LogLevel == "" {
		c.Level = "warn"
	}
	if err := p.lines.SetLevel(c.Level); err != nil {
		return usagef("corridor: %v", err)
	}
	if err := p.lines.SetFormat(c.Format); err != nil {
		return usagef("corridor: %v", err)
	}
	return nil
}

// config loads and validates the configuration. Its level and format of the log apply.
func (p *program) config() (*config.Config, error) {
	c, err := config.Load(p.globals.Config, p.getenv, p.globals.Flags)
	if err != nil {
		return nil, err
	}
	return c, p.setLog(c.Log)
}

// open opens the configured service and migrates its schema.
func (p *program) open(ctx context.Context) (*service.Service, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	s, err := service.Open(ctx, c, p.log)
	if err != nil {
		return nil, err
	}
	if err := s.Readers().TellMerged(ctx, p.stderr); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// connect is open without migrating; the schema may have any version.
func (p *program) connect(ctx context.Context) (*service.Service, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	return service.Connect(ctx, c, p.log)
}

// quiet makes the level warn where it is info without the flag, for commands that end by
// printing a table.
func (p *program) quiet() {
	p.hushed = true
	_ = p.setLog(config.EarlyLog(p.getenv, p.globals.Flags)) // newProgram has checked it
}

// printJSON prints v as one JSON document.
func (p *program) printJSON(v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table prints v as JSON when asJSON is set, and otherwise the header and the rows in columns.
func (p *program) table(asJSON bool, v any, header []string, rows [][]string) error {
	if asJSON {
		return p.printJSON(v)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.Join(header, "\t")))
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// number is n with its noun: 1 reader, 2 readers.
func number[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// interactive reports whether standard error is a terminal, which gets a progress bar.
func (p *program) interactive() bool {
	f, ok := p.stderr.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
