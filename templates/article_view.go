package templates

import (
	"html/template"
	"time"
)

// ArticleView is the page of an article that has no other.
type ArticleView struct {
	Title       string
	Authors     []string
	Date        time.Time // zero: none said
	Updated     time.Time // zero: never
	Labels      []Way     // programs and regions, with their feeds
	Minutes     int       // to read it
	Language    string
	ImageURL    string
	ImageCredit string
	Body        template.HTML // sanitised
}

// PageName is the page's file.
func (ArticleView) PageName() string { return "article" }
