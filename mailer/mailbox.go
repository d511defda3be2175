package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // registers the charsets that mail is written in
	"github.com/emersion/go-message/mail"
)

// Mailbox reads a folder of captured emails.
type Mailbox struct{ Dir string }

// MailFile is a captured email in a list.
type MailFile struct {
	Number      int
	To, Subject string
	Date        time.Time // zero without a Date field
}

// Mail is a captured email.
type Mail struct {
	Number  int
	Subject string
	Headers [][2]string // decoded, in the order of the message
	Text    string
	HTML    string
	Raw     []byte
}

// maxShown is the size of the longest part that is shown, in bytes.
const maxShown = 4 << 20

// List returns up to n emails after the offset newest ones, newest first, and the total.
func (m Mailbox) List(offset, n int) (list []MailFile, total int, err error) {
	numbers, err := captured(m.Dir)
	if err != nil {
		return nil, 0, fmt.Errorf("mailer: listing captured emails: %w", err)
	}
	for i := len(numbers) - 1 - offset; i >= 0 && len(list) < n; i-- {
		file := MailFile{Number: numbers[i]}
		if err := file.read(capturedPath(m.Dir, numbers[i])); err != nil {
			file.Subject = "(cannot be read)"
		}
		list = append(list, file)
	}
	return list, len(numbers), nil
}

// read fills in the list's fields from the header of a message.
func (f *MailFile) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	e, err := message.Read(io.LimitReader(file, 256<<10))
	if err != nil && !message.IsUnknownCharset(err) {
		return err
	}
	h := mail.Header{Header: e.Header}
	f.Subject, _ = h.Subject()
	f.Date, _ = h.Date()
	f.To, _ = e.Header.Text("To")
	if strings.HasPrefix(f.To, "<") { // an address without a name
		f.To = strings.Trim(f.To, "<>")
	}
	return nil
}

// Open reads an email. Without one of that number the error is fs.ErrNotExist.
func (m Mailbox) Open(number int) (*Mail, error) {
	if number < 1 {
		return nil, os.ErrNotExist
	}
	raw, err := os.ReadFile(capturedPath(m.Dir, number))
	if err != nil {
		return nil, err
	}
	read, err := ReadMail(raw)
	if err != nil {
		return nil, err
	}
	read.Number = number
	return read, nil
}

// ReadMail parses a message with its text and HTML parts.
func ReadMail(raw []byte) (*Mail, error) {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, fmt.Errorf("mailer: reading a message: %w", err)
	}
	m := &Mail{Raw: raw}
	m.Subject, _ = e.Header.Text("Subject")
	for fields := e.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		m.Headers = append(m.Headers, [2]string{fields.Key(), value})
	}
	parts := 0
	err = e.Walk(func(_ []int, part *message.Entity, err error) error {
		if parts++; parts > 100 {
			return errors.New("too many parts")
		}
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return err
		}
		return m.take(part)
	})
	if err != nil {
		return nil, fmt.Errorf("mailer: reading a message: %w", err)
	}
	return m, nil
}

// take stores the first text part and the first HTML part.
func (m *Mail) take(part *message.Entity) error {
	kind, _, _ := part.Header.ContentType()
	var into *string
	switch {
	case strings.EqualFold(kind, "text/plain") || kind == "":
		into = &m.Text
	case strings.EqualFold(kind, "text/html"):
		into = &m.HTML
	}
	if into == nil || *into != "" {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(part.Body, maxShown))
	if err != nil && len(body) == 0 {
		return err
	}
	*into = strings.ToValidUTF8(strings.ReplaceAll(string(body), "\r\n", "\n"), "\uFFFD")
	return nil
}
