package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"corridor/service"
	"corridor/subscribers"

	"golang.org/x/term"
)

// subscribersCommand manages readers.
type subscribersCommand struct {
	Add      subscribersAdd      `cmd:"" help:"Add an active reader, whose consent you have."`
	Show     subscribersShow     `cmd:"" help:"Show one reader."`
	List     subscribersList     `cmd:"" help:"List readers."`
	Import   subscribersImport   `cmd:"" help:"Import readers from a CSV file. Columns: email, name, programs, regions, frequency, time_zone, status, in any order; semicolons separate lists, * means all, an empty cell changes nothing."`
	Export   subscribersExport   `cmd:"" help:"Export readers as CSV, or all data about one reader as JSON."`
	Suppress subscribersSuppress `cmd:"" help:"Suppress an address, so that it gets no email."`
	Erase    subscribersErase    `cmd:"" help:"Erase all data about a reader."`
}

// withReaders runs fn on the opened store.
func withReaders(ctx context.Context, p *program, fn func(*service.Service, *subscribers.Store) error) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return asUsage(fn(s, s.Readers()))
}

// asUsage turns an invalid argument into a usage error.
func asUsage(err error) error {
	var wrong subscribers.Invalid
	if errors.As(err, &wrong) {
		return usagef("%v", wrong)
	}
	return err
}

// findReader is Find with a message for the command line.
func findReader(ctx context.Context, store *subscribers.Store, email string) (subscribers.Subscriber, error) {
	r, err := store.Find(ctx, email)
	if !errors.Is(err, subscribers.ErrNotFound) {
		return r, err
	}
	if reason, err := store.Suppression(ctx, email); err == nil && reason != "" {
		return r, fmt.Errorf("there is no reader %s; the address is suppressed (%s)", email, reason)
	}
	return r, fmt.Errorf("there is no reader %s", email)
}

type subscribersAdd struct {
	Email     string   `arg:"" help:"Address."`
	Name      string   `help:"Name."`
	Program   []string `help:"A program of the reader; may be repeated. Without it: all." placeholder:"SLUG"`
	Region    []string `help:"A region of the reader; may be repeated. Without it: all." placeholder:"SLUG"`
	Frequency string   `help:"instant, daily, weekly or monthly." default:"weekly"`
	Format    string   `help:"html or text." default:"html"`
	TimeZone  string   `help:"IANA time zone. Empty: that of the publication." placeholder:"ZONE"`
	Language  string   `help:"BCP 47 tag. Empty: that of the publication."`
	JSON      bool     `name:"json" help:"Print the reader as JSON."`
}

// Run adds the reader.
func (c subscribersAdd) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		r, err := store.Add(ctx, c.Email, c.Name, subscribers.Preferences{
			Programs: c.Program, Regions: c.Region, Frequency: c.Frequency, Format: c.Format, TimeZone: c.TimeZone, Language: c.Language,
		}, p.now())
		if errors.Is(err, subscribers.ErrKnown) {
			return fmt.Errorf("%s is a reader already; see 'corridor subscribers show %s'", c.Email, c.Email)
		}
		if err != nil {
			return err
		}
		return printReader(p, s, r, c.JSON)
	})
}

type subscribersShow struct {
	Email string `arg:"" help:"Address."`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

// Run shows the reader.
func (c subscribersShow) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		r, err := findReader(ctx, store, c.Email)
		if err != nil {
			return err
		}
		if c.JSON {
			return printReader(p, s, r, true)
		}
		failures, err := store.Failures(ctx, r.ID)
		if err != nil {
			return err
		}
		return printReader(p, s, r, false, failureRows(failures, s.Zone)...)
	})
}

// failureRows are the lines about emails that did not reach a reader.
func failureRows(f subscribers.Failures, zone *time.Location) (rows [][]string) {
	moment := func(t *time.Time) string { return t.In(zone).Format(time.RFC3339) }
	if f.Soft > 0 {
		rows = append(rows, []string{"failures in a row", fmt.Sprintf("%d from %s to %s", f.Soft, moment(f.SoftSince), moment(f.SoftLast))})
	}
	if f.FirstHard != nil {
		rows = append(rows, []string{"hard bounce", moment(f.FirstHard) + "; a second one suppresses the reader"})
	}
	return rows
}

func printReader(p *program, s *service.Service, r subscribers.Subscriber, asJSON bool, more ...[]string) error {
	d := r.Document(s.Zone)
	if asJSON {
		return p.printJSON(d)
	}
	rows := [][]string{
		{"email", d.Email},
		{"name", d.Name},
		{"state", readerState(r, p.now())},
		{"programs", orAll(d.Programs)},
		{"regions", orAll(d.Regions)},
		{"frequency", d.Frequency},
		{"format", d.Format},
		{"time zone", d.TimeZone},
		{"created", d.Created},
		{"confirmed", orDash(d.Confirmed)},
	}
	return p.table(false, nil, []string{"reader", ""}, append(rows, more...))
}

// readerState returns the state of a reader, with pause and suppression.
func readerState(r subscribers.Subscriber, now time.Time) string {
	words := []string{string(r.State)}
	if r.Paused(now) {
		words = append(words, "paused until "+r.PausedUntil.Format(time.DateOnly))
	}
	if r.Suppressed != "" {
		words = append(words, "suppressed ("+string(r.Suppressed)+")")
	}
	return strings.Join(words, ", ")
}

func orAll(slugs []string) string {
	if len(slugs) == 0 {
		return "all"
	}
	return strings.Join(slugs, ", ")
}

func orDash(s *string) string {
	if s == nil {
		return "–"
	}
	return *s
}

// readerFilter chooses readers.
type readerFilter struct {
	State      string `help:"Only readers in this state: pending, active or left." enum:"pending,active,left,all" default:"all"`
	Frequency  string `help:"Only readers of this frequency: instant, daily, weekly or monthly." enum:"instant,daily,weekly,monthly,all" default:"all"`
	Program    string `help:"Only readers that chose this program." placeholder:"SLUG"`
	Region     string `help:"Only readers that chose this region." placeholder:"SLUG"`
	Suppressed bool   `help:"Only readers with a suppressed address."`
}

func (f readerFilter) filter() subscribers.Filter {
	or := func(s string) string {
		if s == "all" {
			return ""
		}
		return s
	}
	return subscribers.Filter{State: subscribers.State(or(f.State)), Frequency: or(f.Frequency), Program: f.Program, Region: f.Region, Suppressed: f.Suppressed}
}

type subscribersList struct {
	readerFilter `embed:""`
	JSON         bool `name:"json" help:"Print one JSON array."`
}

// Run lists readers, and holds one at a time in memory.
func (c subscribersList) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		out := bufio.NewWriter(p.stdout)
		array := jsonArray{out: out}
		if !c.JSON {
			fmt.Fprintf(out, "%-36s %-10s %-9s %-18s %-20s %s\n", "EMAIL", "STATE", "FREQUENCY", "PROGRAMS", "REGIONS", "TIME ZONE")
		}
		err := store.Each(ctx, c.filter(), func(r subscribers.Subscriber) error {
			if !c.JSON {
				_, err := fmt.Fprintf(out, "%-36s %-10s %-9s %-18s %-20s %s\n", r.Email, readerState(r, p.now()), r.Preferences.Frequency,
					orAll(r.Preferences.Programs), orAll(r.Preferences.Regions), r.Preferences.TimeZone)
				return err
			}
			return array.add(r.Document(s.Zone))
		})
		if err == nil && c.JSON {
			err = array.end()
		}
		if err != nil {
			return err
		}
		return out.Flush()
	})
}

type subscribersSuppress struct {
	Email  string `arg:"" help:"Address."`
	Detail string `help:"Reason, for your records." name:"detail"`
	Lift   bool   `help:"Allow the address again."`
}

// Run suppresses the address, or lifts the suppression.
func (c subscribersSuppress) Run(ctx context.Context, p *program) error {
	target := suppressionTarget{Email: c.Email}
	if c.Lift {
		return suppressionsLift{target}.Run(ctx, p)
	}
	return suppressionsAdd{target, string(subscribers.ByStaff), c.Detail}.Run(ctx, p)
}

type subscribersErase struct {
	Email string `arg:"" help:"Address."`
	Yes   bool   `help:"Do not ask for confirmation."`
}

// Run erases the reader. On a terminal it asks for confirmation.
func (c subscribersErase) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(_ *service.Service, store *subscribers.Store) error {
		r, err := findReader(ctx, store, c.Email)
		if err != nil {
			return err
		}
		if !c.Yes && term.IsTerminal(int(os.Stdin.Fd())) && !p.confirms(fmt.Sprintf("Erase everything about %s? This cannot be undone.", r.Email)) {
			return errors.New("nothing was erased")
		}
		if err := store.Erase(ctx, r.ID, p.now()); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, "erased; a hash of the address stays, so that no import adds it again")
		return err
	})
}
