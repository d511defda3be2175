// Package pdf reads the lines of PDF documents, in a process of its own with limits of
// time and memory: a document that breaks its reader harms nothing else.
package pdf

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"corridor/articles/reading"
)

// Limits of one document.
const (
	maxTime   = time.Minute
	maxCPU    = 20        // seconds
	maxMemory = 512 << 20 // of the process that reads it, in bytes
	maxStack  = 32 << 20
	maxPages  = 1000
	maxLines  = 100_000
	maxAnswer = 64 << 20 // of the lines, in bytes
)

// Is reports whether bytes are a PDF document (ISO 32000-1, 7.5.2): its mark stands in
// the first 1,024 bytes.
func Is(body []byte) bool {
	return bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF-"))
}

// Read reads the article in a PDF document. Errors that wrap [reading.ErrNoArticle] are
// about the document; others are about this machine.
func Read(ctx context.Context, body []byte) (reading.Reading, error) {
	lines, err := readApart(ctx, body)
	if err != nil {
		return reading.Reading{}, err
	}
	return lines.Read()
}

// answer is what that process returns.
type answer struct {
	Print reading.Print
	Err   string // why the document cannot be read
}

// readApart reads the lines of a document in another process of this program.
func readApart(ctx context.Context, body []byte) (reading.Print, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	program, err := os.Executable()
	if _, statErr := os.Stat("/proc/self/exe"); statErr == nil {
		program, err = "/proc/self/exe", nil // also when an upgrade has replaced the file
	}
	if err != nil {
		return reading.Print{}, err
	}
	var out bytes.Buffer
	command := exec.CommandContext(ctx, program, Command)
	command.Env = []string{"GOMAXPROCS=1"}
	command.Stdin, command.Stdout = bytes.NewReader(body), &limited{&out, maxAnswer}
	command.WaitDelay = time.Second
	err = command.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return reading.Print{}, ctx.Err()
	case ctx.Err() != nil:
		return reading.Print{}, fmt.Errorf("%w: reading the PDF takes longer than %s", reading.ErrNoArticle, maxTime)
	case errors.As(err, &ended), errors.Is(err, errLong):
		return reading.Print{}, fmt.Errorf("%w: the PDF needs more memory or time than a document may, or is broken", reading.ErrNoArticle)
	case err != nil:
		return reading.Print{}, fmt.Errorf("read a PDF in another process: %w", err)
	}
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		return reading.Print{}, fmt.Errorf("%w: the PDF is broken", reading.ErrNoArticle)
	}
	if a.Err != "" {
		return reading.Print{}, fmt.Errorf("%w: %s", reading.ErrNoArticle, a.Err)
	}
	return a.Print, nil
}

var errLong = errors.New("too much text")

// limited writes up to left bytes.
type limited struct {
	to   io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errLong
	}
	return l.to.Write(p)
}
