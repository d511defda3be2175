package message

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// signedHeaders are the headers that a signature covers. From is listed twice, so that an
// added second From breaks the signature. The same holds for listed headers that are
// absent.
var signedHeaders = []string{
	"From", "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id",
	"MIME-Version", "Content-Type",
}

// signedIfPresent are headers that a signature covers if the message has them. A mail server
// may add its own to a message without, which must not break the signature. Gmail requires a
// signed Feedback-ID, RFC 9477 section 3.1 a signed CFBL-Address.
var signedIfPresent = [3]string{"Feedback-ID", "CFBL-Address", "CFBL-Feedback-ID"}

// tagsOf returns the h= tags of headers with each combination of signedIfPresent, whose bits
// are the index.
func tagsOf(headers []string) (tags [1 << len(signedIfPresent)]string) {
	for present := range tags {
		all := slices.Clone(headers)
		for bit, name := range signedIfPresent {
			if present&(1<<bit) != 0 {
				all = append(all, name)
			}
		}
		tags[present] = tagOf(all)
	}
	return tags
}

// tagOf returns the h= tag of headers, folded, without its end.
func tagOf(headers []string) string {
	tag, column := "h=", 2
	for i, name := range headers {
		if i > 0 {
			tag, column = tag+":", column+1
		}
		if column+len(name) > 70 {
			tag, column = tag+"\r\n ", 1
		}
		tag, column = tag+name, column+len(name)
	}
	return tag
}

// Sign returns a message with the signatures prepended. A signed message stays as it is.
func (s *Signer) Sign(message []byte) ([]byte, error) {
	if bytes.HasPrefix(message, []byte(signatureHeader)) {
		return message, nil
	}
	signed := bytes.Clone(message)
	if !bytes.HasSuffix(signed, []byte("\r\n")) { // the message is sent with this line end
		signed = append(signed, "\r\n"...)
	}
	return s.sign(signed, 0)
}

const signatureHeader = "DKIM-Signature: "

// sign prepends the signatures to the message in dst[start:]. The canonicalization of
// headers is "relaxed", that of the body "simple" (RFC 6376 section 3.4): quoted-printable
// has short lines without trailing spaces, which relays do not change. So the body is
// hashed unchanged, once for all keys.
func (s *Signer) sign(dst []byte, start int) ([]byte, error) {
	headers, body, found := bytes.Cut(dst[start:], []byte("\r\n\r\n"))
	if !found {
		return dst[:start], errors.New("message: signing: the message has no body")
	}
	for bytes.HasSuffix(body, []byte("\r\n\r\n")) { // trailing empty lines are not signed
		body = body[:len(body)-2]
	}
	if len(body) == 0 {
		body = []byte("\r\n")
	}
	bodyHash := sha256.Sum256(body)
	canonical, tag := s.canonical(make([]byte, 0, 2048), headers)
	signatures := make([]byte, 0, 2048)
	for i := range s.keys {
		var err error
		if signatures, err = s.signature(signatures, &s.keys[i], canonical, tag, bodyHash[:], time.Now()); err != nil {
			return dst[:start], err
		}
	}
	return slices.Insert(dst, start, signatures...), nil
}

// signature appends one DKIM-Signature header.
func (s *Signer) signature(dst []byte, k *signingKey, canonical []byte, tag string, bodyHash []byte, now time.Time) ([]byte, error) {
	value := "v=1; a=" + k.algorithm + "; c=relaxed/simple; d=" + s.domain + ";\r\n s=" + k.selector +
		"; t=" + strconv.FormatInt(now.Unix(), 10) + ";\r\n " + tag +
		";\r\n bh=" + base64.StdEncoding.EncodeToString(bodyHash) + ";\r\n b="
	// The signed header is unchanged except for an empty b=, without its line end.
	hash := sha256.New()
	hash.Write(canonical)
	hash.Write([]byte("dkim-signature:" + strings.ReplaceAll(value, "\r\n", "")))
	signature, err := k.key.Sign(rand.Reader, hash.Sum(nil), k.hash)
	if err != nil {
		return dst, fmt.Errorf("message: signing: %w", err)
	}
	dst = append(dst, signatureHeader+value...)
	encoded := base64.StdEncoding.EncodeToString(signature)
	for line := 70; len(encoded) > line; line = 75 { // the first line begins with "b="
		dst = append(append(dst, encoded[:line]...), "\r\n "...)
		encoded = encoded[line:]
	}
	return append(append(dst, encoded...), "\r\n"...), nil
}

// canonical appends the signed headers of a message to dst, each on one line, with names in
// lower case and runs of white space as one space (RFC 6376 section 3.4.2). It returns their
// h= tag too.
func (s *Signer) canonical(dst, headers []byte) (signed []byte, tag string) {
	fields := headerFields(headers)
	names := make([][]byte, len(fields))
	for i, f := range fields {
		name, _, _ := bytes.Cut(f, []byte(":"))
		names[i] = bytes.TrimRight(name, " \t")
	}
	for _, name := range s.signed {
		if i := lastOf(names, name); i >= 0 {
			dst = appendCanonical(dst, name, fields[i])
		}
	}
	present := 0
	for bit, name := range signedIfPresent {
		if i := lastOf(names, name); i >= 0 {
			dst = appendCanonical(dst, name, fields[i])
			present |= 1 << bit
		}
	}
	return dst, s.tags[present]
}

// lastOf returns the place of the last name that is equal and was not returned before, or
// -1. It removes the name from names.
func lastOf(names [][]byte, name string) int {
	for i := len(names) - 1; i >= 0; i-- {
		if len(names[i]) == len(name) && strings.EqualFold(string(names[i]), name) {
			names[i] = nil
			return i
		}
	}
	return -1
}

// appendCanonical appends a header field on one line.
func appendCanonical(dst []byte, name string, field []byte) []byte {
	_, value, _ := bytes.Cut(field, []byte(":"))
	dst = append(append(dst, strings.ToLower(name)...), ':')
	return append(appendRelaxed(dst, value), "\r\n"...)
}

// appendRelaxed appends a header's value without white space at its ends, and with each run
// of white space as one space.
func appendRelaxed(dst, value []byte) []byte {
	begin, blank := len(dst), false
	for _, c := range value {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			blank = true
			continue
		}
		if blank && len(dst) > begin {
			dst = append(dst, ' ')
		}
		dst, blank = append(dst, c), false
	}
	return dst
}

// headerFields splits a header section into its fields, each with its continuation lines.
func headerFields(headers []byte) [][]byte {
	fields := make([][]byte, 0, 24)
	for begin := 0; begin < len(headers); {
		end := begin
		for {
			i := bytes.IndexByte(headers[end:], '\n')
			if i < 0 {
				end = len(headers)
				break
			}
			end += i + 1
			if end == len(headers) || headers[end] != ' ' && headers[end] != '\t' {
				break
			}
		}
		fields = append(fields, headers[begin:end])
		begin = end
	}
	return fields
}
