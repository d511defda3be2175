package subscribers

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Any bytes are read to their end, as valid rows or errors with a line.
func FuzzSuppressions(f *testing.F) {
	f.Add("email,reason,detail,source,event,at,hash\na@example.org,staff,'=1,import,,2026-03-02T12:00:00Z,\n,erased,,reader,,2026-03-02T12:00:00Z,sha256:00\n")
	f.Add("anna@example.org; Ben <ben@example.org>\n# remark\n\"\n")
	f.Add("sep=;\r\nEmail Address;Status\r\na@example.org;cleaned\r\n")
	f.Add("\xff\xfea\x00@\x00b\x00.\x00c\x00o\x00\n\x00")
	f.Add("@@@\n\x00@\xff\n,\n")
	f.Fuzz(func(t *testing.T, file string) {
		r, _, err := newSuppressionReader(strings.NewReader(file), "", ByStaff)
		for err == nil {
			var rows []suppressionRow
			var wrong []RowError
			rows, wrong, err = r.next()
			for _, row := range rows {
				if len(row.hash) != 32 || row.reason == "" || !utf8.ValidString(row.email+row.detail+row.source) || strings.ContainsRune(row.detail, 0) {
					t.Fatalf("row %+v", row)
				}
			}
			for _, e := range wrong {
				if e.Line < 1 || e.Reason == "" {
					t.Fatalf("report %+v", e)
				}
			}
		}
		if err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}
