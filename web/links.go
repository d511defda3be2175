package web

import (
	"net/http"

	"corridor/subscribers"
	"corridor/templates"
)

// reader returns the reader of the signed link in the path.
func (s *Server) reader(r *http.Request, purpose string) (subscribers.Subscriber, error) {
	t, err := s.Signer.Verify(purpose, r.PathValue("token"))
	if err != nil {
		return subscribers.Subscriber{}, err
	}
	return s.Subscribers.FindByID(r.Context(), t.SubscriberID)
}

func (s *Server) preferencesPath(id int64) string {
	return "/preferences/" + s.Signer.Sign(subscribers.PurposePreferences, id, 0, 1)
}

func (s *Server) unsubscribePath(id int64) string {
	return "/unsubscribe/" + s.Signer.Sign(subscribers.PurposeUnsubscribe, id, 0, 1)
}

// readerLinks returns the addresses of a reader's own pages and feed.
func (s *Server) readerLinks(r subscribers.Subscriber) templates.ReaderLinks {
	return templates.ReaderLinks{
		Preferences: s.preferencesPath(r.ID), Unsubscribe: s.unsubscribePath(r.ID),
		Feed: "/feeds/readers/" + s.Signer.Sign(subscribers.PurposeFeed, r.ID, 0, r.LinkVersion),
	}
}
