package main

import (
	_ "embed"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// demoConfigText is the demo's corridor.toml, with places for what differs.
//
//go:embed demo/corridor.toml
var demoConfigText string

// demoPlaces are what differs between demos.
type demoPlaces struct {
	Listen string // of the pages
	Base   string // how the pages are reached
	Data   string // absolute
	Site   string // the sample site's address
}

// File is where the configuration lies.
func (p demoPlaces) File() string { return filepath.Join(p.Data, "corridor.toml") }

// Drop is the folder whose files are gathered.
func (p demoPlaces) Drop() string { return filepath.Join(p.Data, "drop") }

// Sitemap is the sample site's.
func (p demoPlaces) Sitemap() string { return p.Site + "/sitemap.xml" }

// demoConfig is the text of the demo's configuration: a sample publication.
func demoConfig(p demoPlaces) (string, error) {
	t, err := template.New("").Funcs(template.FuncMap{"toml": strconv.Quote}).Parse(demoConfigText)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, p)
	return b.String(), err
}
