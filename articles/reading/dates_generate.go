//go:build ignore

// Command dates_generate writes dates_words.txt from the packages cldr-dates-full,
// cldr-cal-persian-full and cldr-cal-islamic-full of the Unicode CLDR:
//
//	npm pack cldr-dates-full@48.2.0 cldr-cal-persian-full@46.1.0 cldr-cal-islamic-full@48.2.0
//	go run dates_generate.go FOLDER > dates_words.txt
//
// FOLDER holds the three unpacked packages, each in a folder of its name.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// locales are those whose words are taken, the more usual ones first: an abbreviation that
// two languages use for different months keeps its first meaning.
var locales = strings.Fields("en de fr it es pt pl ru nl uk tr az kk uz ky tk tg ka hy fa ar he " +
	"az-Cyrl uz-Cyrl be bg sr sr-Latn mk sl sk cs hu ro el da nb nn sv fi et lv lt is ga eu ca gl sq bs hr mt cy af lb " +
	"mn tt hi ur bn pa gu mr ne ta te kn ml si th lo km my vi id ms fil sw am ja ko zh zh-Hant ps ku sd " +
	"de-AT pt-PT es-MX en-AU en-CA fr-CA ar-LB ar-DZ ar-MA")

// header says where the file comes from and under which licence.
const header = `# Words of dates from the Unicode CLDR 48.2, written by dates_generate.go. Copyright © 1991-2025 Unicode, Inc.
# Distributed under the Unicode License V3, https://www.unicode.org/license.txt, SPDX Unicode-3.0.
# A line: locale, kind, words between bars. Kinds: m months, d weekdays, p months of the Persian calendar, i of the
# Islamic one, a and z halves of the day, 0, 1 and 2 names of today, yesterday and the day before, and past times with {0} for
# a number: s seconds, n minutes, h hours, D days, W weeks. A line that repeats another one is left out.
`

type object = map[string]any

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: dates_generate FOLDER")
	}
	fmt.Print(header)
	w := writer{seen: map[string]bool{}}
	for _, locale := range locales {
		w.locale = locale
		w.gregorian(calendar("cldr-dates-full", locale, "gregorian"))
		w.months("p", calendar("cldr-cal-persian-full", locale, "persian"))
		w.months("i", calendar("cldr-cal-islamic-full", locale, "islamic"))
		fields := at(read("cldr-dates-full", locale, "dateFields.json"), "dates", "fields")
		w.days(fields)
		for kind, unit := range map[string]string{"s": "second", "n": "minute", "h": "hour", "D": "day", "W": "week"} {
			w.past(kind, unit, fields)
		}
		w.flush()
	}
}

// read is the part of a package's file that belongs to a locale; nil without the file.
func read(pkg, locale, name string) object {
	body, err := os.ReadFile(filepath.Join(os.Args[1], pkg, "main", locale, name))
	if err != nil {
		return nil
	}
	var file object
	if err := json.Unmarshal(body, &file); err != nil {
		log.Fatal(err)
	}
	return at(file, "main", locale)
}

func calendar(pkg, locale, name string) object {
	return at(read(pkg, locale, "ca-"+name+".json"), "dates", "calendars", name)
}

func at(o object, keys ...string) object {
	for _, key := range keys {
		o, _ = o[key].(object)
	}
	return o
}

type writer struct {
	locale string
	seen   map[string]bool
	lines  []string
}

// line writes a line unless an earlier locale has the same.
func (w *writer) line(kind string, words []string) {
	text := strings.Join(words, "|")
	if key := kind + "\t" + text; strings.Trim(text, "|") != "" && !w.seen[key] {
		w.seen[key] = true
		w.lines = append(w.lines, w.locale+"\t"+key)
	}
}

func (w *writer) flush() {
	slices.Sort(w.lines)
	for _, line := range w.lines {
		fmt.Println(line)
	}
	w.lines = nil
}

func (w *writer) gregorian(c object) {
	w.months("m", c)
	var days []string
	for _, form := range []string{"format", "stand-alone"} {
		for _, width := range []string{"wide", "abbreviated"} {
			for _, day := range strings.Fields("mon tue wed thu fri sat sun") {
				if name, _ := at(c, "days", form, width)[day].(string); name != "" && !slices.Contains(days, name) {
					days = append(days, name)
				}
			}
		}
	}
	w.line("d", days)
	for kind, half := range map[string]string{"a": "am", "z": "pm"} {
		var names []string
		for _, width := range []string{"wide", "abbreviated"} {
			if name, _ := at(c, "dayPeriods", "format", width)[half].(string); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		w.line(kind, names)
	}
}

// months writes the names of twelve months in each form, without those that are numbers.
func (w *writer) months(kind string, c object) {
	for _, form := range []string{"format", "stand-alone"} {
		for _, width := range []string{"wide", "abbreviated"} {
			var names []string
			for i := 1; i <= 12; i++ {
				name, _ := at(c, "months", form, width)[fmt.Sprint(i)].(string)
				names = append(names, name)
			}
			if !strings.ContainsAny(names[0], "0123456789") {
				w.line(kind, names)
			}
		}
	}
}

func (w *writer) days(fields object) {
	for kind, name := range map[string]string{"0": "relative-type-0", "1": "relative-type--1", "2": "relative-type--2"} {
		if word, _ := at(fields, "day")[name].(string); word != "" {
			w.line(kind, []string{word})
		}
	}
	if now, _ := at(fields, "second")["relative-type-0"].(string); now != "" {
		w.line("0", []string{now})
	}
}

func (w *writer) past(kind, unit string, fields object) {
	var patterns []string
	for _, width := range []string{"", "-short", "-narrow"} {
		counts := at(fields, unit+width, "relativeTime-type-past")
		for _, count := range strings.Fields("one two few many other") {
			pattern, _ := counts["relativeTimePattern-count-"+count].(string)
			if strings.Contains(pattern, "{0}") && pattern[0] != '-' && strings.IndexFunc(pattern, isWord) >= 0 && !slices.Contains(patterns, pattern) {
				patterns = append(patterns, pattern)
			}
		}
	}
	w.line(kind, patterns)
}

// isWord reports whether a pattern has more than marks and a number.
func isWord(r rune) bool { return r > '9' && r != '{' && r != '}' }
