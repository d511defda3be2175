package templates

import (
	"html/template"
	"time"
)

// ArticleView is the page of an imported article, which is published on these pages only.
type ArticleView struct {
	Title       string
	Authors     []string
	Date        time.Time // zero if unknown
	Updated     time.Time // zero if never
	Labels      []Link    // programs and regions, with links to their feeds
	Minutes     int       // reading time
	Language    string
	ImageURL    string
	ImageCredit string
	ImageAlt    string
	Body        template.HTML // sanitized
}

// PageName names the file in pages/.
func (ArticleView) PageName() string { return "article" }
