package templates

// Choice is one box or option of a form.
type Choice struct {
	Value   string
	Label   string
	Hint    string
	Checked bool
}

// ZoneGroup is the time zones of one part of the world.
type ZoneGroup struct {
	Name  string
	Zones []Choice
}

// ReaderForm is the form with a reader's data, and the reason for each invalid field.
type ReaderForm struct {
	Email       string
	Name        string
	Choices     []Choice // everything, or only the ticked programs and regions
	Programs    []Choice
	Regions     []Choice
	Frequencies []Choice
	Formats     []Choice
	Languages   []Choice // empty if the publication has one language
	Zones       []ZoneGroup
	ZoneGuessed bool // the script may set the zone to the browser's
	Errors      map[string]string
}

// Field is a group of choices, with the reason if it is invalid.
type Field struct {
	Name    string
	Legend  string
	Hint    string
	Kind    string // checkbox, radio
	Choices []Choice
	Error   string
}

func newField(name, kind, legend, hint string, choices []Choice, errors map[string]string) Field {
	return Field{name, legend, hint, kind, choices, errors[name]}
}

// TextField is an input field, with the reason if it is invalid.
type TextField struct {
	Name, Type, Label, Value, Autocomplete string
	Max                                    int
	Required                               bool
	Error                                  string
}

func newTextField(name, kind, label, value, autocomplete string, longest int, required bool, errors map[string]string) TextField {
	return TextField{name, kind, label, value, autocomplete, longest, required, errors[name]}
}
