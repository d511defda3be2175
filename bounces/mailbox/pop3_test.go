package mailbox_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"corridor/bounces/mailbox"
	"corridor/postgres/postgrestest"
)

// pop3Server is a POP3 server, RFC 1939, with one account.
type pop3Server struct {
	mu       sync.Mutex
	ids      []string
	messages []string // lines end in \r\n, dots are stuffed
	without  string   // command that it does not know
}

func (s *pop3Server) start(t *testing.T) string {
	t.Helper()
	l := listen(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return "pop3+insecure://bounces%40example.org:p%40ss%2Fword@" + l.Addr().String()
}

func (s *pop3Server) serve(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "+OK ready\r\n")
	in := bufio.NewScanner(conn)
	for in.Scan() {
		s.mu.Lock()
		command, argument, _ := strings.Cut(in.Text(), " ")
		switch {
		case command == s.without:
			fmt.Fprint(conn, "-ERR unknown command\r\n")
		case command == "PASS" && argument != password:
			fmt.Fprint(conn, "-ERR [AUTH] wrong password\r\n")
		case command == "UIDL":
			fmt.Fprint(conn, "+OK\r\n")
			for i, id := range s.ids {
				fmt.Fprintf(conn, "%d %s\r\n", i+1, id)
			}
			fmt.Fprint(conn, ".\r\n")
		case command == "RETR":
			n, _ := strconv.Atoi(argument)
			fmt.Fprintf(conn, "+OK\r\n%s.\r\n", s.messages[n-1])
		default:
			fmt.Fprint(conn, "+OK\r\n")
		}
		s.mu.Unlock()
	}
}

func (s *pop3Server) deliver(id, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids, s.messages = append(s.ids, id), append(s.messages, message)
}

func TestPOP3MessagesAreReadOnceAndStay(t *testing.T) {
	db, server, r := postgrestest.New(t), &pop3Server{}, &reader{}
	m := r.open(t, db, mailbox.Options{URL: server.start(t)})
	server.deliver("x1", "Subject: a\r\n\r\n..dot\r\n")
	server.deliver("x2", "Subject: b\r\n\r\n"+strings.Repeat("long", 100_000)+"\r\n.. \r\n")
	read(t, m, 2)
	server.deliver("x3", "Subject: c\r\n\r\n")
	read(t, m, 1)
	read(t, m, 0)
	if got := strings.Join(r.taken, " "); got != "a b c" {
		t.Errorf("took %q", got)
	}
	server.mu.Lock()
	server.ids, server.messages = server.ids[1:], server.messages[1:] // a person deleted the first message
	server.mu.Unlock()
	read(t, m, 0)
	var kept int
	if err := db.Get(&kept, `SELECT count(*) FROM mailbox_messages`); err != nil || kept != 2 {
		t.Errorf("%d unique-ids are kept, %v; want 2", kept, err)
	}
}

// Messages stay in the mailbox, so it grows beyond the messages of one reading.
func TestPOP3MailboxWithManyMessagesThatWereRead(t *testing.T) {
	db, server, r := postgrestest.New(t), &pop3Server{}, &reader{}
	m := r.open(t, db, mailbox.Options{URL: server.start(t)})
	const many = 20_500
	for i := range many {
		server.deliver(fmt.Sprint("x", i), "")
	}
	if _, err := db.Exec(`INSERT INTO mailbox_messages (mailbox, unique_id) SELECT $1, 'x' || i FROM generate_series(0, $2 - 1) AS i`, m.String(), many); err != nil {
		t.Fatal(err)
	}
	server.deliver("new", "Subject: a\r\n\r\n")
	read(t, m, 1)
	read(t, m, 0)
}

func TestPOP3FailureEndsTheReading(t *testing.T) {
	db, server, r := postgrestest.New(t), &pop3Server{}, &reader{fail: "c"}
	m := r.open(t, db, mailbox.Options{URL: server.start(t)})
	for _, w := range []string{"a", "b", "c", "d"} {
		server.deliver("id-"+w, "Subject: "+w+"\r\n\r\n")
	}
	if n, err := m.Read(t.Context()); err == nil || n != 2 {
		t.Fatalf("Read = %d, %v", n, err)
	}
	r.fail = ""
	read(t, m, 2)
}

func TestPOP3SaysWhatIsWrong(t *testing.T) {
	db, r := postgrestest.New(t), &reader{}
	server := &pop3Server{without: "UIDL"}
	url := server.start(t)
	if _, err := r.open(t, db, mailbox.Options{URL: url}).Read(t.Context()); err == nil || !strings.Contains(err.Error(), "use IMAP") {
		t.Errorf("without UIDL: %v", err)
	}
	wrong := strings.Replace(url, "p%40ss", "wrong", 1)
	if _, err := r.open(t, db, mailbox.Options{URL: wrong}).Read(t.Context()); err == nil || !strings.Contains(err.Error(), "wrong password") {
		t.Errorf("wrong password: %v", err)
	}
}

// Messages end at a line with a dot, are cut at 2 MB, and lines are joined as they came.
func TestPOP3Messages(t *testing.T) {
	db, server := postgrestest.New(t), &pop3Server{}
	var sizes []int
	m, err := mailbox.New(db, mailbox.Options{URL: server.start(t), Take: sizesInto(&sizes)})
	if err != nil {
		t.Fatal(err)
	}
	server.deliver("big", strings.Repeat(strings.Repeat("x", 70)+"\r\n", 50_000))
	server.deliver("line", strings.Repeat("y", 3<<20)+"\r\n")
	server.deliver("dots", "...\r\n..\r\n")
	read(t, m, 3)
	if want := "[2097152 2097152 7]"; fmt.Sprint(sizes) != want {
		t.Errorf("sizes %v, want %v", sizes, want)
	}
}

func sizesInto(sizes *[]int) func(context.Context, []byte) error {
	return func(_ context.Context, message []byte) error {
		*sizes = append(*sizes, len(message))
		return nil
	}
}
