package subscribers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// FieldError is an error in one field of a form or a file. Field is the documented name of
// the field: email, programs, time_zone, ….
type FieldError struct {
	Field  string `json:"field"`
	Reason string `json:"error"`
}

// Error names the field and the reason.
func (e FieldError) Error() string { return e.Field + ": " + e.Reason }

// Invalid are all errors in the fields of one reader, in the order of the form.
type Invalid []FieldError

// Error joins the reasons.
func (e Invalid) Error() string {
	var b strings.Builder
	for i, f := range e {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Error())
	}
	return b.String()
}

// Reason returns the reason of the field's error, or "" if the field is valid.
func (e Invalid) Reason(field string) string {
	for _, f := range e {
		if f.Field == field {
			return f.Reason
		}
	}
	return ""
}

// Frequencies are the frequencies that a reader can choose, most frequent first.
var Frequencies = []string{"instant", "daily", "weekly", "monthly"}

// Formats are the email formats that a reader can choose.
var Formats = []string{"html", "text"}

// Rules are the choices that a publication offers. They check input, and are safe for
// concurrent use.
type Rules struct {
	programs, regions map[string]bool
	timeZone          string
	zones             sync.Map // known zones by name; a cache, because reading a zone from disk is slow
}

// NewRules returns the rules for the publication's slugs. timeZone is the default time
// zone of readers.
func NewRules(programs, regions []string, timeZone string) *Rules {
	set := func(slugs []string) map[string]bool {
		m := make(map[string]bool, len(slugs))
		for _, s := range slugs {
			m[s] = true
		}
		return m
	}
	return &Rules{programs: set(programs), regions: set(regions), timeZone: timeZone}
}

// Check returns p in the form that is stored: slugs sorted and without duplicates, defaults
// filled in (weekly, html, the publication's zone). The error is nil or [Invalid].
func (r *Rules) Check(p Preferences) (Preferences, error) {
	var wrong Invalid
	fail := func(field, reason string) {
		if reason != "" {
			wrong = append(wrong, FieldError{field, reason})
		}
	}
	var reason string
	p.Programs, reason = slugs("program", p.Programs, r.programs)
	fail("programs", reason)
	p.Regions, reason = slugs("region", p.Regions, r.regions)
	fail("regions", reason)
	p.Frequency, reason = oneOf(p.Frequency, Frequencies, "weekly")
	fail("frequency", reason)
	p.Format, reason = oneOf(p.Format, Formats, "html")
	fail("format", reason)
	if p.TimeZone = strings.TrimSpace(p.TimeZone); p.TimeZone == "" {
		p.TimeZone = r.timeZone
	}
	if !r.zone(p.TimeZone) {
		fail("time_zone", fmt.Sprintf("%q is not a time zone; it should look like Asia/Baku", clip(p.TimeZone, 40)))
	}
	if p.Language = strings.TrimSpace(p.Language); !plainTag(p.Language) {
		fail("language", fmt.Sprintf("%q is not a language; it should look like en", clip(p.Language, 40)))
	}
	if wrong != nil {
		return p, wrong
	}
	return p, nil
}

// slugs returns the slugs of in, sorted and without duplicates. The second result is the
// reason if a slug is unknown, else "".
func slugs(kind string, in []string, known map[string]bool) ([]string, string) {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s = strings.ToLower(strings.TrimSpace(s)); s == "" {
			continue
		}
		if !known[s] {
			return in, fmt.Sprintf("there is no %s %q; there are %s", kind, clip(s, 40), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return slices.Compact(out), ""
}

func oneOf(s string, allowed []string, otherwise string) (string, string) {
	if s = strings.ToLower(strings.TrimSpace(s)); s == "" {
		return otherwise, ""
	}
	if !slices.Contains(allowed, s) {
		return s, fmt.Sprintf("%q is not allowed; use one of %s", clip(s, 40), strings.Join(allowed, ", "))
	}
	return s, ""
}

// zone reports whether name is an IANA time zone. It caches only names that exist, so that
// requests with other names cannot fill the memory.
func (r *Rules) zone(name string) bool {
	if _, ok := r.zones.Load(name); ok {
		return true
	}
	if len(name) > 50 || name == "Local" || strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right/") || name == "localtime" || name == "Factory" {
		return false
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		return false
	}
	r.zones.Store(name, true)
	return true
}

// plainTag reports whether s is empty or consists of the letters, digits and hyphens of a
// BCP 47 tag.
func plainTag(s string) bool {
	if len(s) > 35 {
		return false
	}
	for _, c := range s {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

const maxName = 100

// ParseName returns a reader's name with single blanks. It refuses characters that cannot
// be shown, and web addresses: with these a stranger could send advertisements by signing
// up other people.
func ParseName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case !utf8.ValidString(s):
		return "", fmt.Errorf("the name is not valid text")
	case utf8.RuneCountInString(s) > maxName:
		return "", fmt.Errorf("the name is longer than %d characters", maxName)
	case strings.Contains(s, "://") || strings.Contains(strings.ToLower(s), "www."):
		return "", fmt.Errorf("a name cannot hold the address of a web page")
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return "", fmt.Errorf("the name has a character that cannot be shown")
		}
	}
	return s, nil
}

// InternTx returns the id of the preference set with the given slugs, which must be sorted
// and without duplicates. It inserts a set that does not exist. An empty list stands for
// all of its dimension.
func InternTx(ctx context.Context, tx *sqlx.Tx, programs, regions []string) (int64, error) {
	var id int64
	// The common case writes nothing. When another transaction has inserted the set
	// meanwhile, DO NOTHING returns no id, and the second round finds it.
	for range 2 {
		err := tx.GetContext(ctx, &id, `
			WITH found AS (SELECT id FROM preference_sets WHERE programs = $1 AND regions = $2),
			made AS (
				INSERT INTO preference_sets (programs, regions)
				SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM found)
				ON CONFLICT (programs, regions) DO NOTHING
				RETURNING id)
			SELECT COALESCE((SELECT id FROM found), (SELECT id FROM made), 0)`, textArray(programs), textArray(regions))
		if err != nil {
			return 0, fmt.Errorf("subscribers: interning a preference set: %w", err)
		}
		if id != 0 {
			return id, nil
		}
	}
	return 0, fmt.Errorf("subscribers: interning a preference set: it was inserted and deleted meanwhile")
}

// textArray returns s as an array parameter. A nil s is an empty array and not NULL.
func textArray(s []string) any {
	if s == nil {
		s = []string{}
	}
	return pq.Array(s)
}
