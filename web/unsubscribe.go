package web

import (
	"errors"
	"net/http"

	"corridor/subscribers"
	"corridor/templates"
)

// unsubscribeForm shows the button that unsubscribes, and offers fewer emails instead.
func (s *Server) unsubscribeForm(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r, subscribers.PurposeUnsubscribe)
	if errors.Is(err, subscribers.ErrNotFound) {
		return s.leftPage(w, templates.UnsubscribeView{Left: true})
	}
	if err != nil {
		return err
	}
	return s.leftPage(w, s.unsubscribeView(reader))
}

// unsubscribe unsubscribes at once, for the button as for the one-click request of RFC
// 8058; the body is ignored. Repeating it, even after the reader's data was erased,
// is answered with 200.
func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	t, err := s.Signer.Verify(subscribers.PurposeUnsubscribe, r.PathValue("token"))
	if err != nil {
		return err
	}
	err = s.Subscribers.Leave(r.Context(), t.SubscriberID, s.Now())
	if err != nil && !errors.Is(err, subscribers.ErrNotFound) {
		return err
	}
	return s.unsubscribeForm(w, r)
}

func (s *Server) unsubscribeView(r subscribers.Subscriber) templates.UnsubscribeView {
	return templates.UnsubscribeView{
		Action: s.unsubscribePath(r.ID), Email: r.Email, Left: r.State == subscribers.Left,
		LessOften: r.Preferences.Frequency != "monthly", Preferences: s.preferencesPath(r.ID),
	}
}

func (s *Server) leftPage(w http.ResponseWriter, v templates.UnsubscribeView) error {
	title := "Unsubscribe"
	if v.Left {
		title = "You're unsubscribed"
	}
	return s.page(w, http.StatusOK, templates.Page{Title: title, Private: true, View: v})
}
