package reading

import (
	"strings"
	"testing"
	"time"
)

// TestScanDates looks for dates in texts of people.
func TestScanDates(t *testing.T) {
	for text, want := range map[string]string{
		"Posted by Ann, Bo and Cy on 2019-02-15, all posts":                 "2019-02-15 00:00",
		"Tuesday 15 October 2019 by Bradley":                                "2019-10-15 00:00",
		"Written by Max on Thursday, 05 March 2009 at 10:30 p.m":            "2009-03-05 22:30",
		"Geschrieben von Max am Donnerstag, den 05. März 2009 um 10:00 Uhr": "2009-03-05 10:00",
		"Dec 28 Sat 2013 00:28":                                             "2013-12-28 00:28",
		"31 mar. 2024":                                                      "2024-03-31 00:00",
		"12-Jan-07":                                                         "2007-01-12 00:00",
		"27. 11. 2026":                                                      "2026-11-27 00:00",
		"2009. gada 3. nov.":                                                "2009-11-03 00:00",
		"2024 m. kovo 27 d.":                                                "2024-03-27 00:00",
		"2019 оны арван нэгдүгээр сарын 14":                                 "2019-11-14 00:00",
		"2018 оны 8-р сарын 31":                                             "2018-08-31 00:00",
		"23 thg 2, 2009":                                                    "2009-02-23 00:00",
		"10 tháng 3, 2008":                                                  "2008-03-10 00:00",
		"10 พฤษภาคม พ.ศ. 2569":                                              "2026-05-10 00:00",
		"05/11/2569":                                                        "2026-11-05 00:00",
		"15 בינו׳ 2020":                                                     "2020-01-15 00:00",
		"27 de novembre del 2026":                                           "2026-11-27 00:00",
		"1 d’abril de 2026":                                                 "2026-04-01 00:00",
		"令和8年11月5日":                                                         "2026-11-05 00:00",
		"民國115年11月5日":                                                       "2026-11-05 00:00",
		"1405/09/06":                                                        "2026-11-27 00:00",
		"۱۴۰۵/۹/۶ ۱۴:۳۰":                                                    "2026-11-27 14:30",
		"6 آذر 1405":                                                        "2026-11-27 00:00",
		"17 جمادى الآخرة 1448":                                              "2026-11-27 00:00",
		"5 नवंबर 2026":                                                      "2026-11-05 00:00",
		"५ नवंबर २०२६":                                                      "2026-11-05 00:00",
		"27 KASIM 2026":                                                     "2026-11-27 00:00",
		"27 İYUN 2026":                                                      "2026-06-27 00:00",
		"10:15, 4 мая 2026":                                                 "2026-05-04 10:15",
		"2026-11-27T10:15:30+03:00":                                         "2026-11-27 10:15",
		"Version 10.11.2012.5":                                              "",
		"tel. 030/12/11/2012/4":                                             "",
		"27 ships in November 2026":                                         "",
		"31 November 2026":                                                  "",
		"May 4-12, 2026":                                                    "",
		"In 2026 they counted 11 ships":                                     "",
	} {
		got := ""
		if found := scanDates(text); len(found) > 0 {
			got = found[0].at.Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%q has the date %q, want %q", text, got, want)
		}
	}
}

// TestMonthsOfData reads a date with each name of a month in the data, and expects forty
// languages of it.
func TestMonthsOfData(t *testing.T) {
	locales := map[string]bool{}
	for line := range strings.Lines(cldrDates) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 || fields[1] != "m" || strings.HasPrefix(fields[0], "zh") { // Chinese writes months in numbers
			continue
		}
		locales[fields[0]] = true
		for i, name := range strings.Split(fields[2], "|") {
			at := dateHints{language: fields[0]}.settle(parseDate("5 " + name + " 2026"))
			if at.IsZero() || at.Day() != 5 || int(at.Month()) != i+1 {
				t.Errorf("%s: 5 %s 2026 is read as %v", fields[0], name, at)
			}
		}
	}
	if len(locales) < 60 {
		t.Errorf("the data has months of %d locales", len(locales))
	}
}

// TestRelativeDates reads dates relative to a Saturday.
func TestRelativeDates(t *testing.T) {
	hints := dateHints{seen: time.Date(2026, 11, 28, 12, 40, 30, 0, time.UTC)}
	for text, want := range map[string]string{
		"3 hours ago":           "2026-11-28 09:40",
		"an hour ago":           "2026-11-28 11:40",
		"Published 2 days ago":  "2026-11-26 00:00",
		"2 weeks ago":           "2026-11-14 00:00",
		"vor 3 Stunden":         "2026-11-28 09:40",
		"il y a 5 minutes":      "2026-11-28 12:35",
		"hace 2 días":           "2026-11-26 00:00",
		"3 часа назад":          "2026-11-28 09:40",
		"5 минут назад":         "2026-11-28 12:35",
		"Сегодня, 14:30":        "2026-11-28 14:30",
		"Сегодня в 14:30":       "2026-11-28 14:30",
		"14:30, вчера":          "2026-11-27 14:30",
		"yesterday at 2:30 pm":  "2026-11-27 14:30",
		"Hier à 14h30":          "2026-11-27 14:30",
		"gestern, 14:30 Uhr":    "2026-11-27 14:30",
		"dün":                   "2026-11-27 00:00",
		"DÜN 14:30":             "2026-11-27 14:30",
		"3 saat önce":           "2026-11-28 09:40",
		"bu gün":                "2026-11-28 00:00",
		"bugun":                 "2026-11-28 00:00",
		"3 soat oldin":          "2026-11-28 09:40",
		"кеше":                  "2026-11-27 00:00",
		"۳ ساعت پیش":            "2026-11-28 09:40",
		"دیروز":                 "2026-11-27 00:00",
		"قبل 3 ساعات":           "2026-11-28 09:40",
		"3小时前":                  "2026-11-28 09:40",
		"2日前":                   "2026-11-26 00:00",
		"3시간 전":                 "2026-11-28 09:40",
		"27 ноября, 14:30":      "2026-11-27 14:30",
		"29 декабря, 14:30":     "2025-12-29 14:30",
		"3 hours":               "",
		"todays":                "",
		"3 hours ago they came": "",
		"the day before":        "",
	} {
		got := ""
		if at := hints.settle(parseDate(text)); !at.IsZero() {
			got = at.Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
		if at := (dateHints{}).settle(parseDate(text)); want != "" && !at.IsZero() {
			t.Errorf("%q is %v without the time of reading", text, at)
		}
	}
}
