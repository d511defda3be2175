package smtp

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// known is a reply with its known meaning.
type known struct {
	provider, stage, sent string
	want                  Meaning
	reply                 reply
}

// readReplies reads a table of replies of real servers.
func readReplies(t *testing.T, file string) (list []known) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 4 {
			t.Fatalf("%s: not four columns: %q", file, line)
		}
		wire := strings.ReplaceAll(cells[2], `\n`, "\r\n") + "\r\n"
		r, err := readReply(bufio.NewReader(strings.NewReader(wire)))
		if err != nil {
			t.Fatalf("%q: %v", cells[2], err)
		}
		list = append(list, known{cells[0], cells[1], cells[2], Meaning(cells[3]), r})
	}
	return list
}

func (k known) meaning() Meaning {
	return meaningOf(k.stage, k.reply.code, k.reply.enhanced, k.reply.text)
}

// suppresses reports whether the meaning suppresses an address.
func (m Meaning) suppresses() bool { return m == NoMailbox || m == NoDomain }

func TestRepliesOfProviders(t *testing.T) {
	list := readReplies(t, "replies.tsv")
	if len(list) < 150 {
		t.Errorf("only %d replies", len(list))
	}
	for _, k := range list {
		if got := k.meaning(); got != k.want {
			t.Errorf("%s at %s, %q: %s, want %s (read as %q)", k.provider, k.stage, k.sent, got, k.want, plainWords(k.reply.text))
		}
	}
}

// The quality of the rules is measured on replies that were not used to write them. No such
// reply may suppress a reader whose mailbox exists.
func TestRepliesNotTunedOn(t *testing.T) {
	right, condemned, gone, meant := 0, 0, 0, 0
	list := readReplies(t, "replies_apart.tsv")
	for _, k := range list {
		got := k.meaning()
		if got == k.want {
			meant++
		} else {
			t.Logf("%s at %s, %q: %s, meant is %s", k.provider, k.stage, k.sent, got, k.want)
		}
		if k.want.suppresses() {
			gone++
		}
		if got.suppresses() {
			condemned++
			if k.want.suppresses() {
				right++
			}
		}
	}
	precision, recall := float64(right)/float64(condemned), float64(right)/float64(gone)
	t.Logf("%d replies, %d read as meant; no such address: precision %.3f, recall %.3f", len(list), meant, precision, recall)
	if precision < 0.99 || recall < 0.95 {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
}
