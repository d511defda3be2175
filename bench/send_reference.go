package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"time"
)

// reference measures a client that sends the same number of emails and stores no result.
func (s Send) reference(ctx context.Context, addr string) (SendRate, error) {
	program, err := exec.LookPath("smtp-source")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/smtp-source"); err != nil {
			return s.blast(ctx, addr)
		}
	}
	r := SendRate{Name: "smtp-source"}
	command := exec.CommandContext(ctx, program, "-d", "-s", strconv.Itoa(s.Connections), "-m", strconv.Itoa(s.Readers), "-l", strconv.Itoa(s.Size),
		"-f", "news@example.org", "-t", "reader@example.net", addr)
	command.Stderr = io.Discard
	began := time.Now()
	if err := command.Run(); err != nil {
		return r, fmt.Errorf("smtp-source: %w", err)
	}
	n := float64(s.Readers)
	r.PerSecond = n / time.Since(began).Seconds()
	r.CPU = perEmail(command.ProcessState.UserTime()+command.ProcessState.SystemTime(), n)
	return r, nil
}

// blast is the reference where smtp-source is not installed.
func (s Send) blast(ctx context.Context, addr string) (SendRate, error) {
	r := SendRate{Name: "bare blaster"}
	asHTML, _ := body(s.Size * 4 / 3)
	message := bytes.ReplaceAll([]byte("Subject: Benchmark\n\n"+asHTML), []byte("\n"), []byte("\r\n"))
	cpu := ownCPU()
	wall, err := blast(ctx, addr, s.Readers, s.Connections, message)
	if err != nil {
		return r, err
	}
	n := float64(s.Readers)
	r.PerSecond, r.CPU = n/wall.Seconds(), perEmail(ownCPU()-cpu, n)
	return r, nil
}
