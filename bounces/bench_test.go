package bounces

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func BenchmarkRead(b *testing.B) {
	raw, err := os.ReadFile("testdata/postfix.eml")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if r, err := Read(bytes.NewReader(raw)); err != nil || r.Kind != Failed {
			b.Fatal(r.Kind, err)
		}
	}
}

// BenchmarkReceive measures reports that suppress a reader each, with the database.
func BenchmarkReceive(b *testing.B) {
	w := newWorld(b)
	var editions []int64
	for b.Loop() {
		if len(editions) == 0 { // a reader's report is counted once for each edition
			b.StopTimer()
			for range 20 {
				editions = append(editions, w.sent())
			}
			b.StartTimer()
		}
		m := w.ids.Marks(editions[0], w.reader(1))
		editions = editions[1:]
		text := report(m.Bounce, m.MessageID, unknownUser("reader1@example.net"))
		if r, err := w.desk.Receive(b.Context(), Returned{Message: []byte(text), To: m.Bounce, Source: "test", At: time.Now()}); err != nil || r.Outcome != Bounced {
			b.Fatal(r.Change, err)
		}
	}
}
