package reading

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// provider is a service that hosts embedded pieces.
type provider struct {
	path string // prefix of the paths that are meant
	kind MediaKind
	name string
}

// providers are the known services by host. A host stands for its subdomains as well.
type providers struct{ byHost map[string][]provider }

// providersOf makes a table of services. A rule has the host with the beginning of a path,
// the kind, and the name; kind "none" is of frames that are no part of any text.
func providersOf(rules []rule) *providers {
	p := &providers{}
	addTable(rules, func(rules []rule) {
		p.byHost = map[string][]provider{}
		for _, r := range rules {
			where, rest, _ := strings.Cut(r.text, " ")
			kind, name, _ := strings.Cut(rest, " ")
			host, path, _ := strings.Cut(where, "/")
			if kind == "none" {
				kind = ""
			}
			p.byHost[host] = append(p.byHost[host], provider{"/" + path, MediaKind(kind), name})
		}
		for _, list := range p.byHost {
			slices.SortFunc(list, func(a, b provider) int { return len(b.path) - len(a.path) })
		}
	})
	return p
}

// knownProvider is the kind and name of the service that an absolute address belongs to.
func knownProvider(address string) (MediaKind, string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", "", false
	}
	host := strings.ToLower(u.Hostname())
	for host != "" {
		for _, p := range knownProviders.byHost[host] {
			if strings.HasPrefix(u.Path, p.path) || p.path == "/" {
				return p.kind, p.name, true
			}
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return "", "", false
}

// providerOf is the kind of an embedded piece, the service that hosts it, and the address
// of the piece's page for people. The service of an unknown host is the host. Kind is empty for
// what is no part of any text.
func providerOf(address string) (kind MediaKind, provider, page string) {
	address = embeddedThere(address)
	page = pageOfMedia(address)
	kind, provider, known := knownProvider(address)
	if !known {
		kind, provider, known = knownProvider(page) // a viewer shows a document of another host
	}
	if !known {
		provider = hostOf(page)
		kind = kindByWords(page)
	}
	return kind, provider, page
}

// embeddedThere is the address of a piece of a known service that an address of an unknown
// one holds in a parameter: services that show the pieces of others do so.
func embeddedThere(address string) string {
	u, err := url.Parse(address)
	if _, _, known := knownProvider(address); err != nil || known || u.RawQuery == "" {
		return address
	}
	for _, name := range []string{"url", "src", "href"} {
		inner := webAddress(address, u.Query().Get(name))
		if _, _, known := knownProvider(inner); known && u.Query().Get(name) != "" {
			return inner
		}
	}
	return address
}

// kindByWords is the kind of a piece of an unknown service, by its file name or a word in
// its address.
func kindByWords(address string) MediaKind {
	path := strings.ToLower(pathIn(address))
	if m := fileEnding.FindStringSubmatch(path); m != nil {
		return kindOfEnding(m[1])
	}
	for _, k := range kindWords.kinds {
		if k.words.MatchString(path) {
			return k.kind
		}
	}
	return Document
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func pathIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

func unescape(text string) (string, error) { return url.QueryUnescape(text) }

// fileEnding is the ending of the name of a document or recording.
var fileEnding = regexp.MustCompile(`(?i)\.(pdf|docx?|xlsx?|pptx?|odt|ods|odp|epub|mp4|m4v|webm|ogv|mov|m3u8|mp3|m4a|ogg|oga|opus|wav|aac|flac)$`)

func kindOfEnding(ending string) MediaKind {
	switch ending {
	case "mp4", "m4v", "webm", "ogv", "mov", "m3u8":
		return Video
	case "mp3", "m4a", "ogg", "oga", "opus", "wav", "aac", "flac":
		return Audio
	}
	return Document
}

// wordsOfKind are words in the addresses of pieces of a kind.
type wordsOfKind struct {
	kind  MediaKind
	words *regexp.Regexp
}

type kindTable struct{ kinds []wordsOfKind }

// kindsOf makes a table of words in addresses. A rule has the kind and its word.
func kindsOf(rules []rule) *kindTable {
	k := &kindTable{}
	addTable(rules, func(rules []rule) {
		k.kinds = nil
		for _, r := range rules {
			kind, word, _ := strings.Cut(r.text, " ")
			k.kinds = append(k.kinds, wordsOfKind{MediaKind(kind), regexp.MustCompile(`(^|[^a-z])` + word)})
		}
	})
	return k
}

// mark is a form of markup for embedded pieces that scripts or AMP know.
type mark struct {
	attributes []string // with the parts of the address
	page       string   // the address, with * for each attribute's value
}

type markTable struct {
	byElement map[string][]mark
	byClass   map[string][]mark
}

// marksOf makes a table of markup. A rule has the element or .class, its attributes
// parted by commas, and the address.
func marksOf(rules []rule) *markTable {
	t := &markTable{}
	addTable(rules, func(rules []rule) {
		t.byElement, t.byClass = map[string][]mark{}, map[string][]mark{}
		for _, r := range rules {
			f := strings.Fields(r.text)
			by := t.byElement
			name, isClass := strings.CutPrefix(f[0], ".")
			if isClass {
				by = t.byClass
			}
			by[name] = append(by[name], mark{strings.Split(f[1], ","), f[2]})
		}
	})
	return t
}

// scriptMark is a script of a service that writes a piece in its place.
type scriptMark struct {
	address   *regexp.Regexp // of the script; its last group is the piece's id
	attribute string         // the attribute that has the id instead, if any
	before    string         // what stands before the id there
	page      string         // the piece's address, with * for the id
}

type scriptTable struct{ all []scriptMark }

// scriptsOf makes a table of scripts. A rule has an expression for the script's address,
// the piece's address, and perhaps the attribute with its id, as name=prefix.
func scriptsOf(rules []rule) *scriptTable {
	t := &scriptTable{}
	addTable(rules, func(rules []rule) {
		t.all = nil
		for _, r := range rules {
			f := strings.Fields(r.text)
			s := scriptMark{address: regexp.MustCompile(`^(?:https?:)?//` + f[0]), page: f[1]}
			if len(f) > 2 {
				s.attribute, s.before, _ = strings.Cut(f[2], "=")
			}
			t.all = append(t.all, s)
		}
	})
	return t
}
