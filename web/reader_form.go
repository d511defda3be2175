package web

import (
	"net/url"
	"slices"

	"corridor/subscribers"
	"corridor/templates"
)

// frequencyLabels and formatLabels are the choices as people read them.
var (
	frequencyLabels = []templates.Choice{
		{Value: "instant", Label: "At once", Hint: "a mail minutes after a piece appears"},
		{Value: "daily", Label: "Every day", Hint: "one digest, when there is news"},
		{Value: "weekly", Label: "Every week", Hint: "one digest a week"},
		{Value: "monthly", Label: "Every month", Hint: "one digest a month"},
	}
	formatLabels = []templates.Choice{
		{Value: "html", Label: "With layout and pictures"},
		{Value: "text", Label: "Plain text"},
	}
)

// readerForm fills the form with what a reader chose.
func (s *Server) readerForm(email, name string, p subscribers.Preferences, wrong subscribers.Invalid) templates.ReaderForm {
	f := templates.ReaderForm{
		Email: email, Name: name,
		Programs: boxes(s.Programs, p.Programs), Regions: boxes(s.Regions, p.Regions),
		Frequencies: chosen(frequencyLabels, p.Frequency), Formats: chosen(formatLabels, p.Format),
		Zones: templates.Zones(p.TimeZone),
	}
	for _, e := range wrong {
		if f.Errors == nil {
			f.Errors = map[string]string{}
		}
		f.Errors[e.Field] = e.Reason
	}
	return f
}

func boxes(labels []Label, picked []string) []templates.Choice {
	var out []templates.Choice
	for _, l := range labels {
		out = append(out, templates.Choice{Value: l.Slug, Label: l.Name, Checked: slices.Contains(picked, l.Slug)})
	}
	return out
}

func chosen(choices []templates.Choice, value string) []templates.Choice {
	out := slices.Clone(choices)
	for i := range out {
		out[i].Checked = out[i].Value == value
	}
	return out
}

// readPreferences takes what a form says over what was chosen before. Boxes that are
// not ticked are not sent, so that the form says by "choices" that it had some.
func readPreferences(form url.Values, before subscribers.Preferences) subscribers.Preferences {
	p := before
	if form.Has("choices") || form.Has("programs") || form.Has("regions") {
		p.Programs, p.Regions = form["programs"], form["regions"]
	}
	for name, to := range map[string]*string{"frequency": &p.Frequency, "format": &p.Format, "time_zone": &p.TimeZone, "language": &p.Language} {
		if form.Has(name) {
			*to = form.Get(name)
		}
	}
	return p
}

// names are the names of labels with these slugs.
func names(labels []Label, slugs []string) []string {
	var out []string
	for _, l := range labels {
		if slices.Contains(slugs, l.Slug) {
			out = append(out, l.Name)
		}
	}
	return out
}
