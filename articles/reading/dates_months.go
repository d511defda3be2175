package reading

import (
	"strings"
	"time"
	"unicode"
)

// monthsOf makes a table of the names of months that the data of languages lacks, twelve a
// rule, folded by [foldDate].
func monthsOf(rules []rule) map[string]time.Month {
	months := map[string]time.Month{}
	addTable(rules, func(rules []rule) {
		clear(months)
		for _, r := range rules {
			for i, name := range strings.Fields(foldDate(r.text)) {
				months[name] = time.Month(i + 1)
			}
		}
	})
	return months
}

// beginningsOf are the beginnings of names, from three letters on; 0 stands for a
// beginning that several months share.
func beginningsOf(full map[string]time.Month) map[string]time.Month {
	short := map[string]time.Month{}
	for name, month := range full {
		letters := []rune(name)
		for n := 3; n < len(letters); n++ {
			begin := string(letters[:n])
			if known, taken := short[begin]; taken && known != month {
				short[begin] = 0
				continue
			}
			short[begin] = month
		}
	}
	return short
}

// digits writes the digits of other scripts in Arabic numerals.
func digits(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r > '9' && unicode.IsDigit(r) }) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range []rune{'٠', '۰', '०', '০', '０'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, text)
}
