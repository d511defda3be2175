package config

import (
	"fmt"
	"path"
	"regexp"
	"time"

	"corridor/articles/reading"
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// hostForm is the form of a host's name, with a port or without.
var hostForm = regexp.MustCompile(`^[^\s/:@]+(:\d+)?$`)

func (c *Config) validateLabels(v *validation) {
	seen := map[string]bool{}
	label := func(table string, i int, name, slug string, former []string) {
		key := fmt.Sprintf("%s[%d]", table, i+1)
		v.needed(key+".name", name, `"Central Asia"`)
		if !v.needed(key+".slug", slug, `"central-asia"`) {
			return
		}
		for _, s := range append([]string{slug}, former...) {
			switch {
			case !slugForm.MatchString(s):
				v.wrong(key+".slug", s, `must be small letters, digits and hyphens, like "central-asia"`)
			case seen[table+s]:
				v.wrong(key+".slug", s, "is used twice; it must be unique")
			}
			seen[table+s] = true
		}
	}
	for i, p := range c.Programs {
		label("programs", i, p.Name, p.Slug, p.FormerSlugs)
	}
	for i, r := range c.Regions {
		label("regions", i, r.Name, r.Slug, r.FormerSlugs)
	}
}

func (c *Config) validateSources(v *validation) {
	seen := map[string]bool{}
	for i, s := range c.Sources {
		key := fmt.Sprintf("sources[%d]", i+1)
		if v.needed(key+".name", s.Name, `"site"`) && seen[s.Name] {
			v.wrong(key+".name", s.Name, "is used twice; it must be unique")
		}
		seen[s.Name] = true
		switch s.Kind {
		case "sitemap", "feed", "page":
			v.webAddress(key+".url", s.URL)
		case "folder":
			v.needed(key+".url", s.URL, `"./drop"`)
		default:
			v.wrong(key+".kind", s.Kind, "must be sitemap, feed, page or folder")
		}
		if _, err := path.Match(s.Match, ""); err != nil {
			v.wrong(key+".match", s.Match, `not a pattern; write it like "/research/*/*"`)
		}
		for _, host := range s.Hosts {
			if !hostForm.MatchString(host) {
				v.wrong(key+".hosts", host, `must be the name of a host, like "m.example.org"`)
			}
		}
		if err := reading.Selectors(s.Selectors).Check(); err != nil {
			v.wrong(key+".selectors", err.Error(), `write them like ".story > p"`)
		}
		if s.Every != 0 && time.Duration(s.Every) < time.Second {
			v.wrong(key+".every", s.Every, "must be at least 1s")
		}
	}
}
