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

// mailToken returns the secret for reading captured emails over HTTP. It is stored in the
// data folder, so that all processes share it and links outlive a restart.
func (s *Service) mailToken() (string, error) {
	file := filepath.Join(s.Config.Server.Data, "mail-token")
	for {
		text, err := os.ReadFile(file)
		if token := strings.TrimSpace(string(text)); err == nil && token != "" {
			return token, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("token of captured emails: %w", err)
		}
		if err := makeMailToken(file); err != nil {
			return "", fmt.Errorf("token of captured emails: %w", err)
		}
	}
}

// makeMailToken writes a new token, unless another process was first. The file is created
// atomically.
func makeMailToken(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".mail-token-*") // mode 0600
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

// MailURL is the address of captured emails, with its token.
func (r *Process) MailURL() (string, error) {
	token, err := r.mailToken()
	return "http://" + Reachable(r.Listener.Addr()) + "/dev/mail?token=" + token, err
}

// sayMail prints the address of captured emails, if this process shows any.
func (r *Process) sayMail() error {
	if r.Say == nil || !r.Captures() || !r.has(RoleWeb) {
		return nil
	}
	url, err := r.MailURL()
	if err == nil {
		fmt.Fprintf(r.Say, "Emails are captured. Read them at %s\n", url)
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
