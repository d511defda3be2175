package receiver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"corridor/bounces"
	"corridor/mailer/deliveries"
	"corridor/subscribers"
	"corridor/trouble"

	"github.com/emersion/go-smtp"
)

// session is a connection after its greeting.
type session struct {
	*Server
	conn              *smtp.Conn
	door              string // smtp or lmtp
	from              string
	to                []string
	messages, refused int
}

// Replies of the receiver. They contain no address, and no text of the database.
var (
	unknownRecipient = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such recipient here"}
	tooMany          = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "Too many commands, closing connection"}
	longLine         = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "A line of the message is too long"}
	later            = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Not recorded now, try again later"}
)

// Reset ends the transaction.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// Mail begins a transaction. Every sender is accepted: reports have none, people have one.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.messages++; s.messages > maxMessages {
		return s.hangUp()
	}
	s.from, s.to = from, nil
	return nil
}

// Rcpt accepts a recipient that belongs to an email of ours.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	known, err := s.accepts(to)
	if err != nil {
		return s.waits(err)
	}
	if !known {
		if s.refused++; s.refused > maxRefused {
			return s.hangUp()
		}
		return unknownRecipient
	}
	s.to = append(s.to, to)
	return nil
}

// hangUp closes the connection after the reply.
func (s *session) hangUp() error {
	if c, ok := s.conn.Conn().(*conn); ok {
		c.interrupt()
	}
	return tooMany
}

// accepts reports whether a recipient belongs to an email of ours, or is the address for
// complaints.
func (s *session) accepts(to string) (bool, error) {
	if s.Feedback != "" {
		own, err := subscribers.Fold(s.Feedback)
		if folded, unfit := subscribers.Fold(to); err == nil && unfit == nil && own == folded {
			return true, nil
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), deskTime)
	defer cancel()
	return s.Desk.Knows(ctx, to)
}

// waits answers that the message must be sent again.
func (s *session) waits(err error) error {
	if !errors.Is(err, deliveries.ErrInFlight) {
		s.Troubles.Begin(trouble.Work, work, err)
	}
	return later
}

// work names the receiver in troubles.
const work = "returned messages"

// Data receives a message by SMTP, which has one reply for all recipients. If one of them
// fails, the client sends the message to all of them again.
func (s *session) Data(r io.Reader) error {
	text, err := s.read(r)
	for _, to := range s.to {
		if err == nil {
			err = s.receive(text, to)
		}
	}
	return err
}

// LMTPData receives a message by LMTP, which has a reply for each recipient.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	text, err := s.read(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		status.SetStatus(to, s.receive(text, to))
	}
	return nil
}

// read reads a message, and keeps its beginning. The field Return-Path tells the desk the
// sender of the envelope, RFC 5321 section 4.4.
func (s *session) read(r io.Reader) ([]byte, error) {
	text := bytes.NewBufferString("Return-Path: <" + s.from + ">\r\n")
	_, err := io.CopyN(text, r, bounces.MaxSize)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	var refusal *smtp.SMTPError
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return text.Bytes(), nil
	case errors.As(err, &refusal):
		return nil, refusal
	case errors.Is(err, smtp.ErrTooLongLine):
		return nil, longLine
	}
	return nil, later
}

// receive takes a message for one recipient. It returns nil once the effect is durable.
func (s *session) receive(text []byte, to string) error {
	ctx, cancel := context.WithTimeout(context.Background(), deskTime)
	defer cancel()
	_, err := s.Desk.Receive(ctx, bounces.Returned{Message: text, To: to, Source: s.door, At: time.Now()})
	if err != nil {
		return s.waits(err)
	}
	s.Troubles.End(trouble.Work, work)
	return nil
}
