package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"corridor/templates"
)

// editionsOnPage is how many past editions one page of the archive lists.
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
		view.Editions = append(view.Editions, templates.EditionEntry{ID: e.ID, Name: e.Name, Line: e.Line, Sent: e.Sent, Count: e.Count})
	}
	if len(list) == editionsOnPage {
		view.Older = fmt.Sprintf("/editions?before=%d", list[len(list)-1].ID)
	}
	return s.page(w, http.StatusOK, templates.Page{
		Title: "Past editions", Description: "Every edition of " + s.Site.Title + ", newest first.", Canonical: "/editions", View: view,
	})
}

// edition shows all pieces of one edition.
func (s *Server) edition(w http.ResponseWriter, r *http.Request) error {
	id, ok := pathNumber(r, "id")
	if s.Editions == nil || !ok {
		return errNoPage
	}
	e, sections, err := s.Editions.ArchivedEdition(r.Context(), id)
	if err != nil {
		return err
	}
	return s.page(w, http.StatusOK, templates.Page{
		Title: e.Name, Description: e.Line, Canonical: fmt.Sprintf("/editions/%d", id), Kind: "article", Private: e.Named,
		View: templates.EditionView{Name: e.Name, Line: e.Line, Sent: e.Sent, Digest: e.Kind == "digest", Intro: e.Intro, Sections: sections},
	})
}

// editionPolicy allows a mail as a page its inline styles and pictures, and no script.
const editionPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// editionVariant shows a variant as it was mailed.
func (s *Server) editionVariant(w http.ResponseWriter, r *http.Request) error {
	id, ok := pathNumber(r, "id")
	variant, also := pathNumber(r, "variant")
	if s.Editions == nil || !ok || !also {
		return errNoPage
	}
	page, err := s.Editions.VariantPage(r.Context(), id, variant)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", editionPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Robots-Tag", "noindex") // the edition's own page is the one to find
	_, _ = io.WriteString(w, page)   // the client may be gone
	return nil
}

// pathNumber reads an id from the path.
func pathNumber(r *http.Request, name string) (int64, bool) {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	return n, err == nil && n > 0
}
