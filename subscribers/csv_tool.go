package subscribers

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Columns of other tools beside those of Corridor: parts of a name, and a column that is
// not used and holds no opt-out.
const (
	firstName = "first_name"
	lastName  = "last_name"
	notUsed   = "-"
)

// tool describes the files that another tool exports.
type tool struct {
	name    string                  // value of --from
	marks   [][]string              // the columns of one of these lists are all in its files
	columns map[string]string       // its columns, as of columnKey, and those of Corridor
	words   map[string]standingWord // words of its status beside statusWords
	repeats bool                    // a person may have several rows, of which the strictest holds
	silent  string                  // why its file does not show all opt-outs, and what to do
}

// tools are the tools with known files. docs/readers.md says how to export from each.
var tools = []tool{
	{
		name:  "mailchimp", // "Export audience": a file each of subscribed, unsubscribed, cleaned and non-subscribed contacts
		marks: [][]string{{"email_address", "optin_time"}, {"email_address", "leid"}, {"leid", "euid"}},
		columns: map[string]string{
			"optin_time": "created_at", "confirm_time": "confirmed_at", "timezone": "time_zone",
			"region": notUsed, "cc": notUsed, "address": notUsed, "phone_number": notUsed, "birthday": notUsed, "notes": notUsed,
		},
	},
	{
		name:    "ghost", // "Export all members"
		marks:   [][]string{{"email", "subscribed_to_emails", "complimentary_plan"}},
		columns: map[string]string{"note": notUsed, "id": notUsed, "tiers": notUsed},
	},
	{
		name:    "listmonk", // "Export" of a list
		marks:   [][]string{{"uuid", "email", "attributes", "status"}},
		columns: map[string]string{"uuid": notUsed, "attributes": notUsed, "updated_at": notUsed},
		silent: "listmonk writes \"enabled\" also for people who unsubscribed from a list. " +
			"Export the list once by the subscription status unsubscribed and import that file with --from listmonk --as left; " +
			"then export the confirmed subscriptions and import them with --from listmonk",
	},
	{
		name:    "substack", // "Export" of the subscribers, email_list.*.csv
		marks:   [][]string{{"email", "active_subscription", "email_disabled"}, {"email", "active_subscription", "expiry"}},
		columns: map[string]string{"active_subscription": notUsed, "plan": notUsed, "expiry": notUsed, "first_payment_at": notUsed},
	},
	{
		name:    "mailpoet", // "Export" of subscribers; a row for each list of a person
		repeats: true,
		marks:   [][]string{{"email", "list_status"}, {"email", "global_status"}},
		columns: map[string]string{"list": notUsed, "subscription_date": "created_at", "confirmation_date": "confirmed_at", "subscription_ip": notUsed},
	},
	{
		name:  "buttondown", // "Export" of subscribers
		marks: [][]string{{"subscriber_type", "creation_date"}, {"email_address", "type", "creation_date"}},
		columns: map[string]string{
			"type": "status", "subscriber_type": "status", "creation_date": "created_at", "churn_date": notUsed, "metadata": notUsed, "notes": notUsed,
		},
		words: map[string]standingWord{
			"regular": {state: Active}, "premium": {state: Active}, "gifted": {state: Active}, "trialed": {state: Active}, "unpaid": {state: Active},
			"churning": {state: Active}, "churned": {state: Active}, "pastdue": {state: Active},
			"unactivated": {state: Pending}, "spammy": {Left, ByStaff},
		},
	},
}

// spreadsheet is the tool of a file that is not recognised. Its columns hold for all tools.
var spreadsheet = tool{
	name: "spreadsheet",
	columns: map[string]string{
		"email_address": "email", "e-mail": "email", "e-mail_address": "email", "e_mail": "email", "emailaddress": "email", "mail": "email", "subscriber_email": "email",
		"full_name": "name", "fullname": "name", "first_name": firstName, "firstname": firstName, "given_name": firstName,
		"last_name": lastName, "lastname": lastName, "surname": lastName, "family_name": lastName, "timezone": "time_zone",
		"e-mail-adresse": "email", "email-adresse": "email", "e-mailadres": "email", "emailadres": "email", "adresse_e-mail": "email", "adresse_email": "email",
		"correo_electrónico": "email", "dirección_de_correo_electrónico": "email", "endereço_de_e-mail": "email", "indirizzo_email": "email", "indirizzo_e-mail": "email",
		"эл._почта": "email", "электронная_почта": "email", "адрес_электронной_почты": "email", "e-posta": "email", "e-poçt": "email",
		"vorname": firstName, "nachname": lastName, "voornaam": firstName, "achternaam": lastName, "prénom": firstName, "имя": firstName, "фамилия": lastName,
	},
}

// Tools returns the names of the tools whose files an import knows.
func Tools() []string {
	names := []string{spreadsheet.name}
	for _, t := range tools {
		names = append(names, t.name)
	}
	return names
}

// toolOf returns the tool with the given name, or for an empty name the tool that wrote a
// file with the given columns, else spreadsheet.
func toolOf(name string, header []string) (tool, error) {
	keys := make([]string, len(header))
	for i, cell := range header {
		keys[i] = columnKey(cell)
	}
	inFile := func(column string) bool { return slices.Contains(keys, column) }
	for _, t := range append(slices.Clip(tools), spreadsheet) {
		switch {
		case t.name == name:
			return t, nil
		case name != "":
		case slices.ContainsFunc(t.marks, func(mark []string) bool {
			return !slices.ContainsFunc(mark, func(column string) bool { return !inFile(column) })
		}):
			if t.silent != "" && !inFile("subscription_status") {
				return t, errors.New("this file is from " + t.name + ". " + t.silent)
			}
			return t, nil
		}
	}
	if name != "" {
		return tool{}, optionErrorf("there is no tool %q; use one of %s", clip(name, 40), strings.Join(Tools(), ", "))
	}
	return spreadsheet, nil
}

// column returns Corridor's column for a column of the tool, or "".
func (t tool) column(key string) string {
	if isColumn(key) && t.columns[key] == "" {
		return key
	}
	if to := t.columns[key]; to != "" {
		return to
	}
	return spreadsheet.columns[key]
}

// mapped returns a tool with further columns, which staff have named: theirs to Corridor's.
func (t tool) mapped(columns map[string]string, header []string) (tool, error) {
	t.columns = maps.Clone(t.columns)
	for theirs, ours := range columns {
		to := columnKey(ours)
		if !isColumn(to) && to != firstName && to != lastName && to != notUsed {
			return t, optionErrorf("there is no column %q here; map to one of %s, first_name, last_name, or - for a column that is not used", clip(ours, 40), strings.Join(csvColumns, ", "))
		}
		if !slices.ContainsFunc(header, func(cell string) bool { return columnKey(cell) == columnKey(theirs) }) {
			return t, fmt.Errorf("the first line has no column %q to map", clip(theirs, 40))
		}
		t.columns[columnKey(theirs)] = to
	}
	return t, nil
}
