package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"corridor/bounces"
	"corridor/postgres"

	"golang.org/x/term"
)

// bouncesCommand reads messages that came back.
type bouncesCommand struct {
	Read   bouncesRead   `cmd:"" help:"Read bounces, complaints and emails that ask to leave, from files or standard input."`
	Fetch  bouncesFetch  `cmd:"" help:"Read the mailbox of bounces.mailbox now."`
	Unread bouncesUnread `cmd:"" help:"List the messages that came back and were not understood, or print one."`
}

type bouncesRead struct {
	Files []string `arg:"" name:"file" help:"A message, an mbox file, or - for standard input."`
	To    string   `help:"Recipient of the envelope, if the mail server names it." placeholder:"ADDRESS"`
	JSON  bool     `name:"json" help:"Print one JSON document."`
}

// returnedDocument is the JSON form of a message that came back.
type returnedDocument struct {
	File     string `json:"file"`
	Message  int    `json:"message"` // its place in the file, from 1
	Kind     string `json:"kind"`
	Email    string `json:"email"`
	Edition  int64  `json:"edition"`
	Code     int    `json:"code"`
	Enhanced string `json:"enhanced"`
	Reply    string `json:"reply"`
	Change   string `json:"change"`
	Reason   string `json:"reason"`
}

// why is the reason of the row: ours, or the words of the mail server.
func (d returnedDocument) why() string {
	if d.Reason != "" {
		return d.Reason
	}
	return strings.TrimSpace(d.Enhanced + " " + d.Reply)
}

// Run reads the files. A message that is not understood is a row like any other.
func (c bouncesRead) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return c.postponed(err)
	}
	defer s.Close()
	desk, err := s.Desk(ctx, nil)
	if err != nil {
		return c.postponed(err)
	}
	documents, problem := []returnedDocument{}, error(nil)
	for _, file := range c.Files {
		read, err := c.file(ctx, p, desk, file)
		documents = append(documents, read...)
		if err != nil {
			fmt.Fprintf(p.stderr, "corridor: %s: %v\n", file, err)
			problem = errReported
		}
	}
	rows := [][]string{}
	for _, d := range documents {
		rows = append(rows, []string{d.File, strconv.Itoa(d.Message), d.Kind, d.Email, d.Change, d.why()})
	}
	return errors.Join(c.postponed(problem), p.table(c.JSON, documents, []string{"file", "message", "kind", "email", "change", "reason"}, rows))
}

// postponed makes a failure a temporary one for a mail server that hands messages over by
// standard input.
func (c bouncesRead) postponed(err error) error {
	if err != nil && len(c.Files) == 1 && c.Files[0] == "-" {
		return &temporaryError{err}
	}
	return err
}

// file reads the messages of a file. A message that cannot be recorded does not stop those
// after it, unless the database is away.
func (c bouncesRead) file(ctx context.Context, p *program, desk *bounces.Desk, name string) (read []returnedDocument, err error) {
	in := os.Stdin
	if name != "-" {
		if in, err = os.Open(name); err != nil {
			return nil, errors.Unwrap(err)
		}
		defer in.Close()
	}
	messages, failed := bounces.NewMessages(in), error(nil)
	for n := 1; ; n++ {
		text, err := messages.Next()
		if errors.Is(err, io.EOF) {
			return read, failed
		}
		if err != nil {
			return read, errors.Join(failed, err)
		}
		r, err := desk.Receive(ctx, bounces.Returned{Message: text, To: c.To, Source: "file", At: p.now()})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("message %d: %w", n, err))
			if ctx.Err() != nil || postgres.IsUnavailable(err) {
				return read, failed
			}
			continue
		}
		read = append(read, returnedDocument{
			File: name, Message: n, Kind: string(r.Kind), Email: r.Email, Edition: r.Edition, Code: r.Code, Enhanced: r.Enhanced, Reply: r.Text,
			Change: string(r.Outcome), Reason: r.Reason,
		})
	}
}

type bouncesFetch struct{}

// Run reads the messages that have arrived in the mailbox since it was read last.
func (bouncesFetch) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	box, err := s.Mailbox(ctx, nil)
	if err != nil {
		return err
	}
	if box == nil {
		return usagef(`bounces.mailbox is empty; write it like "imaps://user:pass@host/INBOX"`)
	}
	n, err := box.Read(ctx)
	return p.say(err, "%s read from the mailbox", number(int64(n), "message", "messages"))
}

type bouncesUnread struct {
	ID   int64 `arg:"" optional:"" help:"Message to print."`
	JSON bool  `name:"json" help:"Print one JSON document."`
}

// unreadDocument is the JSON form of a message that was not understood.
type unreadDocument struct {
	ID      int64  `json:"id"`
	At      string `json:"at"`
	Kind    string `json:"kind"`
	Source  string `json:"source"`
	Reason  string `json:"reason"`
	Edition int64  `json:"edition"`
	Kept    bool   `json:"kept"` // false: a person's message, which is only counted
}

// Run lists the messages, or prints one.
func (c bouncesUnread) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	desk, err := s.Desk(ctx, nil)
	if err != nil {
		return err
	}
	if c.ID != 0 {
		text, err := desk.UnreadMessage(ctx, c.ID)
		if err != nil {
			return err
		}
		if f, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			text = bytes.Map(shown, text)
		}
		_, err = p.stdout.Write(text)
		return err
	}
	list, err := desk.Unread(ctx)
	if err != nil {
		return err
	}
	documents, rows := []unreadDocument{}, [][]string{}
	for _, u := range list {
		d := unreadDocument{u.ID, u.At.In(s.Zone).Format(time.RFC3339), string(u.Kind), u.Source, u.Reason, u.Edition, u.Kept}
		documents = append(documents, d)
		rows = append(rows, []string{strconv.FormatInt(d.ID, 10), d.At, d.Kind, d.Source, d.Reason})
	}
	return p.table(c.JSON, documents, []string{"id", "at", "kind", "source", "reason"}, rows)
}

// shown replaces characters that control a terminal.
func shown(r rune) rune {
	if r == '\n' || r == '\t' || unicode.IsGraphic(r) {
		return r
	}
	return ' '
}
