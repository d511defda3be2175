package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"corridor/subscribers"
	"corridor/templates"
)

// doneWords confirm an action, by the value of "done" in the address.
var doneWords = map[string]string{
	"saved":    "Saved. It applies from your next email.",
	"paused":   "Emails are paused.",
	"resumed":  "Emails are resumed. The next digest has what you missed.",
	"returned": "You are subscribed again.",
	"renewed":  "Your feed has a new link. The old link no longer works.",
}

// preferencesForm shows everything that a reader can change.
func (s *Server) preferencesForm(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r, subscribers.PurposePreferences)
	if err != nil {
		return err
	}
	view, err := s.preferencesView(r, reader, reader.Preferences)
	if err != nil {
		return err
	}
	view.Done = doneWords[r.URL.Query().Get("done")]
	return s.preferencesPage(w, http.StatusOK, view)
}

// preferences runs the action of the pressed button. A form without one saves.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r, subscribers.PurposePreferences)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	action := r.PostForm.Get("do")
	if r.PostForm.Get("weeks") != "" {
		action = "pause"
	}
	switch action {
	case "", "save":
		return s.savePreferences(w, r, reader)
	case "try":
		return s.tryPreferences(w, r, reader)
	case "download":
		return s.download(w, r, reader)
	case "erase":
		view, err := s.preferencesView(r, reader, reader.Preferences)
		if err != nil {
			return err
		}
		view.Erase = true
		return s.preferencesPage(w, http.StatusOK, view)
	case "erase-now":
		if err := s.Subscribers.Erase(r.Context(), reader.ID, s.Now()); err != nil {
			return err
		}
		return s.page(w, http.StatusOK, templates.Page{Title: "Your data has been deleted", Private: true, View: templates.ErasedView{}})
	case "pause":
		return s.pause(w, r, reader)
	case "leave":
		if err := s.Subscribers.Leave(r.Context(), reader.ID, s.Now()); err != nil {
			return err
		}
		http.Redirect(w, r, s.pages.Link(s.unsubscribePath(reader.ID)), http.StatusSeeOther)
		return nil
	}
	return s.simpleAction(w, r, reader, action)
}

// simpleAction runs an action that has no further fields.
func (s *Server) simpleAction(w http.ResponseWriter, r *http.Request, reader subscribers.Subscriber, action string) error {
	var err error
	var done string
	switch action {
	case "resume":
		done, err = "resumed", s.Subscribers.Pause(r.Context(), reader.ID, time.Time{})
	case "renew":
		done = "renewed"
		_, err = s.Subscribers.RenewFeed(r.Context(), reader.ID)
	case "monthly":
		p := reader.Preferences
		p.Frequency = "monthly"
		done, err = "saved", s.Subscribers.SetPreferences(r.Context(), reader.ID, p)
	case "return":
		done = "returned"
		_, err = s.Subscribers.Confirm(r.Context(), reader.ID, clientAddr(r, s.TrustedProxies).String(), s.Now())
	default:
		return errUnreadable
	}
	if err != nil {
		return err
	}
	return s.done(w, r, done)
}

// done redirects to the page, so that reloading does not repeat the action.
func (s *Server) done(w http.ResponseWriter, r *http.Request, what string) error {
	http.Redirect(w, r, s.pages.Link("/preferences/"+r.PathValue("token")+"?done="+what), http.StatusSeeOther)
	return nil
}

func (s *Server) savePreferences(w http.ResponseWriter, r *http.Request, reader subscribers.Subscriber) error {
	p, choice, err := readPreferences(r.PostForm, reader.Preferences)
	name := reader.Name
	if r.PostForm.Has("name") {
		name = r.PostForm.Get("name")
	}
	if err == nil {
		err = s.Subscribers.Update(r.Context(), reader.ID, name, p)
	}
	var wrong subscribers.Invalid
	if !errors.As(err, &wrong) {
		if err != nil {
			return err
		}
		return s.done(w, r, "saved")
	}
	view, err := s.preferencesView(r, reader, reader.Preferences)
	if err != nil {
		return err
	}
	if wrong.Reason("time_zone") != "" {
		p.TimeZone = reader.Preferences.TimeZone
	}
	view.Meaning = ""
	view.Form = s.readerForm(reader.Email, name, choice, p, wrong)
	return s.preferencesPage(w, http.StatusUnprocessableEntity, view)
}

// tryPreferences shows the effect of preferences without saving them.
func (s *Server) tryPreferences(w http.ResponseWriter, r *http.Request, reader subscribers.Subscriber) error {
	p, _, err := readPreferences(r.PostForm, reader.Preferences)
	if err == nil {
		p, err = s.Subscribers.Rules().Check(p)
	}
	if err != nil {
		return s.savePreferences(w, r, reader) // it reports the invalid fields
	}
	view, err := s.preferencesView(r, reader, p)
	if err != nil {
		return err
	}
	view.Form.Name = r.PostForm.Get("name")
	if view.Meaning != "" {
		view.Meaning += " Not saved yet."
	}
	return s.preferencesPage(w, http.StatusOK, view)
}

// maxPause is the longest pause.
const maxPause = 365 * 24 * time.Hour

func (s *Server) pause(w http.ResponseWriter, r *http.Request, reader subscribers.Subscriber) error {
	until, reason := pauseUntil(r.PostForm.Get("weeks"), r.PostForm.Get("until"), reader.Preferences.TimeZone, s.Now())
	if reason == "" {
		if err := s.Subscribers.Pause(r.Context(), reader.ID, until); err != nil {
			return err
		}
		return s.done(w, r, "paused")
	}
	view, err := s.preferencesView(r, reader, reader.Preferences)
	if err != nil {
		return err
	}
	view.PauseError = reason
	return s.preferencesPage(w, http.StatusUnprocessableEntity, view)
}

// pauseUntil returns the end of a pause, or the reason why the pause is invalid. A pause
// lasts a number of weeks from now, or until the start of a day in the reader's time zone.
func pauseUntil(weeks, day, zone string, now time.Time) (time.Time, string) {
	if weeks != "" {
		var n int
		if _, err := fmt.Sscanf(weeks, "%d", &n); err != nil || n < 1 || n > 52 {
			return time.Time{}, "a pause lasts 1 to 52 weeks"
		}
		return now.AddDate(0, 0, 7*n), ""
	}
	until, err := time.ParseInLocation(time.DateOnly, day, zoneOf(zone))
	switch {
	case err != nil:
		return time.Time{}, "choose a day"
	case !until.After(now):
		return time.Time{}, "choose a day that is still to come"
	case until.After(now.Add(maxPause)):
		return time.Time{}, "a pause lasts a year at most"
	}
	return until, ""
}

// zoneOf returns a reader's time zone, or UTC if this machine does not know it.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// download serves all data stored about the reader.
func (s *Server) download(w http.ResponseWriter, r *http.Request, reader subscribers.Subscriber) error {
	d, err := s.Subscribers.Dossier(r.Context(), reader.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	return writeJSON(w, http.StatusOK, d)
}

// preferencesView returns the page for a reader, with p in the form.
func (s *Server) preferencesView(req *http.Request, r subscribers.Subscriber, p subscribers.Preferences) (templates.PreferencesView, error) {
	now := s.Now()
	view := templates.PreferencesView{
		Action: "/preferences/" + req.PathValue("token"), Email: r.Email, State: string(r.State), Form: s.readerForm(r.Email, r.Name, "", p, nil),
		EarliestDay: now.AddDate(0, 0, 1).Format(time.DateOnly), LatestDay: now.Add(maxPause).Format(time.DateOnly), Links: s.readerLinks(r),
	}
	if r.Paused(now) {
		view.PausedUntil = r.PausedUntil.In(zoneOf(r.Preferences.TimeZone))
	}
	if r.State == subscribers.Active {
		view.Stopped, view.Retry = stopped(r.Suppressed)
	}
	if s.Articles != nil {
		n, err := s.Articles.CountMatching(req.Context(), p.Programs, p.Regions, now.AddDate(0, 0, -meaningDays))
		if err != nil {
			return view, err
		}
		view.Meaning = meaning(n, p.Frequency)
	}
	return view, nil
}

// stopped explains a suppression to an active reader. retry is true if the reader can lift
// it.
func stopped(reason subscribers.Reason) (text string, retry bool) {
	switch reason {
	case "":
		return "", false
	case subscribers.HardBounce, subscribers.Erased:
		return "Our emails to this address came back, so we have stopped sending them.", true
	}
	return "We do not write to this address: an email of ours was reported as unwanted, or our staff stopped it. If that was a mistake, please write to us.", false
}

const meaningDays = 30

// meaning says how much email the preferences would have brought in the last 30 days.
func meaning(n int, frequency string) string {
	if n == 0 {
		return "No article of the last 30 days matches this, so emails will be rare."
	}
	matches := fmt.Sprintf("%d articles of the last 30 days match this", n)
	if n == 1 {
		matches = "1 article of the last 30 days matches this"
	}
	each := map[string]float64{"daily": 22, "weekly": 30.0 / 7}[frequency]
	switch {
	case frequency == "instant":
		return matches + "; each would have arrived on its own or with others of the same minutes."
	case frequency == "monthly" || float64(n) <= each:
		return matches + "."
	}
	return fmt.Sprintf("%s: about %.0f in each %s digest.", matches, float64(n)/each, frequency)
}

func (s *Server) preferencesPage(w http.ResponseWriter, status int, v templates.PreferencesView) error {
	return s.page(w, status, templates.Page{Title: "Your preferences", Private: true, View: v})
}
