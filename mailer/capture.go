package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Capture is a mail server on loopback that stores each message as a file instead of
// delivering it, for a publication without a mail server. Several processes may capture
// into one folder.
type Capture struct {
	dir      string
	server   *smtp.Server
	listener net.Listener

	mu   sync.Mutex
	next int
}

// maxCaptured is the size of the largest message that is stored, in bytes.
const maxCaptured = 64 << 20

// NewCapture starts capturing into dir, which it creates if necessary.
func NewCapture(dir string, log *slog.Logger) (*Capture, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mailer: folder of captured emails: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mailer: capturing emails: %w", err)
	}
	c := &Capture{dir: dir, listener: l}
	c.server = smtp.NewServer(c)
	c.server.Domain = "localhost"
	c.server.EnableSMTPUTF8 = true
	c.server.MaxMessageBytes = maxCaptured
	c.server.ReadTimeout, c.server.WriteTimeout = 15*time.Minute, time.Minute
	c.server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
	go func() { _ = c.server.Serve(l) }()
	return c, nil
}

// URL is the server's URL for [smtp.ParseRelay].
func (c *Capture) URL() string { return "smtp+insecure://" + c.listener.Addr().String() }

// Close stops capturing.
func (c *Capture) Close() error { return c.server.Close() }

// NewSession serves one connection. It implements go-smtp's Backend.
func (c *Capture) NewSession(*smtp.Conn) (smtp.Session, error) { return captureSession{c}, nil }

type captureSession struct{ capture *Capture }

func (captureSession) Mail(string, *smtp.MailOptions) error { return nil }
func (captureSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (captureSession) Reset()                               {}
func (captureSession) Logout() error                        { return nil }

func (s captureSession) Data(r io.Reader) error {
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return err
	}
	if err := s.capture.keep(b.Bytes()); err != nil {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "storing the captured email failed: " + err.Error()}
	}
	return nil
}

// keep stores a message under the next free number. It writes a temporary file and links
// it, so that the message appears complete and two processes never use the same number.
func (c *Capture) keep(message []byte) error {
	f, err := os.CreateTemp(c.dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(message)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == 0 {
		numbers, err := captured(c.dir)
		if err != nil {
			return err
		}
		c.next = 1
		if len(numbers) > 0 {
			c.next = numbers[len(numbers)-1] + 1
		}
	}
	for ; ; c.next++ {
		err := os.Link(f.Name(), capturedPath(c.dir, c.next))
		if !errors.Is(err, fs.ErrExist) {
			c.next++
			return err
		}
	}
}

func capturedPath(dir string, number int) string {
	return filepath.Join(dir, fmt.Sprintf("%08d.eml", number))
}

// captured lists the numbers of a folder's messages in ascending order.
func captured(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir) // sorted by name, and names have leading zeros
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		name, found := strings.CutSuffix(e.Name(), ".eml")
		if n, err := strconv.Atoi(name); found && err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}
