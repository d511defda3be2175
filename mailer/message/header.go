package message

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Header is a header field that is added to every email for the mail server or its webhooks.
type Header struct {
	Name  string
	Value string // on one line; each [IDPlace] becomes the id of the email
}

const (
	// IDPlace stands for the id of an email in the value of a [Header].
	IDPlace = "{id}"
	// IDHeader is the header field of every email that contains its id: the part of a
	// derived Message-ID before the @ (see [IDs]), EDITION.READER.MAC, or 0.NUMBER.MAC for
	// a message of the outbox. Reports and webhooks that quote the header name the delivery.
	IDHeader = "X-Corridor-ID"
)

// Headers are the fields of a list of [Header] as they stand in an email. The zero value
// is no field at all.
type Headers struct{ parts [][]byte } // an id stands between two parts

// NewHeaders returns [IDHeader] and the fields of list, in their order.
func NewHeaders(list ...Header) Headers {
	var b strings.Builder
	for _, h := range append([]Header{{IDHeader, IDPlace}}, list...) {
		b.WriteString(h.Name + ": " + h.Value + "\r\n")
	}
	var h Headers
	for part := range strings.SplitSeq(b.String(), IDPlace) {
		h.parts = append(h.parts, []byte(part))
	}
	return h
}

// Append appends the fields of the email with a Message-ID to dst.
func (h Headers) Append(dst []byte, messageID string) []byte {
	id := localID(messageID)
	for i, part := range h.parts {
		if i > 0 {
			dst = append(dst, id...)
		}
		dst = append(dst, part...)
	}
	return dst
}

// localID is the part of a Message-ID before its @, without the angle bracket.
func localID(messageID string) string {
	local, _, _ := strings.Cut(strings.TrimPrefix(messageID, "<"), "@")
	return local
}

// maxHeaderName is far above the length of any header name in use.
const maxHeaderName = 70

// reservedHeaders are written by Corridor or by mail servers. A name that ends in "-" stands
// for all names that begin with it.
var reservedHeaders = []string{
	"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "return-path", "received",
	"dkim-signature", "domainkey-signature", "arc-", "authentication-results", "received-spf", "mime-version", "content-", "resent-",
	"list-", "precedence", "auto-submitted", "feedback-id", "cfbl-", "x-corridor-",
}

// Check returns an error if h cannot be added to emails: its name is no field name (RFC
// 5322 section 2.2) or reserved, or its value is empty, too long for a line, or not
// printable ASCII.
func (h Header) Check() error {
	if h.Name == "" || len(h.Name) > maxHeaderName || strings.ContainsFunc(h.Name, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' }) {
		return errors.New("not the name of a header; use letters, digits and hyphens, like X-PM-Message-Stream")
	}
	name := strings.ToLower(h.Name)
	if slices.ContainsFunc(reservedHeaders, func(reserved string) bool {
		return name == reserved || strings.HasSuffix(reserved, "-") && strings.HasPrefix(name, reserved)
	}) {
		return fmt.Errorf("%s is written by Corridor or by mail servers and cannot be set", h.Name)
	}
	if strings.ContainsFunc(h.Value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("the value of %s must be one line of ASCII characters", h.Name)
	}
	if strings.TrimSpace(h.Value) == "" || !fitsHeader(h.Name+": "+h.Value) {
		return fmt.Errorf("the value of %s must have between 1 and 900 characters", h.Name)
	}
	return nil
}
