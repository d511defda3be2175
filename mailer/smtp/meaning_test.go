package smtp

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
)

// known is a reply with its known meaning.
type known struct {
	provider, stage, sent string
	want                  Meaning
	reply                 reply
}

// readReplies reads a table of replies.
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
		if len(cells) != 5 || cells[4] == "" {
			t.Fatalf("%s: not five columns: %q", file, line)
		}
		list = append(list, known{cells[0], cells[1], cells[2], Meaning(cells[3]), replyOf(t, cells[2])})
	}
	return list
}

// replyOf reads a reply as sent, in which \n ends a line.
func replyOf(t *testing.T, sent string) reply {
	t.Helper()
	r, err := readReply(bufio.NewReader(strings.NewReader(strings.ReplaceAll(sent, `\n`, "\r\n") + "\r\n")))
	if err != nil {
		t.Fatalf("%q: %v", sent, err)
	}
	return r
}

func (k known) meaning() Meaning {
	return meaningOf(k.stage, k.reply.code, k.reply.enhanced, k.reply.text)
}

// suppresses reports whether the meaning of a final reply suppresses an address.
func (m Meaning) suppresses() bool { return m == NoMailbox || m == NoDomain }

func TestRepliesOfProviders(t *testing.T) {
	list := readReplies(t, "replies.tsv")
	if len(list) < 150 {
		t.Errorf("only %d replies", len(list))
	}
	for _, k := range append(list, readReplies(t, "replies_made.tsv")...) {
		if got := k.meaning(); got != k.want {
			t.Errorf("%s at %s, %q: %s, want %s (read as %q)", k.provider, k.stage, k.sent, got, k.want, wordsOf(k.reply.text))
		}
	}
}

// TestEveryRuleIsNeeded takes each rule out of the table in turn: the reply that it names then
// has another meaning.
func TestEveryRuleIsNeeded(t *testing.T) {
	all := theRules
	t.Cleanup(func() { theRules = all })
	rules := readRules(ruleText)
	for i, r := range rules {
		k := known{stage: stageRCPT, reply: replyOf(t, r.example)}
		theRules = all
		with := k.meaning()
		theRules = bookOf(slices.Delete(slices.Clone(rules), i, i+1))
		if without := k.meaning(); without == with {
			t.Errorf("%q means %s with and without the rule %s %q: name a reply that needs it, or delete it", r.example, with, r.kind, r.words)
		}
		want := Meaning(strings.TrimPrefix(r.kind, "else "))
		if slices.Contains(Meanings, want) && with != want {
			t.Errorf("%q: %s, want %s, the rule's meaning", r.example, with, want)
		}
	}
}

// The quality of the rules is measured on replies that were not used to write them. No such
// reply may suppress a reader whose mailbox exists.
func TestRepliesNotTunedOn(t *testing.T) {
	for _, file := range []string{"replies_apart.tsv", "replies_apart2.tsv"} {
		right, condemned, gone, meant := 0, 0, 0, 0
		list := readReplies(t, file)
		for _, k := range list {
			got := k.meaning()
			if got == k.want {
				meant++
			}
			suppresses := got.suppresses() && k.reply.code >= 500
			if suppresses {
				condemned++
			}
			if k.want.suppresses() && k.reply.code >= 500 {
				gone++
				if suppresses {
					right++
				}
			}
		}
		precision, recall := float64(right)/float64(condemned), float64(right)/float64(gone)
		t.Logf("%s: %d replies, %d read as meant; no such address: precision %.3f, recall %.3f", file, len(list), meant, precision, recall)
		if precision < 0.99 || recall < 0.95 {
			t.Errorf("%s: precision %.3f, recall %.3f", file, precision, recall)
		}
	}
}

func FuzzMeaning(f *testing.F) {
	for _, r := range readRules(ruleText) {
		f.Add(stageRCPT, 550, "5.1.1", r.example)
	}
	f.Add(stageDot, 554, "", strings.Repeat("the user is not a no such ", 100))
	f.Fuzz(func(t *testing.T, stage string, code int, enhanced, text string) {
		if len(text) > maxReplyText {
			text = text[:maxReplyText]
		}
		kind, meaning := Classify(stage, code, enhanced, text)
		if kind == Bounced && (code < 500 || code > 599 || !meaning.suppresses()) {
			t.Errorf("%d %s %q: bounced as %q", code, enhanced, text, meaning)
		}
		if words := wordsOf(text); len(words) > mostWords+len(theRules.rewordings) {
			t.Errorf("%q: %d words are read", text, len(words))
		}
	})
}
