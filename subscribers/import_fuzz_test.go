package subscribers

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzCSV(f *testing.F) {
	f.Add("email,name,programs,regions,frequency,time_zone,status\na@example.org,A,eep;spp,,daily,UTC,active\n")
	f.Add("\xef\xbb\xbfstatus,email\r\n,\"a@example.org\"\r\n\"x\ny\",b\r\n")
	f.Add("email\n\"")
	f.Add("email\na\"b\n\xff\n")
	f.Add("email,name\na@example.org,\"A\nb@example.org,B\nc@example.org,\"C\"\n")
	rules := NewRules([]string{"eep", "spp"}, []string{"central-asia"}, "UTC")
	f.Fuzz(func(t *testing.T, file string) {
		r, err := newCSVReader(strings.NewReader(file), rules)
		if err != nil {
			return
		}
		for last := 0; ; {
			row, wrong, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return
			}
			if wrong == nil {
				if row.line <= last || row.email == "" || !utf8.ValidString(row.email+row.name) {
					t.Fatalf("row %+v after line %d", row, last)
				}
				last = row.line
			}
			for _, e := range wrong {
				if e.Line < 1 || e.Reason == "" {
					t.Fatalf("report %+v", e)
				}
			}
		}
	})
}
