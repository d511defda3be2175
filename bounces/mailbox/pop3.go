package mailbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// maxLine is the length of a line of a POP3 server's answer, in bytes. RFC 1939 section 3
// permits 512; lines of messages may be longer.
const maxLine = 64 << 10

// maxListed is the number of messages of a mailbox that are looked at. Messages stay in the
// mailbox, so it is far above maxMessages.
const maxListed = 200_000

// pop3 is a connection to a POP3 server, RFC 1939.
type pop3 struct {
	conn net.Conn
	in   *bufio.Reader
}

// readPOP3 reads new messages over POP3. Messages stay in the mailbox, so the unique-ids of
// those that have been read are kept (RFC 1939 section 7, UIDL).
func (m *Mailbox) readPOP3(ctx context.Context, conn net.Conn) (n int, err error) {
	p := &pop3{conn, bufio.NewReaderSize(conn, maxLine)}
	if _, err := p.answer(); err != nil {
		return 0, fmt.Errorf("greeting: %w", err)
	}
	for _, command := range []string{"USER " + m.address.user, "PASS " + m.address.password} {
		if err := p.do(command); err != nil {
			return 0, fmt.Errorf("signing in: %w", err)
		}
	}
	list, whole, err := p.list()
	if err != nil {
		return 0, fmt.Errorf("listing messages: %w", err)
	}
	if n, err = m.takePOP3(ctx, p, list); err != nil {
		return n, err
	}
	if !whole {
		return n, fmt.Errorf("it has more than %d messages, and the last ones are not read; delete old messages, or use IMAP", maxListed)
	}
	if err := m.position.keepOnly(ctx, list); err != nil {
		return n, err
	}
	return n, p.do("QUIT")
}

// takePOP3 takes up to maxMessages messages of a list that have not been read.
func (m *Mailbox) takePOP3(ctx context.Context, p *pop3, list []listed) (n int, err error) {
	read, err := m.position.readOf(ctx, list)
	if err != nil {
		return 0, err
	}
	var done []string
	for _, message := range list {
		if read[message.id] || n == maxMessages {
			continue
		}
		text, err := p.retrieve(message.number)
		if err == nil {
			err = m.Take(ctx, text)
		}
		if err != nil {
			return n, errors.Join(err, m.position.add(ctx, done))
		}
		n++
		if done = append(done, message.id); len(done) == batch {
			if err := m.position.add(ctx, done); err != nil {
				return n, err
			}
			done = nil
		}
	}
	return n, m.position.add(ctx, done)
}

// listed is a message of the mailbox.
type listed struct {
	number int    // within the session
	id     string // unique-id, 1 to 70 characters
}

// list returns the first maxListed messages. whole is false if there are more.
func (p *pop3) list() (list []listed, whole bool, err error) {
	if err := p.do("UIDL"); err != nil {
		return nil, false, fmt.Errorf("the server does not name its messages (UIDL), use IMAP: %w", err)
	}
	whole = true
	err = p.lines(func(line []byte) {
		number, id, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		n, err := strconv.Atoi(number)
		if id = strings.TrimSpace(id); err == nil && n > 0 && id != "" && len(id) <= 200 {
			if whole = len(list) < maxListed; whole {
				list = append(list, listed{n, id})
			}
		}
	})
	return list, whole, err
}

// retrieve returns a message, up to maxSize bytes.
func (p *pop3) retrieve(number int) ([]byte, error) {
	if err := p.do("RETR " + strconv.Itoa(number)); err != nil {
		return nil, fmt.Errorf("reading a message: %w", err)
	}
	var text []byte
	err := p.lines(func(line []byte) {
		text = append(text, line[:min(len(line), maxSize-len(text))]...)
	})
	return text, err
}

// do sends a command and reads the first line of the answer.
func (p *pop3) do(command string) error {
	if _, err := io.WriteString(p.conn, command+"\r\n"); err != nil {
		return err
	}
	_, err := p.answer()
	return err
}

// answer reads a line that begins with +OK. Any other is an error with the server's words.
func (p *pop3) answer() (string, error) {
	line, err := p.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	words := strings.TrimSpace(string(line))
	if rest, ok := strings.CutPrefix(words, "+OK"); ok {
		return strings.TrimSpace(rest), nil
	}
	return "", fmt.Errorf("the server answered %q", strings.ToValidUTF8(words[:min(len(words), 200)], "\uFFFD"))
}

// lines calls each for every line of a multi-line answer, with its line break and without
// the dot that RFC 1939 section 3 adds. A line longer than maxLine comes in parts.
func (p *pop3) lines(each func(line []byte)) error {
	for begin := true; ; {
		line, err := p.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		whole := err == nil
		if begin && line[0] == '.' {
			if line = line[1:]; whole && strings.TrimRight(string(line), "\r\n") == "" {
				return nil
			}
		}
		each(line)
		begin = whole
	}
}
