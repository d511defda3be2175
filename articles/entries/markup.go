package entries

import (
	"html"
	"regexp"
	"strings"
)

// tokenKind tells the tokens of a document apart.
type tokenKind int

const (
	textToken tokenKind = iota
	startToken
	emptyToken // <name/>
	endToken
)

// token is a piece of markup, with names in small letters.
type token struct {
	kind  tokenKind
	name  string
	attrs []attribute
	text  string // decoded
}

type attribute struct{ name, value string }

// scanner splits a text into tokens. Unlike an XML parser it has no errors: what is no
// markup is text. It moves forward only, so its time is linear in the text.
type scanner struct {
	text string
	at   int
	last string // name of the last start tag

	comment, cdata, section, entry, quote, apostrophe search
}

func newScanner(text string) *scanner {
	return &scanner{
		text: text, comment: search{mark: "-->"}, cdata: search{mark: "]]>"}, section: search{mark: "<![CDATA["},
		entry: search{mark: "</item"}, quote: search{mark: `"`}, apostrophe: search{mark: "'"},
	}
}

// search remembers where a mark was found, so that looking for it again costs nothing.
type search struct {
	mark  string
	found int // where, plus 1; 0: never looked for
	none  bool
}

// from returns the place of the mark at or after a place, or -1.
func (s *search) from(text string, at int) int {
	switch {
	case s.none:
		return -1
	case s.found > 0 && s.found-1 >= at:
		return s.found - 1
	}
	i := strings.Index(text[at:], s.mark)
	if i < 0 {
		s.none = true
		return -1
	}
	s.found = at + i + 1
	return at + i
}

// next returns the next token; ok is false at the end.
func (s *scanner) next() (t token, ok bool) {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			s.skipComment()
		case strings.HasPrefix(rest, "<![CDATA["):
			return s.takeSection(), true
		case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
			s.skipDeclaration()
		case strings.HasPrefix(rest, "</") && len(rest) > 2 && isNameStart(rest[2]):
			return s.takeEnd(), true
		case startsTag(rest):
			return s.takeTag(), true
		default:
			return s.takeText(), true
		}
	}
	return token{}, false
}

func (s *scanner) skipComment() {
	if end := s.comment.from(s.text, s.at+4); end >= 0 {
		s.at = end + 3
		return
	}
	s.at += 4 // without an end: the rest is no comment
}

// skipDeclaration skips a processing instruction or a document type with its subset.
func (s *scanner) skipDeclaration() {
	depth := 0
	for i := s.at; i < len(s.text); i++ {
		switch s.text[i] {
		case '[':
			depth++
		case ']':
			depth = max(0, depth-1)
		case '>':
			if depth == 0 {
				s.at = i + 1
				return
			}
		case '<':
			if i > s.at && depth == 0 { // without an end
				s.at = i
				return
			}
		}
	}
	s.at = len(s.text)
}

// takeSection takes a CDATA section. A section without an end goes to the end tag of its
// element, of its entry or of the document; when an entry ends in it and another section
// begins before the end, it has none.
func (s *scanner) takeSection() token {
	begin := s.at + len("<![CDATA[")
	end := s.cdata.from(s.text, begin)
	entry, other := s.entry.from(s.text, begin), s.section.from(s.text, begin)
	if end < 0 || entry >= 0 && entry < other && other < end {
		end = len(s.text)
		if entry >= 0 {
			end = entry
		}
		if i := strings.Index(s.text[begin:end], "</"+s.last); i >= 0 {
			end = begin + i
		}
		s.at = end
		return token{kind: textToken, text: s.text[begin:end]}
	}
	s.at = end + 3
	return token{kind: textToken, text: s.text[begin:end]}
}

func (s *scanner) takeEnd() token {
	begin := s.at + 2
	i := begin
	for i < len(s.text) && isNamePart(s.text[i]) {
		i++
	}
	name := strings.ToLower(s.text[begin:i])
	for i < len(s.text) && s.text[i] != '>' && s.text[i] != '<' {
		i++
	}
	if i < len(s.text) && s.text[i] == '>' {
		i++
	}
	s.at = i
	return token{kind: endToken, name: name}
}

// takeText takes the text up to the next markup.
func (s *scanner) takeText() token {
	i := s.at + 1
	for i < len(s.text) {
		next := strings.IndexByte(s.text[i:], '<')
		if next < 0 {
			i = len(s.text)
			break
		}
		i += next
		if rest := s.text[i:]; len(rest) > 1 && (rest[1] == '!' || rest[1] == '?' || rest[1] == '/' && len(rest) > 2 && isNameStart(rest[2]) || startsTag(rest)) {
			break
		}
		i++
	}
	text := s.text[s.at:i]
	s.at = i
	return token{kind: textToken, text: decodeEntities(text)}
}

// startsTag reports whether a text begins with a tag: "5 <6" and "<ann@example.org>" do not.
func startsTag(text string) bool {
	if len(text) < 2 || text[0] != '<' || !isNameStart(text[1]) {
		return false
	}
	for i := 2; i < len(text) && i < 100; i++ {
		if !isNamePart(text[i]) {
			return strings.IndexByte(" \t\r\n/>", text[i]) >= 0
		}
	}
	return false
}

// takeTag takes a start tag. A tag that the next one begins in has no end of its own.
func (s *scanner) takeTag() token {
	i := s.at + 1
	for i < len(s.text) && isNamePart(s.text[i]) {
		i++
	}
	t := token{kind: startToken, name: strings.ToLower(s.text[s.at+1 : i])}
	s.last = s.text[s.at+1 : i]
	for i < len(s.text) && s.text[i] != '>' && s.text[i] != '<' {
		switch c := s.text[i]; {
		case c == '/':
			if i+1 < len(s.text) && s.text[i+1] == '>' {
				t.kind = emptyToken
			}
			i++
		case isNameStart(c):
			var a attribute
			a, i = s.takeAttribute(i)
			if len(t.attrs) < 50 {
				t.attrs = append(t.attrs, a)
			}
		default:
			i++
		}
	}
	if i < len(s.text) && s.text[i] == '>' {
		i++
	}
	s.at = i
	return t
}

// takeAttribute takes the attribute at i, and returns the place behind it.
func (s *scanner) takeAttribute(i int) (attribute, int) {
	begin := i
	for i < len(s.text) && isNamePart(s.text[i]) {
		i++
	}
	a := attribute{name: strings.ToLower(s.text[begin:i])}
	j := i
	for j < len(s.text) && isSpace(s.text[j]) {
		j++
	}
	if j == len(s.text) || s.text[j] != '=' {
		return a, i
	}
	for i = j + 1; i < len(s.text) && isSpace(s.text[i]); {
		i++
	}
	if i < len(s.text) && (s.text[i] == '"' || s.text[i] == '\'') {
		end, behind := s.endOfValue(i+1, s.text[i])
		a.value = decodeEntities(s.text[i+1 : end])
		return a, behind
	}
	end := i
	for end < len(s.text) && !isSpace(s.text[end]) && s.text[end] != '>' && s.text[end] != '<' {
		end++
	}
	a.value = decodeEntities(strings.TrimSuffix(s.text[i:end], "/"))
	return a, end
}

// endOfValue returns the end of a quoted value that begins at i, and the place behind it: at
// the quote, or at the end of the tag when the quote is missing.
func (s *scanner) endOfValue(i int, quote byte) (end, behind int) {
	mark := &s.quote
	if quote == '\'' {
		mark = &s.apostrophe
	}
	end = mark.from(s.text, i)
	behind = end + 1
	if end < 0 {
		end, behind = len(s.text), len(s.text)
	}
	// A value that reaches into later elements lacks its quote.
	tag := strings.IndexByte(s.text[i:end], '>')
	if tag >= 0 && (behind == end || strings.Contains(s.text[i+tag:end], "</")) {
		return i + tag, i + tag
	}
	return end, behind
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isNameStart(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

func isNamePart(c byte) bool {
	return isNameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '.' || c == ':'
}

// entity is a reference with its semicolon: "?a=1&copy=2" holds none.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)

// decodeEntities replaces the character references of XML and HTML; others stay.
func decodeEntities(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	return entity.ReplaceAllStringFunc(text, html.UnescapeString)
}
