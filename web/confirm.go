package web

import (
	"net/http"
	"strings"

	"corridor/subscribers"
	"corridor/templates"
)

// confirmForm shows the button that confirms a subscription. Link scanners follow links but
// press no buttons.
func (s *Server) confirmForm(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r, subscribers.PurposeConfirm)
	if err != nil {
		return err
	}
	return s.confirmPage(w, reader, reader.State == subscribers.Active && reader.Suppressed == "")
}

// confirm makes the reader active. Repeating it is harmless.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r, subscribers.PurposeConfirm)
	if err != nil {
		return err
	}
	reader, err = s.Subscribers.Confirm(r.Context(), reader.ID, clientAddr(r, s.TrustedProxies).String(), s.Now())
	if err != nil {
		return err
	}
	return s.confirmPage(w, reader, true)
}

func (s *Server) confirmPage(w http.ResponseWriter, r subscribers.Subscriber, confirmed bool) error {
	title := "Confirm"
	if confirmed {
		title = "You're subscribed"
	}
	view := templates.ConfirmView{Email: r.Email, Summary: s.summary(r.Preferences), Confirmed: confirmed, Links: s.readerLinks(r)}
	return s.page(w, http.StatusOK, templates.Page{Title: title, Private: true, View: view})
}

// frequencyWords begin the sentence that summarizes a reader's preferences.
var frequencyWords = map[string]string{
	"instant": "An email as soon as an article appears", "daily": "One digest a day",
	"weekly": "One digest a week", "monthly": "One digest a month",
}

// summary puts a reader's preferences into a sentence.
func (s *Server) summary(p subscribers.Preferences) string {
	var b strings.Builder
	b.WriteString(frequencyWords[p.Frequency])
	b.WriteString(", with ")
	if list := names(s.Programs, p.Programs); len(list) > 0 {
		b.WriteString("what is new in " + templates.Join(list))
	} else {
		b.WriteString("everything new")
	}
	if list := names(s.Regions, p.Regions); len(list) > 0 {
		b.WriteString(" about " + templates.Join(list))
	}
	return b.String() + "."
}
