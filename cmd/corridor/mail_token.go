package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mailToken is the secret with which captured mail is read over HTTP. It lies in the
// data folder, as captured mail does, so that all processes have the same and links
// outlive a restart.
func (s *service) mailToken() (string, error) {
	file := filepath.Join(s.config.Server.Data, "mail-token")
	for {
		text, err := os.ReadFile(file)
		if token := strings.TrimSpace(string(text)); err == nil && token != "" {
			return token, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the token of captured mail: %w", err)
		}
		if err := makeMailToken(file); err != nil {
			return "", fmt.Errorf("the token of captured mail: %w", err)
		}
	}
}

// makeMailToken writes a new token, unless another process was first. The file appears
// whole.
func makeMailToken(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".mail-token-*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintln(f, rand.Text())
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		if info, stat := os.Stat(file); stat == nil && info.Size() == 0 {
			return os.Rename(f.Name(), file)
		}
		if err = os.Link(f.Name(), file); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return err
}

// mailURL is where captured mail is read, for the person who started this process.
func (r *running) mailURL() (string, error) {
	token, err := r.mailToken()
	return "http://" + reachable(r.listener.Addr()) + "/dev/mail?token=" + token, err
}

// sayMail prints where captured mail is read, if this process shows any.
func (r *running) sayMail() error {
	if r.say == nil || !r.captures() || !r.has(roleWeb) {
		return nil
	}
	url, err := r.mailURL()
	if err == nil {
		fmt.Fprintf(r.say, "Mail is captured. Read it at %s\n", url)
	}
	return err
}
