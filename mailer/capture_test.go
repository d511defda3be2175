package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/mailer/smtp"
)

// Several processes capture into one folder: every message is a separate file, complete
// from its appearance, and numbers have no gaps.
func TestCapturesShareAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	const servers, connections, each = 3, 4, 25
	body := strings.Repeat(strings.Repeat("x", 74)+"\r\n", 500)
	stop := make(chan struct{})
	torn := make(chan string, 1)
	var watch sync.WaitGroup
	watch.Go(func() { // reads files as they appear
		for {
			select {
			case <-stop:
				return
			default:
			}
			numbers, _ := captured(dir)
			if len(numbers) == 0 {
				continue
			}
			raw, err := os.ReadFile(capturedPath(dir, numbers[len(numbers)-1]))
			if err != nil || !bytes.HasSuffix(raw, []byte("end\r\n")) {
				select {
				case torn <- fmt.Sprintf("%d bytes, %v", len(raw), err):
				default:
				}
			}
		}
	})
	var group sync.WaitGroup
	for s := range servers {
		capture, err := NewCapture(dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer capture.Close()
		r, err := smtp.ParseRelay(capture.URL(), smtp.RelayOptions{HELO: "test"})
		if err != nil {
			t.Fatal(err)
		}
		for c := range connections {
			conn, _, err := smtp.Dial(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			group.Go(func() {
				for i := range each {
					text := fmt.Sprintf("From: <news@example.org>\r\nTo: <a@example.net>\r\nSubject: %d.%d.%d\r\n\r\n.%s..\r\nend\r\n", s, c, i, body)
					if o := conn.Send(t.Context(), &smtp.Message{From: "news@example.org", To: "a@example.net", Data: smtp.AppendStuffed(nil, []byte(text))}, nil); o.Kind != smtp.Accepted {
						t.Errorf("%+v", o)
					}
				}
			})
		}
	}
	group.Wait()
	close(stop)
	watch.Wait()
	select {
	case what := <-torn:
		t.Errorf("a file was seen half-written: %s", what)
	default:
	}
	box := Mailbox{Dir: dir}
	const all = servers * connections * each
	list, total, err := box.List(0, 1000)
	if err != nil || total != all || len(list) != all {
		t.Fatalf("%d of %d, %v", len(list), total, err)
	}
	subjects := map[string]bool{}
	for i, f := range list {
		if f.Number != all-i || f.To != "a@example.net" {
			t.Fatalf("place %d: %+v", i, f)
		}
		subjects[f.Subject] = true
	}
	if len(subjects) != all {
		t.Errorf("%d different messages", len(subjects))
	}
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if page, _, _ := box.List(10, 3); len(page) != 3 || page[0].Number != all-10 {
		t.Errorf("the page is %+v", page)
	}
	if page, _, _ := box.List(all+5, 3); len(page) != 0 {
		t.Errorf("behind the end stand %+v", page)
	}
}

func TestMailboxShowsWhatWasSpliced(t *testing.T) {
	dir := t.TempDir()
	to := message.Recipient{EditionID: 12, SubscriberID: 3456, Name: "Әйгерім, <b>", Address: "aigerim@example.net", Format: "html"}
	r := message.Rendering{ID: 1, Subject: "Central Asia’s week", HTML: "<p>{{corridor:greeting}}</p>", Text: "{{corridor:greeting}}\n"}
	template, err := message.Compose(message.Letterhead{From: "Caspian Policy Center <news@example.org>"}, r, "html")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := template.Splice(nil, testPersonal(to), to, "<1@example.org>", time.Unix(1_800_000_000, 0), testSigner(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(capturedPath(dir, 7), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := Mailbox{Dir: dir}.Open(7)
	if err != nil {
		t.Fatal(err)
	}
	if m.Number != 7 || m.Subject != r.Subject || !strings.Contains(m.Text, "Dear Әйгерім, <b>,") || !strings.Contains(m.HTML, "Dear Әйгерім, &lt;b&gt;,") || !bytes.Equal(m.Raw, raw) {
		t.Errorf("%.3000v", m)
	}
	if !slices.ContainsFunc(m.Headers, func(h [2]string) bool { return h[0] == "To" && strings.Contains(h[1], "Әйгерім") }) {
		t.Errorf("headers %q", m.Headers)
	}
	for _, n := range []int{-1, 0, 1, 8} {
		if _, err := (Mailbox{Dir: dir}).Open(n); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d: %v", n, err)
		}
	}
	if list, total, err := (Mailbox{Dir: filepath.Join(dir, "nowhere")}).List(0, 10); err != nil || total != 0 || len(list) != 0 {
		t.Errorf("a folder that is not there: %v, %d, %v", list, total, err)
	}
}

func FuzzReadMail(f *testing.F) {
	template, err := message.Compose(message.Letterhead{From: "Caspian Policy Center <news@example.org>"}, message.Rendering{Subject: "Ж", Text: "a\n", HTML: "<p>a</p>"}, "html")
	if err != nil {
		f.Fatal(err)
	}
	raw, err := template.Splice(nil, message.Personal{}, message.Recipient{Name: "Aigerim", Address: "aigerim@example.net", Format: "html"}, "<1@example.org>", time.Unix(0, 0), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("Subject: =?x?q?y?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nbody"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n"))
	f.Add([]byte("Content-Transfer-Encoding: base64\r\n\r\n!!!!"))
	f.Add([]byte("\r\n\r\n"))
	f.Add([]byte("no header at all"))
	f.Add([]byte(strings.Repeat("a: b\r\n", 5000)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		begin := time.Now()
		m, err := ReadMail(raw)
		if err == nil && (len(m.Text) > maxShown*3 || len(m.HTML) > maxShown*3) {
			t.Errorf("%d and %d bytes are shown", len(m.Text), len(m.HTML))
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
