package service

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// mailToken is the secret with which captured mail is read over HTTP. It lies in the
// data folder, as captured mail does, so that all processes have the same and links
// outlive a restart.
func (s *Service) mailToken() (string, error) {
	file := filepath.Join(s.Config.Server.Data, "mail-token")
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

// MailURL is where captured mail is read, for the person who started this process.
func (r *Process) MailURL() (string, error) {
	token, err := r.mailToken()
	return "http://" + Reachable(r.Listener.Addr()) + "/dev/mail?token=" + token, err
}

// sayMail prints where captured mail is read, if this process shows any.
func (r *Process) sayMail() error {
	if r.Say == nil || !r.Captures() || !r.has(RoleWeb) {
		return nil
	}
	url, err := r.MailURL()
	if err == nil {
		fmt.Fprintf(r.Say, "Mail is captured. Read it at %s\n", url)
	}
	return err
}

// Reachable is an address that a browser on this machine can open.
func Reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return a.String()
}
