package reading

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// signs are the evidence in a page's elements for and against an article.
type signs struct {
	title     string   // of the document
	headings  []string // the first ones of level 1 and 2
	lines     []string // visible lines outside of navigation, the first maxLines
	classes   []string // of the body element
	headlines int      // headings that link to pages of the site, when the page is a list of them
	noscript  string   // text for browsers without scripts
	refresh   string   // where a meta refresh leads within ten seconds
	canonical string   // the address that the page calls its own
	listing   string   // the kind of listing that the page calls itself
	challenge string   // vendor of a bot challenge
	event     bool     // the page calls itself an event
	video     bool     // the page calls itself a video
	parking   string   // host of the domain dealer of a script on the page
	article   bool     // the page calls itself an article
	password  bool     // a field for a password
	captcha   bool
	noIndex   bool
	paywall   bool // an element is named so
	notFree   bool // JSON-LD isAccessibleForFree
	mount     bool // the text stands in an element that a script fills, if there is any
}

// Limits of the evidence that is kept of a page.
const (
	maxLines    = 200  // lines that are kept
	maxRuns     = 5000 // lines that are looked at
	maxNoscript = 2000 // bytes of the text for browsers without scripts
)

func (s *signs) hasClass(names ...string) bool {
	for _, class := range s.classes {
		for _, name := range names {
			if class == name {
				return true
			}
		}
	}
	return false
}

// readSigns reads the elements that are stripped before an article is read.
func readSigns(doc *goquery.Document, f *facts, base string) *signs {
	s := &signs{
		article: f.isArticle, title: oneLine(doc.Find("head title").First().Text()),
		noIndex:   strings.Contains(strings.ToLower(f.meta["robots"]), "noindex"),
		canonical: Resolve(base, firstText(f.link, f.meta["og:url"])),
	}
	s.refresh = refreshTarget(f.meta["refresh"], base)
	s.listing = listingType(f.meta["og:type"])
	ogType := strings.ToLower(f.meta["og:type"])
	s.event, s.video = ogType == "event" || strings.HasSuffix(ogType, ":event"), strings.HasPrefix(ogType, "video")
	for n := range doc.Nodes[0].Descendants() {
		s.readElement(n)
	}
	s.noscript = s.noscript[:min(len(s.noscript), maxNoscript)]
	return s
}

func (s *signs) readElement(n *html.Node) {
	switch n.DataAtom {
	case atom.Body:
		s.classes = strings.Fields(strings.ToLower(attribute(n, "class") + " " + attribute(n, "id")))
		if s.listing == "" {
			s.listing = listingClasses(s)
		}
	case atom.Script:
		s.readScript(attribute(n, "src"), n)
	case atom.Input:
		s.password = s.password || strings.EqualFold(attribute(n, "type"), "password")
	case atom.Iframe, atom.Form, atom.Link:
		s.readMarkers(attribute(n, "src") + " " + attribute(n, "action") + " " + attribute(n, "href") + " " + attribute(n, "id"))
	case atom.Noscript:
		if len(s.noscript) < maxNoscript {
			s.noscript += " " + firstLetters(textOf(n), maxNoscript)
		}
	case atom.Div, atom.Section, atom.P, atom.Aside:
		s.readNames(attribute(n, "id"))
		s.readNames(attribute(n, "class"))
	}
}

// readNames looks at an element's id or class. Few hold a name that counts, so
// that parts of all of them are looked for first.
func (s *signs) readNames(names string) {
	for _, part := range [...]string{"cf", "captcha", "sec-if", "bm-"} {
		if strings.Contains(names, part) {
			s.readMarkers(names)
			break
		}
	}
	for _, part := range [...]string{"wall", "meter", "piano", "modal", "subscriber", "gate", "teaser"} {
		if strings.Contains(names, part) {
			s.paywall = s.paywall || paywallName.MatchString(names)
			break
		}
	}
}

var paywallName = regexp.MustCompile(`(?i)(^|[\s_-])(paywall|regwall|metered|piano-offer|tp-modal|subscriber-only|subscribers-only|premium-gate|subscribe-wall|teaser-end)($|[\s_-])`)

// readScript looks at a script's address and the beginning of its text.
func (s *signs) readScript(src string, n *html.Node) {
	if src != "" {
		s.readMarkers(src)
		return
	}
	text := ""
	if n.FirstChild != nil {
		text = n.FirstChild.Data
	}
	if attribute(n, "type") == "application/ld+json" {
		compact := strings.ToLower(strings.Join(strings.Fields(text[:min(len(text), maxLD)]), ""))
		s.notFree = s.notFree || strings.Contains(compact, `"isaccessibleforfree":false`) || strings.Contains(compact, `"isaccessibleforfree":"false"`)
		if s.listing == "" && !s.article {
			s.listing = listingType(ldListing.FindString(compact))
		}
		s.event = s.event || !s.article && ldEvent.MatchString(compact)
		s.video = s.video || !s.article && strings.Contains(compact, `"@type":"videoobject"`)
		return
	}
	s.readMarkers(text[:min(len(text), 4000)])
}

var ldEvent = regexp.MustCompile(`"@type":\[?"(event|businessevent|educationevent|exhibitionevent|festival|literaryevent|musicevent|screeningevent|socialevent)"`)

var ldListing = regexp.MustCompile(`"@type":\[?"(collectionpage|searchresultspage|profilepage)"`)

// listingType names the kind of listing that og:type or JSON-LD gives.
func listingType(said string) string {
	switch said = strings.ToLower(said); {
	case strings.Contains(said, "collectionpage"), strings.Contains(said, "searchresultspage"):
		return "a collection"
	case strings.Contains(said, "profile"):
		return "a profile"
	}
	return ""
}

// listingClasses reads the names that WordPress and Drupal give the body of listings.
func listingClasses(s *signs) string {
	switch {
	case s.hasClass("single", "single-post", "singular", "page-node-type-article"):
		return ""
	case s.hasClass("archive") && s.hasClass("category", "tag", "author", "date", "tax", "post-type-archive"), s.hasClass("path-taxonomy", "page-taxonomy-term", "search-results"):
		return "an archive"
	}
	return ""
}

func (s *signs) readMarkers(text string) {
	if len(text) < 4 {
		return
	}
	for _, m := range pageMarkers.markers {
		if !strings.Contains(text, m.text) {
			continue
		}
		switch m.kind {
		case "challenge":
			s.challenge = m.name
		case "captcha":
			s.captcha = true
		case "parking":
			s.parking = m.name
		}
	}
}

var refreshForm = regexp.MustCompile(`(?i)^\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*['"]?([^'"]+)`)

// refreshTarget is where a meta refresh leads if it does so within ten seconds.
func refreshTarget(content, base string) string {
	m := refreshForm.FindStringSubmatch(content)
	if m == nil || len(m[1]) > 1 {
		return ""
	}
	address, err := CanonicalURL(Resolve(base, m[2]))
	if err != nil {
		return ""
	}
	return address
}

// readText reads the visible lines, once scripts and forms' fields are stripped.
func (s *signs) readText(t *tree, body *html.Node, base string) {
	if body == nil {
		return
	}
	letters, mounted := 0, 0
	list := headlines{base: base}
	for i, r := range t.runsOf(body) {
		if i == maxRuns {
			break
		}
		if within(r.block, atom.Nav, atom.Footer, atom.Aside) != nil {
			continue
		}
		list.take(r)
		letters += len(r.text)
		if isMounted(r.block) {
			mounted += len(r.text)
		}
		if level := headingLevel(r.block); (level == 1 || level == 2) && len(s.headings) < 3 {
			s.headings = append(s.headings, r.text)
		}
		if len(s.lines) < maxLines {
			s.lines = append(s.lines, r.text)
		}
	}
	s.mount = mounted*10 >= letters*8
	s.headlines = list.count()
}

// headlines measures the text between the headings of a page that link to its own site.
// A list has little below each of them, an article much in one place.
type headlines struct {
	base      string // the page's address
	found     int
	stretches [2]int // the longest and the second longest text between two of them
	letters   int    // since the last one
}

func (h *headlines) take(r run) {
	if within(r.block, atom.H2, atom.H3, atom.H4) == nil || r.links*10 < len(r.text)*6 || !h.leadsInside(r) {
		if r.isProse() {
			h.letters += len(r.text)
		}
		return
	}
	h.found++
	h.end()
}

func (h *headlines) end() {
	switch {
	case h.letters > h.stretches[0]:
		h.stretches = [2]int{h.letters, h.stretches[0]}
	case h.letters > h.stretches[1]:
		h.stretches[1] = h.letters
	}
	h.letters = 0
}

// count is how many headings the page lists; 0 when one text stands out among them.
func (h *headlines) count() int {
	h.end()
	if h.stretches[0] > 150 && h.stretches[1]*5 < h.stretches[0]*2 {
		return 0
	}
	return h.found
}

// leadsInside reports whether a line's link names no other site.
func (h *headlines) leadsInside(r run) bool {
	for _, node := range r.nodes {
		if link := within(node, atom.A); link != nil {
			target, errA := url.Parse(Resolve(h.base, attribute(link, "href")))
			base, errB := url.Parse(h.base)
			return errA == nil && errB == nil && target.Host == base.Host
		}
	}
	return false
}

// isMounted reports whether a block stands in an element that a script framework fills.
func isMounted(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Article || n.DataAtom == atom.Main && n.FirstChild != nil {
			return false
		}
		if mountNames[strings.ToLower(attribute(n, "id"))] || n.Data == "app-root" {
			return true
		}
	}
	return false
}
