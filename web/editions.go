package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"corridor/templates"
)

// editionsOnPage is the number of past editions on one page of the archive.
const editionsOnPage = 50

// editions shows the archive.
func (s *Server) editions(w http.ResponseWriter, r *http.Request) error {
	if s.Editions == nil {
		return errNoPage
	}
	var before int64
	if text := r.URL.Query().Get("before"); text != "" {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return errNoPage
		}
	}
	list, err := s.Editions.Archive(r.Context(), before, editionsOnPage)
	if err != nil {
		return err
	}
	var view templates.EditionsView
	for _, e := range list {
		view.Editions = append(view.Editions, templates.EditionEntry{URL: "/editions/" + e.Address, Name: e.Name, Dateline: e.Dateline, Sent: e.Sent, Count: e.Count})
	}
	if len(list) == editionsOnPage {
		view.Older = fmt.Sprintf("/editions?before=%d", list[len(list)-1].ID)
	}
	return s.page(w, http.StatusOK, templates.Page{
		Title: "Past editions", Description: "Every edition of " + s.Site.Title + ", newest first.", Canonical: "/editions", View: view,
	})
}

// edition shows all articles of a public edition at its address. It also answers for an
// edition's number and for the signed link of an edition for named readers.
func (s *Server) edition(w http.ResponseWriter, r *http.Request) error {
	if s.Editions == nil {
		return errNoPage
	}
	address := r.PathValue("address")
	if id, ok := editionNumber(address); ok {
		return s.numberedEdition(w, r, id, "")
	}
	if t, err := s.editionToken(address); err == nil {
		return s.namedEdition(w, r, t.EditionID, address)
	}
	e, sections, err := s.Editions.ArchivedEdition(r.Context(), address)
	if err != nil {
		return err
	}
	return s.page(w, http.StatusOK, templates.Page{
		Title: e.Name, Description: e.Dateline, Canonical: "/editions/" + e.Address, Kind: "article",
		View: templates.EditionView{Name: e.Name, Dateline: e.Dateline, Sent: e.Sent, Digest: e.Kind == "digest", Intro: e.Intro, Sections: sections},
	})
}

// editionPolicy allows an email shown as a page its inline styles and images, and no
// script.
const editionPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// editionVariant shows a variant of a public edition as it was emailed.
func (s *Server) editionVariant(w http.ResponseWriter, r *http.Request) error {
	address := r.PathValue("address")
	variant, ok := editionNumber(r.PathValue("variant"))
	if s.Editions == nil || !ok {
		return errNoPage
	}
	if id, ok := editionNumber(address); ok {
		return s.numberedEdition(w, r, id, "/"+r.PathValue("variant"))
	}
	page, err := s.Editions.VariantPage(r.Context(), address, variant)
	if err != nil {
		return err
	}
	writeEdition(w, page)
	return nil
}

// writeEdition answers with an email as a page.
func writeEdition(w http.ResponseWriter, page string) {
	h := w.Header()
	h.Set("Content-Security-Policy", editionPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Robots-Tag", "noindex") // search engines shall find the edition's own page
	_, _ = io.WriteString(w, page)   // an error means that the client is gone
}

// editionNumber parses the number of an edition or a variant: up to 18 digits. An edition's
// address is longer.
func editionNumber(s string) (int64, bool) {
	if len(s) > 18 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}
