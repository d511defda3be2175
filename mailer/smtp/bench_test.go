package smtp

import (
	"bytes"
	"net"
	"strconv"
	"syscall"
	"testing"

	"corridor/mailer/sink"

	"github.com/wneessen/go-mail"
)

// BenchmarkSend measures CPU and time for a message of 40 KB over one connection, including
// the sink's share, and go-mail's own path for the same text.
func BenchmarkSend(b *testing.B) {
	line := "Kazakhstan's exports through Aktau grew again, and Alat took most\r\n"
	body := bytes.Repeat([]byte(line), 40_000/len(line))
	b.Run("conn", func(b *testing.B) {
		server := startSink(b, sink.Options{})
		c := dial(b, parseRelay(b, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		m := message("a@example.net", append([]byte("From: <news@example.org>\r\nTo: <a@example.net>\r\nSubject: News\r\n\r\n"), body...))
		begin := cpuTime(b)
		for b.Loop() {
			if o := c.Send(b.Context(), m, nil); o.Kind != Accepted {
				b.Fatalf("%+v", o)
			}
		}
		b.ReportMetric(float64(cpuTime(b)-begin)/float64(b.N)/1e6, "cpu-ms/message")
		b.SetBytes(int64(len(m.Data)))
	})
	b.Run("go-mail", func(b *testing.B) {
		server := startSink(b, sink.Options{})
		host, port, err := net.SplitHostPort(server.Addr())
		if err != nil {
			b.Fatal(err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			b.Fatal(err)
		}
		client, err := mail.NewClient(host, mail.WithPort(number), mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("test"), mail.WithoutNoop())
		if err == nil {
			err = client.DialWithContext(b.Context())
		}
		if err != nil {
			b.Fatal(err)
		}
		defer client.Close()
		begin := cpuTime(b)
		for b.Loop() {
			m := mail.NewMsg()
			if err := m.From("news@example.org"); err != nil {
				b.Fatal(err)
			}
			if err := m.To("a@example.net"); err != nil {
				b.Fatal(err)
			}
			m.SetBodyString(mail.TypeTextPlain, string(body))
			if err := client.Send(m); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpuTime(b)-begin)/float64(b.N)/1e6, "cpu-ms/message")
	})
}

// cpuTime is the CPU time of the process, in nanoseconds.
func cpuTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
