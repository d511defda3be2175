package web

import (
	"net/url"
	"slices"

	"corridor/subscribers"
	"corridor/templates"
)

// frequencyLabels, choiceLabels and formatLabels are the choices as people read them.
var (
	frequencyLabels = []templates.Choice{
		{Value: "instant", Label: "As it happens", Hint: "an email minutes after an article appears"},
		{Value: "daily", Label: "Every day", Hint: "one digest, when there is news"},
		{Value: "weekly", Label: "Every week", Hint: "one digest a week"},
		{Value: "monthly", Label: "Every month", Hint: "one digest a month"},
	}
	choiceLabels = []templates.Choice{
		{Value: subscribers.ChoiceAll, Label: "Everything"},
		{Value: subscribers.ChoiceThese, Label: "Only these", Hint: "the programs and regions you tick"},
	}
	formatLabels = []templates.Choice{
		{Value: "html", Label: "With layout and pictures"},
		{Value: "text", Label: "Plain text"},
	}
)

// readerForm fills the form with what a reader chose. An empty choice follows from p.
func (s *Server) readerForm(email, name, choice string, p subscribers.Preferences, wrong subscribers.Invalid) templates.ReaderForm {
	f := templates.ReaderForm{
		Email: email, Name: name, Choices: chosen(choiceLabels, choiceOf(choice, p)),
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

// choiceOf is the answer that a form shows: the given one, else what p amounts to.
func choiceOf(choice string, p subscribers.Preferences) string {
	switch {
	case choice == subscribers.ChoiceAll || choice == subscribers.ChoiceThese:
		return choice
	case len(p.Programs)+len(p.Regions) > 0:
		return subscribers.ChoiceThese
	}
	return subscribers.ChoiceAll
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

// readPreferences takes what a form says over what was chosen before, and returns the
// answer to the question of [subscribers.Choose] as well. Boxes that are not ticked are not
// sent, so a form says by "choice" (by "choices" before there was that question) that it
// had boxes. Such a form without an answer and without a tick asks a reader who had chosen
// something: it must not bring everything.
func readPreferences(form url.Values, before subscribers.Preferences) (p subscribers.Preferences, choice string, err error) {
	p, choice = before, form.Get("choice")
	complete := form.Has("choice") || form.Has("choices")
	if complete || form.Has("programs") {
		p.Programs = form["programs"]
	}
	if complete || form.Has("regions") {
		p.Regions = form["regions"]
	}
	for name, to := range map[string]*string{"frequency": &p.Frequency, "format": &p.Format, "time_zone": &p.TimeZone, "language": &p.Language} {
		if form.Has(name) {
			*to = form.Get(name)
		}
	}
	if choice == "" && choiceOf("", before) == subscribers.ChoiceThese {
		choice = subscribers.ChoiceThese
	}
	chosen, err := subscribers.Choose(choice, p)
	if err != nil {
		return p, choice, err
	}
	return chosen, choice, nil
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
