package web

import (
	"net/url"
	"slices"

	"corridor/articles"
	"corridor/subscribers"
	"corridor/templates"
)

// frequencyLabels, choiceLabels and formatLabels name the choices in the form.
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

// readerForm fills in the form with a reader's data. An empty choice is derived from p.
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

// choiceOf returns the choice that a form shows: the given one, or the one that p implies.
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

// readPreferences merges a form into the preferences before it, and returns the reader's
// choice for [subscribers.Choose] too. Browsers do not send boxes that are not ticked, so a
// form with boxes contains "choice", or "choices" in pages older than that question. If the
// answer is missing and the reader had chosen labels before, the choice stays "these": a
// form without ticks must not subscribe the reader to everything.
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

// names returns the names of the labels with the given slugs.
func names(labels []Label, slugs []string) []string {
	named, _ := articles.Named(labels, slugs)
	return every(named)
}
