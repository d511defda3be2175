package fetch

import (
	"bytes"
	"net/url"
	"strings"
)

const (
	maxRobots     = 500 << 10 // bytes that are read of a robots.txt (RFC 9309, section 2.5)
	maxRobotsLine = 2083 * 8  // bytes of a line; the rest is cut, as Google's parser does
	maxSitemaps   = 1000      // lines of one robots.txt that name sitemaps
)

// robots are the rules of a robots.txt for one agent.
type robots struct {
	rules    []robotsRule
	delay    string   // the value of Crawl-delay, which RFC 9309 does not know
	sitemaps []string // of all agents
}

type robotsRule struct {
	allow   bool
	pattern string // with non-ASCII bytes escaped
}

// parseRobots reads a robots.txt (RFC 9309) as Google's parser does, which is the
// reference: lines end at CR or LF, keys may be misspelt, and a colon may be missing. The
// rules are those of all groups for agent, else those of all groups for "*".
func parseRobots(body []byte, agent string) robots {
	p := robotsParser{agent: productToken(agent)}
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\xef\xbb\xbf"))
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		p.take(string(line[:min(len(line), maxRobotsLine)]))
	}
	if p.named {
		return robots{p.own, p.ownDelay, p.sitemaps}
	}
	return robots{p.global, p.globalDelay, p.sitemaps}
}

// robotsParser reads the lines of a robots.txt.
type robotsParser struct {
	agent       string
	own, global []robotsRule
	ownDelay    string
	globalDelay string
	sitemaps    []string
	named       bool // a group names the agent

	isOwn, isGlobal bool // whom the open group is for
	inRules         bool // the open group has rules: the next User-agent begins another
}

func (p *robotsParser) take(line string) {
	key, value := robotsLine(line)
	switch robotsKey(key) {
	case "user-agent":
		p.takeAgent(value)
	case "allow", "disallow":
		p.inRules = true
		p.takeRule(key[0] == 'a' || key[0] == 'A', value)
	case "sitemap":
		if value != "" && len(p.sitemaps) < maxSitemaps {
			p.sitemaps = append(p.sitemaps, value)
		}
	case "crawl-delay":
		if p.isOwn {
			p.ownDelay = value
		}
		if p.isGlobal {
			p.globalDelay = value
		}
	}
}

func (p *robotsParser) takeAgent(value string) {
	if p.inRules {
		p.isOwn, p.isGlobal, p.inRules = false, false, false
	}
	switch {
	case value == "*" || strings.HasPrefix(value, "*") && strings.ContainsAny(value[1:2], " \t"):
		p.isGlobal = true
	case productToken(value) != "" && strings.EqualFold(productToken(value), p.agent):
		p.isOwn, p.named = true, true
	}
}

func (p *robotsParser) takeRule(allow bool, pattern string) {
	if pattern == "" {
		return
	}
	rules := []robotsRule{{allow, escaped(pattern)}}
	// A rule for index.html is one for its folder as well.
	if folder, is := strings.CutSuffix(pattern, "/index.html"); allow && is {
		rules = append(rules, robotsRule{true, escaped(folder) + "/$"})
	}
	if p.isOwn {
		p.own = append(p.own, rules...)
	}
	if p.isGlobal {
		p.global = append(p.global, rules...)
	}
}

// robotsLine splits a line into key and value. Without a colon, two words are a key and a
// value.
func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	if key, value, has := strings.Cut(line, ":"); has {
		return strings.TrimSpace(key), strings.TrimSpace(value)
	}
	if words := strings.Fields(line); len(words) == 2 {
		return words[0], words[1]
	}
	return "", ""
}

// robotsKeys are keys as sites write them, by the beginning in small letters.
var robotsKeys = []struct{ begins, key string }{
	{"user-agent", "user-agent"},
	{"useragent", "user-agent"},
	{"user agent", "user-agent"},
	{"allow", "allow"},
	{"disallow", "disallow"},
	{"dissallow", "disallow"},
	{"dissalow", "disallow"},
	{"disalow", "disallow"},
	{"diasllow", "disallow"},
	{"disallaw", "disallow"},
	{"sitemap", "sitemap"},
	{"site-map", "sitemap"},
	{"crawl-delay", "crawl-delay"},
}

func robotsKey(key string) string {
	key = strings.ToLower(key)
	for _, known := range robotsKeys {
		if strings.HasPrefix(key, known.begins) {
			return known.key
		}
	}
	return ""
}

// productToken is the beginning of an agent's name that groups match: letters, hyphens and
// underscores (RFC 9309, section 2.2.1).
func productToken(agent string) string {
	for i := range len(agent) {
		if c := agent[i] | 0x20; (c < 'a' || c > 'z') && agent[i] != '-' && agent[i] != '_' {
			return agent[:i]
		}
	}
	return agent
}

// escaped is a pattern with the form that addresses have: non-ASCII bytes escaped, and
// hexadecimal digits in capitals.
func escaped(pattern string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c >= 0x80:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		case c == '%' && i+2 < len(pattern) && isHex(pattern[i+1]) && isHex(pattern[i+2]):
			b.WriteString(strings.ToUpper(pattern[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// allows reports whether the rules permit an address: the longest pattern that matches
// decides, and of equal ones Allow (RFC 9309, section 2.2.2).
func (r robots) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = escaped(path)
	longest, allow := 0, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > longest || n == longest && rule.allow) && matchesRule(rule.pattern, path) {
			longest, allow = n, rule.allow
		}
	}
	return allow
}

// matchesRule reports whether a path begins as the pattern says: * stands for any text, and
// $ at the end for the end of the path. The time is linear in both.
func matchesRule(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	last := len(parts) - 1
	if last == 0 {
		return !anchored || path == ""
	}
	for _, part := range parts[1:last] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	if anchored {
		return strings.HasSuffix(path, parts[last])
	}
	return strings.Contains(path, parts[last])
}

// RobotsSitemaps returns the addresses in the Sitemap lines of a robots.txt, as written.
func RobotsSitemaps(body []byte) []string { return parseRobots(body, "").sitemaps }
