package check

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// resolver asks a name server of the test. zone has a record in each line: "NAME TYPE VALUE".
// The type FAIL answers every question for the name with an error of the server. An empty
// zone refuses every question.
func resolver(t *testing.T, zone string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	records := map[string][]string{}
	for line := range strings.Lines(zone) {
		if fields := strings.SplitN(strings.TrimSpace(line), " ", 3); len(fields) == 3 {
			name := strings.ToLower(fields[0]) + "."
			records[name] = append(records[name], fields[1]+" "+fields[2])
		}
	}
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			if reply, err := answer(m, records).Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// answer returns the reply of the name server to a question.
func answer(m dnsmessage.Message, records map[string][]string) *dnsmessage.Message {
	q := m.Questions[0]
	reply := &dnsmessage.Message{
		Header:    dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true, RecursionDesired: m.RecursionDesired},
		Questions: m.Questions,
	}
	if len(records) == 0 {
		reply.RCode = dnsmessage.RCodeRefused
		return reply
	}
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	found := records[strings.ToLower(q.Name.String())]
	if len(found) == 0 {
		reply.RCode = dnsmessage.RCodeNameError
	}
	for _, record := range found {
		kind, value, _ := strings.Cut(record, " ")
		switch body := body(kind, value); {
		case kind == "FAIL":
			reply.RCode = dnsmessage.RCodeServerFailure
		case body != nil && "Type"+kind == q.Type.GoString()[len("dnsmessage."):]:
			reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: header, Body: body})
		}
	}
	return reply
}

// body is a record of the name server, or nil for an unknown type.
func body(kind, value string) dnsmessage.ResourceBody {
	switch kind {
	case "A":
		return &dnsmessage.AResource{A: [4]byte(net.ParseIP(value).To4())}
	case "AAAA":
		return &dnsmessage.AAAAResource{AAAA: [16]byte(net.ParseIP(value).To16())}
	case "PTR":
		return &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(value + ".")}
	case "MX":
		preference, host, _ := strings.Cut(value, " ")
		n, _ := strconv.ParseUint(preference, 10, 16)
		return &dnsmessage.MXResource{Pref: uint16(n), MX: dnsmessage.MustNewName(strings.TrimSuffix(host, ".") + ".")}
	case "TXT":
		var parts []string
		for len(value) > 255 {
			parts, value = append(parts, value[:255]), value[255:]
		}
		return &dnsmessage.TXTResource{TXT: append(parts, value)}
	}
	return nil
}
