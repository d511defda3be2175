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
	f.Add("sep=;\r\nEmail Address;OPTIN_TIME;First Name\r\na@example.org;2024-01-01;\"A;B\"\r\n")
	f.Add("\xff\xfee\x00m\x00a\x00i\x00l\x00\r\x00a\x00@\x00b\x00.\x00c\x00o\x00")
	f.Add("uuid,email,attributes,status\n1,a@example.org,{},enabled\n")
	f.Add("email;name\ra@example.org;Zo\xeb\r")
	rules := NewRules([]string{"eep", "spp"}, []string{"central-asia"}, "UTC")
	f.Fuzz(func(t *testing.T, file string) {
		if _, _, err := newCSVReader(strings.NewReader(file), rules, FileOptions{From: "listmonk", Encoding: "windows-1251", As: "left"}); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		r, _, err := newCSVReader(strings.NewReader(file), rules, FileOptions{})
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
