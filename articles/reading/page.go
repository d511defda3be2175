package reading

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Read reads the article on a page. The metadata (JSON-LD, meta) comes
// first, then the visible page: the byline, the date, the credit under the picture.
// Related articles, share bars, comments and the like are cut before anything is taken
// from the text, so that nothing of theirs is taken for the article's own.
//
// Reading ends after half a minute, or with ctx. The error wraps ErrNoArticle with the
// reason.
func Read(ctx context.Context, p Page) (Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	root, err := parsePage(ctx, UTF8(p.Body, p.ContentType))
	if err != nil {
		return Reading{}, err
	}
	doc := goquery.NewDocumentFromNode(root)
	base := p.URL
	if href, ok := doc.Find("base[href]").Attr("href"); ok {
		base = firstText(webAddress(base, href), base)
	}
	facts := readFacts(doc, base)
	r := Reading{URL: facts.canonical(p.URL, p.Hosts)}
	r.takeLanguage(doc, facts)
	r.takeVersions(doc, base, p.URL)
	r.signs = readSigns(doc, facts, base)
	facts.dates = walkDates(root)
	var cuts *cutList
	if p.Explain {
		cuts = &cutList{}
	}
	picked := p.Selectors.pick(root, cuts)
	picked.note(&r)
	strip(root, cuts)
	t := newTree(ctx, root)
	t.cuts = cuts
	r.signs.readText(t, t.first(root, atom.Body), base)
	title := t.chooseTitle(root, facts)
	if picked.title != "" {
		title.text, title.rule, title.element = picked.title, bySelector, p.Selectors.Title
	}
	if title.text == "" {
		title = t.titleElsewhere(root, p.URL)
	}
	if r.Title = title.text; r.Title == "" {
		r.dateAlone(&articlePage{tree: t, root: root}, facts, p)
		return r, fmt.Errorf("%w: the page has no headline", ErrNoArticle)
	}
	r.note("title", r.Title, title.rule, title.element)
	body := t.first(root, atom.Body)
	if body == nil {
		return r, fmt.Errorf("%w: the page is empty", ErrNoArticle)
	}
	page := &articlePage{tree: t, root: root, body: body, headline: t.findHeadline(body, r.Title), total: t.prose(body), dense: t.densest(body), picked: picked}
	page.dropLateHeadline()
	page.dropDoubles()
	crumbs := t.breadcrumbs(root)
	err = r.readVisible(page, facts, base, p)
	if t.err != nil {
		return r, fmt.Errorf("%w: %s", ErrNoArticle, tooLong)
	}
	r.Labels = append(r.Labels, crumbs...)
	return r, err
}

// readVisible reads the visible page.
func (r *Reading) readVisible(page *articlePage, f *facts, base string, p Page) error {
	address := p.URL
	page.area = page.scope()
	page.areaSize = page.prose(page.area)
	about := page.aboutAuthors(page.body)
	page.lead = page.leadMedia()
	page.cutOthers()
	f.dates.locate(page)
	scope := page.scope()
	marks := page.chooseDates(scope, f)
	marked := page.markedAuthors(scope)
	r.Labels = page.collectLabels(f, scope, address)
	found, scope := page.readHead(r.Title, f.site)
	r.Labels = append(r.Labels, found.labels...)
	r.takeAuthors(chooseAuthors(marked, about, f, found))
	hints := p.hints(r.Language, marks, f)
	r.takeDates(marks, found.lineFacts, hints, f)
	r.takePicked(page.picked, hints)
	r.ImageCredit = firstText(found.credit, f.credit)
	r.takeImage(page, scope, f, base)
	page.cutNamed()
	if err := r.readBody(page, scope, found, f, base, p); err != nil {
		return err
	}
	switch {
	case r.Words == 0 && found.report != "":
		return fmt.Errorf("%w: the page has no text of its own, only the link %q to a document", ErrNoArticle, found.report)
	case r.Words == 0:
		return fmt.Errorf("%w: the page has a headline, but no text under it", ErrNoArticle)
	case r.Words < 12 && r.Published.IsZero() && len(r.Authors) == 0 && !f.isArticle:
		return fmt.Errorf("%w: the page has a headline, but hardly any text under it", ErrNoArticle)
	}
	r.takeSummary(f)
	r.Cuts = page.recordedCuts()
	return nil
}

// readBody reads the text: of the source's selector, else by the rules.
func (r *Reading) readBody(page *articlePage, scope *html.Node, found head, f *facts, base string, p Page) error {
	if body := page.picked.body; body != nil {
		err := r.setBody(body, base)
		r.noteBody(bySelector, page.picked.by.Body)
		return err
	}
	body, rule := page.chooseBody(scope)
	sure := page.confirms(page.dense, body)
	page.addOpenings(body, found.opens)
	page.dropPicture(body, r.ImageURL, base)
	element := pathOf(body)
	page.recordOutside(body)
	page.putLead(body)
	if err := r.setBody(body, base); err != nil {
		return err
	}
	r.noteBody(rule, element)
	if found.report == "" {
		r.readAgain(page.ctx, p, f, base, found.opens, sure)
	}
	return nil
}

// takeAuthors sets the authors and records where they were read.
func (r *Reading) takeAuthors(b byline) {
	r.Authors = b.names
	for _, name := range b.names {
		r.note("author", name, b.rule, b.element)
	}
}

// dropPicture takes the article's picture out of its text when it stands above it: feeds
// and pages show it apart.
func (t *tree) dropPicture(body *html.Node, picture, base string) {
	name := fileName(picture)
	for n := range t.descend(body) {
		switch {
		case n.DataAtom == atom.P && t.text(n) > 0:
			return
		case n.DataAtom == atom.Img && name != "" && fileName(pictureOf(n)) == name:
			t.remove(n)
			return
		}
	}
}

func fileName(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address[strings.LastIndexByte(address, '/')+1:]
}

// findHeadline is the element that shows the title: the last h1 that does, else the
// first other heading; the only h1 when no heading does; else the line
// above the text that does; nil without any.
func (t *tree) findHeadline(body *html.Node, title string) *html.Node {
	var first, other, only *html.Node
	count := 0
	for n := range t.descend(body) {
		level := headingLevel(n)
		if level == 1 {
			only = n
			count++
		}
		if level == 0 || !strings.EqualFold(t.shortText(n), title) {
			continue
		}
		if level == 1 {
			first = n
		} else if other == nil {
			other = n
		}
	}
	switch {
	case first != nil:
		return first
	case other != nil:
		return other
	case count == 1:
		return only
	}
	return t.findHeadlineInLines(body, title)
}

// findHeadlineInLines is the block of the last line above the text that shows the title.
func (t *tree) findHeadlineInLines(body *html.Node, title string) *html.Node {
	var found *html.Node
	for _, r := range t.runsOf(body) {
		if strings.EqualFold(r.text, title) && r.block != body && t.text(r.block) <= len(r.text) {
			found = r.block
		}
		if found != nil && r.isProse() {
			break
		}
	}
	return found
}

// HTMLFile reads an article from an HTML file that was modified at that time; its
// address is the canonical one that it names, if any.
func HTMLFile(body []byte, modified time.Time) (Reading, error) {
	return Read(context.Background(), Page{Body: body, ContentType: "text/html", Seen: modified})
}

// canonical is the address that the page calls its own, when it is of the same host or of a
// further host of the site: another host's page may be anybody's.
func (f *facts) canonical(pageURL string, hosts []string) string {
	for _, said := range []string{f.link, f.meta["og:url"]} {
		address, err := CanonicalURL(Resolve(pageURL, said))
		if said == "" || err != nil {
			continue
		}
		if pageURL == "" {
			return address
		}
		page, errA := url.Parse(pageURL)
		own, errB := url.Parse(address)
		if errA == nil && errB == nil && (strings.EqualFold(page.Host, own.Host) || slices.ContainsFunc(hosts, func(host string) bool { return strings.EqualFold(host, own.Host) })) && (len(own.Path) > 1 || len(page.Path) <= 1) {
			return address
		}
	}
	return ""
}

// takeLanguage takes the first statement of the page's language that is a language tag.
func (r *Reading) takeLanguage(doc *goquery.Document, f *facts) {
	lang, _ := doc.Find("html").Attr("lang")
	for _, said := range []struct{ value, element string }{
		{lang, "html[lang]"},
		{f.meta["og:locale"], metaElement("og:locale")},
		{f.meta["content-language"], `meta[http-equiv="content-language"]`},
		{f.meta["dc.language"], metaElement("dc.language")},
		{f.ldLanguage, ldElement},
	} {
		value := strings.ReplaceAll(strings.TrimSpace(said.value), "_", "-")
		if languageForm.MatchString(value) {
			r.Language = value
			r.note("language", value, "the page’s statement", said.element)
			return
		}
	}
}

// firstLetters is the beginning of a text, of that many bytes at most.
func firstLetters(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// oneLine folds white space.
func oneLine(s string) string {
	if s = strings.TrimSpace(s); isOneLine(s) {
		return s
	}
	return foldSpace(s)
}

// foldSpace writes a single blank for all white space between two words.
func foldSpace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	from := -1 // the beginning of the word at hand
	for i, r := range s {
		switch isSpace := unicode.IsSpace(r); {
		case !isSpace && from < 0:
			from = i
		case isSpace && from >= 0:
			appendWord(&b, s[from:i])
			from = -1
		}
	}
	if from >= 0 {
		appendWord(&b, s[from:])
	}
	return b.String()
}

func appendWord(b *strings.Builder, word string) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(word)
}

// isOneLine reports whether the white space in a text is single blanks.
func isOneLine(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80 && (c == 0xc2 || c >= 0xe1 && c <= 0xe3): // the first byte of other white space
			return false
		case c == ' ' && s[i+1] == ' ', c >= '\t' && c <= '\r':
			return false
		}
	}
	return true
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
