package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"corridor/subscribers"
	"corridor/templates"
)

// signUpFields are the fields of a sign-up, from a form or JSON. Website is a honeypot: the
// page hides it, and programs fill it in.
type signUpFields struct {
	Email     string   `json:"email"`
	Name      string   `json:"name"`
	Choice    string   `json:"choice"`
	Programs  []string `json:"programs"`
	Regions   []string `json:"regions"`
	Frequency string   `json:"frequency"`
	Format    string   `json:"format"`
	TimeZone  string   `json:"time_zone"`
	Language  string   `json:"language"`
	Website   string   `json:"website"`
}

func (f signUpFields) preferences() subscribers.Preferences {
	return subscribers.Preferences{Programs: f.Programs, Regions: f.Regions, Frequency: f.Frequency, Format: f.Format, TimeZone: f.TimeZone, Language: f.Language}
}

// subscribeForm redirects to the form. Phones that restore the page after a sign-up request
// its address again, without the form's fields.
func (s *Server) subscribeForm(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, s.pages.Link("/")+"#subscribe", http.StatusSeeOther)
	return nil
}

// subscribe accepts a sign-up. Status, page and time are the same for known and unknown
// addresses, so that the answer does not disclose subscriptions.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) error {
	ready := time.NewTimer(s.SignUpTime)
	defer ready.Stop()
	w.Header().Set("Cache-Control", "no-store")
	fields, asJSON, err := readSignUp(r)
	if err == nil {
		err = s.signUp(r, fields)
	}
	var wrong subscribers.Invalid
	if errors.As(err, &wrong) {
		return s.refuseSignUp(w, r, fields, wrong, asJSON)
	}
	if err != nil {
		return err
	}
	select {
	case <-ready.C:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	if asJSON {
		return writeJSON(w, http.StatusAccepted, map[string]string{"status": "accepted", "message": "We have sent an email to this address. Its link confirms the subscription."})
	}
	return s.page(w, http.StatusOK, templates.Page{Title: "Check your inbox", Private: true, View: templates.SignedUpView{From: s.From}})
}

// signUp checks the fields and the rate limit, and stores the sign-up.
func (s *Server) signUp(r *http.Request, f signUpFields) error {
	client := clientAddr(r, s.TrustedProxies)
	how := "form"
	if wantsJSON(r) {
		how = "json"
	}
	u, err := s.Subscribers.Rules().CheckSignUp(subscribers.SignUp{
		Email: f.Email, Name: f.Name, Choice: f.Choice, Preferences: f.preferences(), How: how, Network: client.String(),
	})
	if err != nil {
		return err
	}
	if wait := s.signUps.take(network(client), s.Now()); wait > 0 {
		return errTooMany(wait)
	}
	if f.Website != "" {
		return nil
	}
	// Closing the page does not cancel a sign-up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Second)
	defer cancel()
	return s.Subscribers.Subscribe(ctx, u, s.Now(), s.WriteMessage)
}

// refuseSignUp reports the invalid fields, and shows the form again as it was filled in.
func (s *Server) refuseSignUp(w http.ResponseWriter, r *http.Request, f signUpFields, wrong subscribers.Invalid, asJSON bool) error {
	if asJSON {
		fields := map[string]string{}
		for _, e := range wrong {
			fields[e.Field] = e.Reason
		}
		return writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": wrong.Error(), "field": wrong[0].Field, "fields": fields})
	}
	p := f.preferences()
	if p.TimeZone == "" || wrong.Reason("time_zone") != "" {
		p.TimeZone = s.timeZone()
	}
	return s.homePage(w, r, http.StatusUnprocessableEntity, s.readerForm(f.Email, f.Name, f.Choice, p, wrong))
}

// readSignUp reads the fields of a form or of JSON. asJSON is true if the client expects
// JSON.
func readSignUp(r *http.Request) (f signUpFields, asJSON bool, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "application/json":
		f, err = decodeSignUp(r)
		return f, true, err
	case "application/x-www-form-urlencoded", "multipart/form-data":
	default:
		return f, wantsJSON(r), errNoForm("Send a form, or JSON with the content type application/json.")
	}
	if err := parseForm(r); err != nil {
		return f, wantsJSON(r), err
	}
	v := r.PostForm
	return signUpFields{
		Email: v.Get("email"), Name: v.Get("name"), Choice: v.Get("choice"), Programs: v["programs"], Regions: v["regions"], Frequency: v.Get("frequency"),
		Format: v.Get("format"), TimeZone: v.Get("time_zone"), Language: v.Get("language"), Website: v.Get("website"),
	}, wantsJSON(r), nil
}

// errNoForm refuses a body of another media type.
func errNoForm(text string) error {
	return &failure{status: http.StatusUnsupportedMediaType, heading: "We cannot read that", text: text}
}

// parseForm parses a form in either encoding. Forms are small, so nothing is written to
// disk. Without this check net/http takes a body of another type, or one that is too large,
// for an empty form.
func parseForm(r *http.Request) error {
	var large *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &large) { // ParseMultipartForm does not return this error
		return err
	}
	err := r.ParseMultipartForm(maxForm)
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil
		if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" && r.ContentLength != 0 {
			return errNoForm("Send a form.")
		}
	}
	if err == nil || errors.As(err, &large) {
		return err
	}
	return errUnreadable
}

// decodeSignUp decodes one JSON object, and names a field of the wrong type.
func decodeSignUp(r *http.Request) (signUpFields, error) {
	var f signUpFields
	err := json.NewDecoder(r.Body).Decode(&f)
	var kind *json.UnmarshalTypeError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return f, subscribers.Invalid{{Field: kind.Field, Reason: fmt.Sprintf("this is of the type %s and should be of the type %s", kind.Value, strings.ReplaceAll(kind.Type.Kind().String(), "slice", "list"))}}
	case err != nil && !errors.As(err, &large):
		return f, errUnreadable
	}
	return f, err
}

var errUnreadable = &failure{
	status: http.StatusBadRequest, heading: "We cannot read that",
	text: "The request is broken. Please go back, reload the page and try again.",
}
