package demo

import (
	_ "embed"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// configTemplate is the demo's corridor.toml, a template over places.
//
//go:embed corridor.toml
var configTemplate string

// places are the addresses and folders of one demo.
type places struct {
	Listen string // address and port of the pages
	Base   string // address of the pages, with its scheme
	Data   string // absolute
	Site   string // the sample site's address
}

// File is the path of the configuration.
func (p places) File() string { return filepath.Join(p.Data, "corridor.toml") }

// Drop is the folder source of the demo.
func (p places) Drop() string { return filepath.Join(p.Data, "drop") }

// Sitemap is the address of the sample site's sitemap.
func (p places) Sitemap() string { return p.Site + "/sitemap.xml" }

// configText is the text of the demo's configuration: a sample publication.
func configText(p places) (string, error) {
	t, err := template.New("").Funcs(template.FuncMap{"toml": strconv.Quote}).Parse(configTemplate)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, p)
	return b.String(), err
}
