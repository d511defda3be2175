package reading

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDatesOfLanguages reads dates as pages in many languages write them.
func TestDatesOfLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"1er novembre 2026":                  "2026-11-01 00:00",
		"Publié le 27 novembre 2026 à 14h30": "2026-11-27 14:30",
		"Publié le 05/11/2026 à 14:30":       "2026-11-05 14:30",
		"vendredi 27 novembre 2026":          "2026-11-27 00:00",
		"5 nov. 2026":                        "2026-11-05 00:00",
		"12 août 2026":                       "2026-08-12 00:00",
		"14 juil. 2026":                      "2026-07-14 00:00",
		"27. November 2026, 14:30 Uhr":       "2026-11-27 14:30",
		"Freitag, 27. November 2026":         "2026-11-27 00:00",
		"5. Nov. 2026":                       "2026-11-05 00:00",
		"Stand: 05.11.2026":                  "2026-11-05 00:00",
		"3. März 2026":                       "2026-03-03 00:00",
		"5 de noviembre de 2026":             "2026-11-05 00:00",
		"5 de novembro de 2026":              "2026-11-05 00:00",
		"5 novembre 2026":                    "2026-11-05 00:00",
		"5 listopada 2026":                   "2026-11-05 00:00",
		"27 ноября 2026, 14:30":              "2026-11-27 14:30",
		"Опубликовано: 27 ноября 2026 года, 14:30": "2026-11-27 14:30",
		"5 НОЯБРЯ 2026":        "2026-11-05 00:00",
		"5 ноя 2026":           "2026-11-05 00:00",
		"27 листопада 2026 р.": "2026-11-27 00:00",
		"27 қараша 2026":       "2026-11-27 00:00",
		"2026 жылғы 27 қараша": "2026-11-27 00:00",
		"5 Kas 2026":           "2026-11-05 00:00",
		"27 Kasım 2026 Cuma":   "2026-11-27 00:00",
		"5 Noyabr, 2026":       "2026-11-05 00:00",
		"27 noyabr 2026-cı il": "2026-11-27 00:00",
		"27-noyabr, 2026":      "2026-11-27 00:00",
		"2026-yil 27-noyabr":   "2026-11-27 00:00",
		"۶ آذر ۱۴۰۵":           "2026-11-27 00:00",
		"۱ فروردین ۱۴۰۴":       "2025-03-21 00:00",
		"30 اسفند 1403":        "2025-03-20 00:00",
		"5 نوفمبر 2026":        "2026-11-05 00:00",
		"2026年11月5日":           "2026-11-05 00:00",
		"2026년 11월 5일":         "2026-11-05 00:00",
		"NOVEMBER 5, 2026":     "2026-11-05 00:00",
		"5 ნოემბერი 2026":      "2026-11-05 00:00",
		"5 նոյեմբերի 2026":     "2026-11-05 00:00",
		"05.11.26":             "2026-11-05 00:00",
		"31 ноября 2026":       "",
		"Сегодня, 14:30":       "",
		"3 hours ago":          "",
		"В ноябре 2026 года было 27 кораблей": "",
		"27 ships in November 2026":           "",
		"Kasım 2026":                          "",
	} {
		got := ""
		if at := (dateHints{language: "fr"}).settle(parseDate(text)); !at.IsZero() {
			got = at.Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

// TestOrderOfNumbers reads dates in numbers by the page's language, then by other
// evidence.
func TestOrderOfNumbers(t *testing.T) {
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct{ text, language, host, address, near, want string }{
		{"05/11/2026", "en-GB", "", "", "", "2026-11-05"},
		{"05/11/2026", "en-US", "", "", "", "2026-05-11"},
		{"05/11/2026", "en-US", "", "", "2026-11-05", "2026-05-11"},
		{"05/11/2026", "en-US", "", "2026-11-05", "", "2026-11-05"},
		{"05/11/2026", "en_AU", "", "", "", "2026-11-05"},
		{"05/11/2026", "en-Latn-GB", "", "", "", "2026-11-05"},
		{"05/11/2026", "en-150", "", "", "", "2026-11-05"},
		{"05/11/2026", "en", "", "", "", "2026-05-11"},
		{"05/11/2026", "", "", "", "", "2026-05-11"},
		{"05/11/2026", "en", "www.example.co.uk", "", "", "2026-11-05"},
		{"05/11/2026", "en", "example.kz", "", "", "2026-11-05"},
		{"05/11/2026", "en", "example.io", "", "", "2026-05-11"},
		{"05/11/2026", "en", "", "", "2026-11-06", "2026-11-05"},
		{"05/11/2026", "en", "", "2026-11-05", "", "2026-11-05"},
		{"05/11/2026", "en-CA", "", "", "2026-11-06", "2026-11-05"},
		{"12/11/2026", "en", "", "", "", "2026-11-12"}, // December is to come
		{"12/11/2026", "en-US", "", "", "", "2026-11-12"},
		{"11/12/2026", "fr", "", "", "", "2026-11-12"},
		{"11/12/2026", "en-GB", "", "", "", "2026-11-12"},
		{"05/12/2026", "fr", "", "", "", "2026-05-12"},
		{"05/11/2026", "fr", "", "", "", "2026-11-05"},
		{"05/11/2026", "fr-CA", "", "", "", "2026-11-05"},
		{"05/11/2026", "es-US", "", "", "", "2026-05-11"},
		{"05/11/2026", "ru", "", "", "", "2026-11-05"},
		{"05/11/2026", "kk", "", "", "", "2026-11-05"},
		{"05/11/2026", "az-Latn-AZ", "", "", "", "2026-11-05"},
		{"05-11-2026", "en", "", "", "", "2026-11-05"},
		{"05-11-2026", "en-US", "", "", "", "2026-05-11"},
		{"05.11.2026", "en-US", "", "", "", "2026-11-05"},
		{"11/05/26", "en", "", "", "", "2026-11-05"},
		{"11/05/26", "en-GB", "", "", "", "2026-05-11"},
		{"25/11/2026", "en-US", "", "", "", "2026-11-25"},
		{"11/25/2026", "en-GB", "", "", "", "2026-11-25"},
	} {
		hints := dateHints{language: c.language, host: c.host, seen: day("2026-11-28"), address: day(c.address), near: []time.Time{day(c.near)}}
		at := hints.settle(parseDate(c.text))
		if got := at.Format(time.DateOnly); got != c.want || !isFloating(at) {
			t.Errorf("%s in %q at %q, address %q, near %q: %s, want %s", c.text, c.language, c.host, c.address, c.near, got, c.want)
		}
	}
}

// TestDatesOfPages reads pages with file names that describe the form of their date.
func TestDatesOfPages(t *testing.T) {
	text, err := os.ReadFile("testdata/dates/truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]string
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/dates/*.html")
	if err != nil || len(files) != len(truth) {
		t.Fatal(len(files), len(truth), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: body, Seen: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(file, err)
		}
		got := ""
		if !r.Published.IsZero() {
			got = r.Published.Format(time.DateOnly)
		}
		if want := truth[strings.TrimSuffix(filepath.Base(file), ".html")]; got != want {
			t.Errorf("%s is dated %q, want %q", file, got, want)
		}
	}
}
