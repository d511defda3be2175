package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"corridor/editions"
	"corridor/subscribers"
	"corridor/templates"
)

// WriteEditionLink puts an email with the path of an edition for named readers into the
// outbox, for one of these readers.
type WriteEditionLink func(ctx context.Context, tx *sqlx.Tx, r subscribers.Subscriber, path string) error

// editionToken verifies the signed link of an edition for named readers.
func (s *Server) editionToken(token string) (subscribers.Token, error) {
	if s.Signer == nil {
		return subscribers.Token{}, subscribers.ErrForgedToken
	}
	return s.Signer.Verify(subscribers.PurposeEdition, token)
}

// namedEdition shows an edition for named readers to the reader of a signed link.
func (s *Server) namedEdition(w http.ResponseWriter, r *http.Request, edition int64, token string) error {
	page, err := s.Editions.NamedPage(r.Context(), edition, s.Site.BaseURL+"/editions/"+token)
	if err != nil {
		return err
	}
	setHeaders(w.Header(), personal)
	writeEdition(w, page)
	return nil
}

// numberedEdition redirects an address with an edition's number, which emails contained
// before editions had addresses. Every number that is not a public edition's gets the same
// form, so that the answer does not disclose which editions exist.
func (s *Server) numberedEdition(w http.ResponseWriter, r *http.Request, id int64, variant string) error {
	address, err := s.Editions.PublicAddress(r.Context(), id)
	if errors.Is(err, editions.ErrNotFound) {
		return s.linkPage(w, http.StatusNotFound, templates.EditionLinkView{Action: "/editions/" + strconv.FormatInt(id, 10)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, s.pages.Link("/editions/"+address+variant), http.StatusMovedPermanently)
	return nil
}

func (s *Server) linkPage(w http.ResponseWriter, status int, v templates.EditionLinkView) error {
	setHeaders(w.Header(), personal)
	title := "This page is not public"
	if v.Sent {
		title = "Check your inbox"
	}
	return s.page(w, status, templates.Page{Title: title, Private: true, View: v})
}

// mailEditionLink sends the link of an edition to an address that received the edition.
// Status, page and time are the same for every address and every number.
func (s *Server) mailEditionLink(w http.ResponseWriter, r *http.Request) error {
	ready := time.NewTimer(s.SignUpTime)
	defer ready.Stop()
	id, ok := editionNumber(r.PathValue("address"))
	if s.Editions == nil || s.Subscribers == nil || s.WriteEditionLink == nil || !ok {
		return errNoPage
	}
	if err := parseForm(r); err != nil {
		return err
	}
	email := r.PostFormValue("email")
	if _, err := subscribers.ParseAddress(email); err != nil {
		return s.linkPage(w, http.StatusUnprocessableEntity, templates.EditionLinkView{
			Action: "/editions/" + strconv.FormatInt(id, 10), Email: email, Errors: map[string]string{"email": err.Error()},
		})
	}
	if wait := s.signUps.take(network(clientAddr(r, s.TrustedProxies)), s.Now()); wait > 0 {
		return errTooMany(wait)
	}
	if err := s.askForEdition(r, id, email); err != nil {
		return err
	}
	select {
	case <-ready.C:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	return s.linkPage(w, http.StatusOK, templates.EditionLinkView{Sent: true, From: s.From})
}

// askForEdition sends the link if the address received the edition.
func (s *Server) askForEdition(r *http.Request, id int64, email string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Second)
	defer cancel()
	return s.Subscribers.Ask(ctx, email, s.Now(), func(ctx context.Context, tx *sqlx.Tx, reader subscribers.Subscriber) (bool, error) {
		sent, err := editions.WasSentTx(ctx, tx, id, reader.ID)
		if err != nil || !sent {
			return false, err
		}
		path := "/editions/" + s.Signer.Sign(subscribers.PurposeEdition, reader.ID, id, reader.LinkVersion)
		return true, s.WriteEditionLink(ctx, tx, reader, path)
	})
}
