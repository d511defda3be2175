package message

import (
	"crypto/hmac"
	"errors"
	"strconv"
	"strings"
)

// ReturnAddresses are the addresses that come back to the sender: "b+EDITION.READER.MAC" is
// the envelope sender of an email (variable envelope return path), "u+EDITION.READER.MAC"
// unsubscribes its reader. Both have at most 58 characters before the @, which servers may
// change to capitals.
type ReturnAddresses struct {
	Domain    string // empty: there are none
	Delimiter string // after the prefix: "+", "-" or "="; empty means "+"
}

const (
	bouncePrefix = "b"
	leavePrefix  = "u"
	delimiters   = "+-="
)

// Target is the email that an address or a Message-ID belongs to.
type Target struct {
	Edition int64 // 0: a message of the outbox
	Reader  int64 // with edition 0: the message's id in the outbox
	Leave   bool  // the address unsubscribes the reader
}

// Errors of addresses and Message-IDs.
var (
	ErrNotOurs = errors.New("message: not an address or Message-ID of ours")
	ErrForged  = errors.New("message: the signature is wrong")
)

// returnAddress joins the parts of an address.
func (m *IDs) returnAddress(prefix, name, mac string) string {
	delimiter := m.returns.Delimiter
	if delimiter == "" {
		delimiter = delimiters[:1]
	}
	return prefix + delimiter + name + "." + mac + "@" + m.returns.Domain
}

// ParseAddress reads a return address. The domain is not compared, because mail to a former
// domain still comes back, and every delimiter is accepted for the same reason. The error
// is [ErrNotOurs], or [ErrForged] for a wrong signature.
func (m *IDs) ParseAddress(address string) (Target, error) {
	local, _, found := strings.Cut(strings.ToLower(address), "@")
	if !found || len(local) < len("b+0.0.") || !strings.ContainsRune(delimiters, rune(local[1])) {
		return Target{}, ErrNotOurs
	}
	switch local[:1] {
	case bouncePrefix:
		return m.parse(local[2:], bounceMAC)
	case leavePrefix:
		t, err := m.parse(local[2:], leaveMAC)
		t.Leave = true
		return t, err
	}
	return Target{}, ErrNotOurs
}

// ParseID reads the Message-ID of an edition's email, with or without angle brackets, or the
// value of its [IDHeader]. The domain is compared only to tell [ErrForged] from [ErrNotOurs].
func (m *IDs) ParseID(messageID string) (Target, error) {
	id := strings.ToLower(strings.Trim(strings.TrimSpace(messageID), "<>"))
	local, domain, found := strings.Cut(id, "@")
	t, err := m.parse(local, messageMAC)
	if err != nil && found && domain != strings.ToLower(m.domain) {
		err = ErrNotOurs
	}
	return t, err
}

// parse reads "EDITION.READER.MAC", and compares the MAC with that part of the HMAC.
func (m *IDs) parse(text string, mac int) (Target, error) {
	fields := strings.Split(text, ".")
	if len(fields) != 3 || len(fields[2]) != 2*macSize {
		return Target{}, ErrNotOurs
	}
	edition, err1 := strconv.ParseInt(fields[0], 10, 64)
	reader, err2 := strconv.ParseInt(fields[1], 10, 64)
	name := pair(edition, reader)
	if err1 != nil || err2 != nil || edition < 0 || reader < 1 || name != fields[0]+"."+fields[1] {
		return Target{}, ErrNotOurs
	}
	if !hmac.Equal([]byte(fields[2]), []byte(part(m.sum(name), mac))) {
		return Target{}, ErrForged
	}
	return Target{Edition: edition, Reader: reader}, nil
}
