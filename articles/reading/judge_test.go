package reading

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// judgedPage is a line of testdata/judge.
type judgedPage struct {
	kind, language, facts, title, text string
}

func (p judgedPage) has(fact string) bool { return strings.Contains(p.facts, fact) }

func judgedPages(t *testing.T, file string) []judgedPage {
	t.Helper()
	data, err := os.ReadFile("testdata/judge/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var pages []judgedPage
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, " | ", 5)
		if len(f) != 5 {
			t.Fatalf("%s: %q", file, line)
		}
		pages = append(pages, judgedPage{f[0], f[1], f[2], f[3], f[4]})
	}
	return pages
}

// layouts are ways in which sites write one page.
var layouts = map[string]func(p judgedPage) string{
	"theme": func(p judgedPage) string {
		return p.head(p.title+" | Port Notes") + `<body><header><a href="/">Port Notes</a><nav><a href="/login">Sign in</a> <a href="/subscribe">Subscribe</a></nav></header><main><h1>` +
			p.title + `</h1>` + p.byline() + p.paragraphs() + p.field() + `</main><footer><p>Port Notes, all rights reserved. <a href="/privacy">Privacy and cookies</a></p></footer></body></html>`
	},
	"bare": func(p judgedPage) string {
		return p.head(p.title) + `<body><div class="main"><h2>` + p.title + `</h2>` + p.byline() + p.paragraphs() + p.field() + `</div></body></html>`
	},
	"site's title": func(p judgedPage) string {
		return p.head("Port Notes") + `<body><div class="wrap"><h1>` + p.title + `</h1>` + p.byline() + `<div class="content">` + p.paragraphs() + p.field() + `</div></div></body></html>`
	},
}

func (p judgedPage) head(title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title>`, p.language, title)
	if p.has("d") {
		b.WriteString(`<meta property="article:published_time" content="2026-11-27T10:00:00Z">`)
	}
	if p.has("t") {
		b.WriteString(`<meta property="og:type" content="article">`)
	}
	if p.has("x") {
		b.WriteString(`<meta name="robots" content="noindex">`)
	}
	return b.String() + `</head>`
}

func (p judgedPage) byline() string {
	if p.has("a") {
		return `<p class="byline">By Anna Hart</p>`
	}
	return ""
}

func (p judgedPage) field() string {
	if p.has("p") {
		return `<form><input name="u"><input type="password" name="p"><button>OK</button></form>`
	}
	return ""
}

// paragraphs are the text; one after ¶ stands apart, and in a script's element with m.
func (p judgedPage) paragraphs() string {
	text, offer, _ := strings.Cut(p.text, " ¶ ")
	body := "<p>" + text + "</p>"
	switch {
	case p.has("w"):
		body += `<div class="paywall"><p>` + offer + `</p></div>`
	case offer != "":
		body += `<div class="offer"><p>` + offer + `</p></div>`
	}
	if p.has("m") {
		return `<noscript>` + text + `</noscript><div id="root">` + body + `</div>`
	}
	return body
}

// judgeHTML judges a page as gathering does.
func judgeHTML(t *testing.T, html string) (Verdict, Judgement) {
	r, err := Read(t.Context(), Page{URL: "https://news.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: []byte(html)})
	j := Judge(Case{Reading: r, Asked: "https://news.example.org/a/b", Final: "https://news.example.org/a/b"})
	if err != nil && j.Verdict == IsArticle {
		return NotArticle, Judgement{Verdict: NotArticle, Reasons: []string{err.Error()}}
	}
	return j.Verdict, j
}

// An article may have a list beside it, and be a list of links to other sites.
func TestJudgeKnowsListsFromArticlesWithLists(t *testing.T) {
	text := "<p>Four ships came into the harbour on Monday, and nine trains left the yard behind the quay before the evening. " +
		"The harbour master said that the winter timetable would bring two more a week, and that the old crane stays until spring.</p>"
	cards := func(teaser, host string) string {
		return strings.Repeat(`<div><h3><a href="`+host+`/x/1">Another headline of the site</a></h3><p>`+teaser+`</p></div>`, 9)
	}
	head := `<!doctype html><html lang="en"><head><title>Winter timetable</title></head><body><main>`
	dated := strings.Replace(head, "</head>", `<meta property="article:published_time" content="2026-11-27T10:00:00Z"></head>`, 1)
	teaser := "A sentence or two that make the visitor curious for the article."
	for name, c := range map[string]struct {
		html string
		want bool
	}{
		"cards below":          {head + "<h1>Winter timetable</h1>" + text + cards("", ""), true},
		"cards with teasers":   {head + "<h1>Winter timetable</h1>" + text + text + cards(teaser, ""), true},
		"cards above":          {head + cards("", "") + "<h1>Winter timetable</h1>" + text, true},
		"what others wrote":    {dated + "<h1>Winter timetable</h1>" + cards(teaser, "https://elsewhere.example.net"), true},
		"a list":               {head + "<h1>News</h1>" + cards(teaser, ""), false},
		"a list with a date":   {dated + "<h1>News</h1>" + cards(teaser, ""), false},
		"a list with its host": {head + "<h1>News</h1>" + cards(teaser, "https://news.example.org"), false},
	} {
		if verdict, j := judgeHTML(t, c.html+"</main></body></html>"); (verdict == IsArticle) != c.want {
			t.Errorf("%s: %s, %s", name, verdict, j.Reason())
		}
	}
}

var wallNames = map[string]Wall{
	"notfound": notFound, "login": login, "consent": consent, "challenge": challenge, "maintenance": maintenance, "parked": parked, "scripts": scripts, "paywall": paywall, "event": event, "video": video, "listing": listing,
}

func TestJudgeKnowsWallsFromArticles(t *testing.T) {
	for _, p := range slices.Concat(judgedPages(t, "walls.txt"), judgedPages(t, "articles.txt")) {
		for name, layout := range layouts {
			verdict, j := judgeHTML(t, layout(p))
			if (verdict == IsArticle) != (p.kind == "article") {
				t.Errorf("%s %s %q in layout %s: %s, %s", p.kind, p.language, p.title, name, verdict, j.Reason())
			}
		}
	}
}

// Pages kept aside measure the rules on pages that they were not made for.
func TestJudgeOnPagesKeptAside(t *testing.T) {
	var missed, lost []string
	walls, articles := 0, 0
	for _, p := range judgedPages(t, "aside.txt") {
		verdict, j := judgeHTML(t, layouts["theme"](p))
		switch {
		case p.kind == "article":
			articles++
			if verdict != IsArticle {
				lost = append(lost, p.title+": "+j.Reason())
			}
		default:
			walls++
			if verdict == IsArticle {
				missed = append(missed, p.kind+" "+p.language+" "+p.title)
			}
		}
	}
	t.Logf("walls: %d of %d recognised, missed %q; articles: %d of %d stored, lost %q", walls-len(missed), walls, missed, articles-len(lost), articles, lost)
	if len(missed) > 6 || len(lost) > 0 {
		t.Error("worse than when the rules were made")
	}
}
