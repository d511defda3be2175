package articles

import (
	"slices"
	"strings"
	"testing"

	"corridor/articles/reading"
)

func TestAddressKey(t *testing.T) {
	for address, key := range map[string]string{
		"http://example.org/a":               "example.org/a",
		"https://www.example.org/a?b=c":      "example.org/a?b=c",
		"https://www.example.org":            "example.org",
		"https://wwwexample.org/www.":        "wwwexample.org/www.",
		"http://example.org:8080/http://www": "example.org:8080/http://www",
		"file:/a":                            "file:/a",
	} {
		if got := addressKey(address); got != key {
			t.Errorf("%s has the key %s, want %s", address, got, key)
		}
	}
}

func TestCopyBase(t *testing.T) {
	one := "https://example.org/a/one"
	for _, address := range []string{
		"http://www.example.org/a/one?share=twitter", "https://m.example.org/a/one", "https://amp.example.org/a/one", "https://example.org/amp/a/one",
		"https://example.org/a/one/amp", "https://example.org/a/one/print", "https://example.org/a/one?print=1", "https://example.org/a/one?amp",
		"https://example.org/a/one?outputType=amp", "https://example.org/print/a/one", "https://example.org/a/one?view=print", "https://example.org/a/one.amp",
	} {
		if !isSamePage(one, address) || !looksLikeCopy(address) {
			t.Errorf("%s has the base %s", address, copyBase(address))
		}
	}
	for _, address := range []string{
		"https://example.org/a/one?page=2", "https://example.org/a/one-2", "https://example.org/ru/a/one", "https://example.org/a/printers", "https://example.org/a/one?view=table",
	} {
		if isSamePage(one, address) {
			t.Errorf("%s is taken for a copy", address)
		}
	}
}

func TestFirstPage(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/a?page=2":     "https://example.org/a",
		"https://example.org/a?x=1&Page=3": "https://example.org/a?x=1",
		"https://example.org/a/2":          "https://example.org/a",
		"https://example.org/a/page/12":    "https://example.org/a",
		"https://example.org/a/page-2":     "https://example.org/a",
		"https://example.org/a?page=1":     "",
		"https://example.org/a?page=b":     "",
		"https://example.org/a?p=2":        "", // WordPress names articles so
		"https://example.org/2026":         "",
		"https://example.org/a":            "",
	} {
		if got := firstPage(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestCompareTitles(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want titling
	}{
		{"The port grows", "The Port Grows!", sameTitle},
		{"The port grows", "The port of Aktau grows", edited},
		{"The port grows, updated", "The port grows", edited},
		{"The habour grows", "The harbour grows", edited},
		{"Порт растет", "Порт растёт", edited},
		{"Vacancy in Aktau", "Vacancy in Baku", series},
		{"Week 8", "Week 9", series},
		{"Voters in Iran", "Voters in Iraq", series},
		{"Austria votes", "Australia votes", series},
		{"The port grows", "The port grows, part 2", reworded},
		{"The port of Aktau grows again", "The port of Aktau takes more ships", reworded},
		{"The port grows", "More ships than ever", reworded},
		{"Rates", "Rates of the banks in the capital", reworded},
	} {
		if got := compareTitles(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := compareTitles(test.b, test.a); got != test.want {
			t.Errorf("%q, %q in turn: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// TestSketch: an edited text shares a band with its former version, and another text does not.
func TestSketch(t *testing.T) {
	var words []string
	for i := range 400 {
		words = append(words, "word"+strings.Repeat("x", i%31)+strings.Repeat("y", i%7))
	}
	text := strings.Join(words, " ")
	words[50], words[200] = "changed", "changed too"
	edited, other := strings.Join(words, " "), strings.Repeat("Nothing of this was said before, anywhere. ", 20)
	shared := func(a, b string) (n int) {
		for _, band := range sketchOf(b) {
			if slices.Contains(sketchOf(a), band) {
				n++
			}
		}
		return n
	}
	if n := shared(text, edited); n < 4 {
		t.Errorf("an edit leaves %d bands", n)
	}
	if n := shared(text, other); n != 0 {
		t.Errorf("another text shares %d bands", n)
	}
	if n := len(sketchOf("...")); n != 0 {
		t.Errorf("no words have %d bands", n)
	}
	// The bands are stored: another value of the same text would hide it.
	if got := sketchOf("The port grows again."); got[0] != -8079282390264645072 {
		t.Errorf("%d", got[0])
	}
}

func TestSimilarity(t *testing.T) {
	text := strings.Repeat("Порт принял четыре судна. ", 3) + "The railway sent nine trains to the east, and the ministry expects more of them next year."
	for name, test := range map[string]struct {
		other       string
		least, most float64
	}{
		"itself":         {text, 1, 1},
		"white space":    {strings.ReplaceAll(text, " ", "\n\n "), 1, 1},
		"case":           {strings.ToUpper(text), 1, 1},
		"one word less":  {strings.Replace(text, "nine ", "", 1), 0.75, 0.95},
		"another text":   {strings.Repeat("Nothing of this was said before, anywhere. ", 4), 0, 0.05},
		"a third of it":  {text[:len(text)/3], 0, 0},
		"nothing at all": {"", 0, 0},
		"translated":     {"Поезда отправлены на восток, и министерство ожидает большего числа в следующем году, а порт растёт.", 0, 0.05},
	} {
		if got := similarity(text, test.other); got < test.least || got > test.most {
			t.Errorf("%s: %.2f, want %.2f to %.2f", name, got, test.least, test.most)
		}
	}
	if got := similarity("港口今天接收了四艘船，铁路发出了九列火车", "港口今天接收了四艘船，铁路发出了八列火车"); got < 0.7 || got == 1 {
		t.Errorf("Chinese: %.2f", got)
	}
}

func BenchmarkSimilarity(b *testing.B) {
	text := ""
	for i := range 800 {
		text += " word" + strings.Repeat("x", i%17)
	}
	for b.Loop() {
		for range 20 {
			similarity(text, text+" more")
		}
	}
}

// TestAPartStoredByOlderRules: an article of which older rules stored one paragraph is
// recognized at another address by the whole text, which present rules have read since.
func TestAPartStoredByOlderRules(t *testing.T) {
	part, whole := "The port grows.", "The port grows. "+strings.Repeat("Trains carry grain to the sea. ", 40)
	print := fingerprintOf("Port", whole)
	k := known{Title: "Port", Text: part, TitleKey: print.TitleKey, TextKey: print.TextKey, Rules: readingRules}
	found := Found{Reading: reading.Reading{Title: "Port", ContentText: whole}}
	for _, r := range []relation{present, unlisted, foreign, gone} {
		if !isSameArticle(k.traits()[0], found.traits(), r) {
			t.Errorf("relation %d: another article", r)
		}
	}
	found.ContentText += "And more."
	if isSameArticle(k.traits()[0], found.traits(), present) {
		t.Error("another text: the same article")
	}
}
