package entries

import (
	"regexp"
	"strings"
)

// read reads the entry of a feed in XML. Fields are looked up by name, whatever the format:
// feeds mix the elements of several.
func (r *feedReader) read(n *node) Entry {
	e := Entry{ID: n.child("guid", "id").plain(), Cut: n.cut, Language: firstOf(n.child("dc:language", "language").plain(), entryLang(n, r.head()))}
	e.URL = r.address(n)
	e.Title = titleOf(n.child("title", "media:title", "dc:title", "itunes:title"), r.isAtom())
	e.Authors = r.authors(n)
	e.Labels = labels(n)
	language := firstOf(e.Language, r.feed.Language)
	e.Published = firstDate(n, language, "pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created", "date")
	e.Updated = firstDate(n, language, "updated", "modified", "dcterms:modified", "lastbuilddate")
	if at := n.attr("lastmod"); at != "" { // CDF
		e.Updated = parseDate(at, language)
	}
	r.readText(n, &e)
	e.ImageURL, e.ImageCredit = picture(n)
	if e.ImageURL != "" {
		e.ImageURL = resolve(e.Base, e.ImageURL)
	}
	return e
}

// entryLang is the language of an entry where it is another than the feed's.
func entryLang(n, head *node) string {
	if head != nil && n.lang == head.lang {
		return ""
	}
	return n.lang
}

// address is the address of an entry's page.
func (r *feedReader) address(n *node) string {
	link := firstOf(n.child("feedburner:origlink").plain(), alternate(n), n.attr("href"), n.attr("rdf:about"), permalink(n.child("guid", "id")))
	site := strings.TrimRight(r.feed.Link, "/")
	if site != "" && strings.TrimRight(link, "/") == site {
		link = firstOf(permalink(n.child("guid")), link) // the link is the site's
	}
	if link == "" {
		return ""
	}
	return resolve(r.base(n), link)
}

// base is the address that relative addresses in an entry are read against: xml:base, else
// the site's when it is absolute, else the feed's own.
func (r *feedReader) base(n *node) string {
	if n.base != r.root.base || r.isAtom() || r.feed.Link == "" {
		return n.base
	}
	return r.feed.Link
}

// alternate is the link of an element to its page.
func alternate(n *node) string {
	other := ""
	for _, link := range n.all("link", "a") {
		href := firstOf(link.attr("href"), link.attr("rdf:resource"), link.plain())
		switch rel := strings.ToLower(link.attr("rel")); {
		case href == "":
		case rel == "" || rel == "alternate":
			if kind := link.attr("type"); kind == "" || strings.Contains(kind, "html") {
				return href
			}
			other = firstOf(other, href)
		}
	}
	if source := n.child("content"); other == "" && source != nil {
		return source.attr("src")
	}
	return other
}

// webAddress is an absolute address and nothing beside it.
var webAddress = regexp.MustCompile(`^https?://[^\s<>]+$`)

// permalink is the address that a guid is; empty when it is none, or says so.
func permalink(guid *node) string {
	if guid == nil || strings.EqualFold(guid.attr("ispermalink"), "false") || !webAddress.MatchString(guid.plain()) {
		return ""
	}
	return guid.plain()
}

// labels are the categories and subjects of an entry.
func labels(n *node) []string {
	var found []string
	add := func(text string) {
		if text = plainText(text); text != "" && len(found) < 100 {
			found = append(found, text)
		}
	}
	for _, c := range n.all("category", "dc:subject") {
		add(firstOf(c.plain(), c.attr("label"), c.attr("term"), c.attr("text")))
	}
	for _, c := range n.all("itunes:keywords", "media:keywords") {
		for word := range strings.SplitSeq(c.plain(), ",") {
			add(word)
		}
	}
	return found
}

// authors are the names of an entry's authors, each as its element has it; for Atom those
// of the feed when the entry names none (RFC 4287, section 4.2.1).
func (r *feedReader) authors(n *node) []string {
	for _, names := range [][]string{{"dc:creator"}, {"author"}, {"itunes:author"}, {"dc:contributor"}} {
		if found := people(n.all(names...)); len(found) > 0 {
			return found
		}
	}
	head := r.head()
	if source := n.child("source"); source != nil && len(source.all("author")) > 0 {
		return people(source.all("author"))
	}
	if !r.isAtom() || head == nil {
		return nil
	}
	var found []string
	for _, name := range people(head.all("author")) {
		if name != r.feed.Title {
			found = append(found, name)
		}
	}
	return found
}

// Forms of authors with an email address: "ann@example.org (Ann Poe)" and
// "Ann Poe <ann@example.org>".
var (
	mailThenName = regexp.MustCompile(`^\S+@\S+\s*\(([^)]+)\)$`)
	mailInName   = regexp.MustCompile(`(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+`)
)

func people(nodes []*node) []string {
	var names []string
	for _, n := range nodes {
		text := n.child("name", "foaf:name").plain()
		if text == "" && n.child("name", "email", "uri") == nil {
			text = n.plain()
		}
		if name := personName(text); name != "" && len(names) < 100 {
			names = append(names, name)
		}
	}
	return names
}

// personName takes the email address off a name.
func personName(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if m := mailThenName.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	text = mailInName.ReplaceAllString(text, "")
	text = strings.TrimSpace(strings.NewReplacer("()", "", "<>", "").Replace(text))
	if strings.HasPrefix(text, "(") {
		text = strings.Trim(text, "()")
	}
	return strings.Trim(text, " <>\"',;-")
}
