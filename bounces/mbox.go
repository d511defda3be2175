package bounces

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
)

// separator begins each message of an mbox file, RFC 4155.
var separator = regexp.MustCompile(`^From \S+ +\w{3} +\w{3} +\d{1,2} +\d\d:\d\d(:\d\d)? .*\d{4}`)

// Messages reads messages: one message, or an mbox file of several, where a separator
// follows an empty line. A mail server that hands a message to a program writes a separator
// before it too. The last call of Next returns [io.EOF].
type Messages struct {
	r     *bufio.Reader
	mbox  bool
	begun bool
	ended bool
	text  bytes.Buffer
}

// NewMessages returns the messages of r.
func NewMessages(r io.Reader) *Messages { return &Messages{r: bufio.NewReaderSize(r, 64<<10)} }

// Next returns the next message, up to MaxSize bytes of it. It is valid until the next call.
func (m *Messages) Next() ([]byte, error) {
	if m.ended {
		return nil, io.EOF
	}
	m.text.Reset()
	blank, start := true, true // the last line was empty; a line begins here
	for {
		part, err := m.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if start && blank && (m.mbox || !m.begun) && separator.Match(part) {
			first := !m.begun
			m.begun, m.mbox = true, true
			if !first {
				return m.text.Bytes(), nil
			}
		} else if len(part) > 0 {
			m.begun = true
			m.add(part, start)
		}
		if start {
			blank = len(bytes.TrimRight(part, "\r\n")) == 0
		}
		start = err == nil
		if errors.Is(err, io.EOF) {
			m.ended = true
			if !m.begun {
				return nil, io.EOF
			}
			return m.text.Bytes(), nil
		}
	}
}

// add appends a part of a line, without the > that mbox files put before "From ".
func (m *Messages) add(part []byte, start bool) {
	if m.mbox && start && bytes.HasPrefix(bytes.TrimLeft(part, ">"), []byte("From ")) {
		part = bytes.TrimPrefix(part, []byte(">"))
	}
	if room := MaxSize - m.text.Len(); room < len(part) {
		part = part[:max(room, 0)]
	}
	m.text.Write(part)
}
