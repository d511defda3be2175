package subscribers

import (
	"fmt"
	"slices"
	"strings"
)

// Columns in which other tools record that a person does not want emails, by name without
// separators. A row with an opt-out never makes an active reader.
var (
	// leftColumns hold a yes or a time when a person has opted out.
	leftColumns = []string{
		"unsubscribed", "unsubscribedat", "unsubscribedon", "unsubscribeddate", "unsubscriptiondate", "unsubscribedtime", "unsubscribe", "unsubscribedate", "unsubscribetime",
		"unsubscribedfromallemail", "unsubscribedfromall", "isunsubscribed", "unsub", "unsubtime", "unsubdate", "unsubbed", "dateunsubscribed", "globalunsubscribe",
		"globallyunsubscribed", "optout", "optedout", "optoutat", "optedoutat", "optouttime", "optoutdate", "isoptout", "emailoptout", "emailoptedout",
		"hasoptedoutofemail", "hsemailoptout", "optedoutofemail", "smsoptout", "newsletteroptout", "marketingoptout", "emaildisabled", "emailsdisabled",
		"emailblacklisted", "blacklisted", "blocklisted", "emailblocklisted", "isblacklisted", "isblocked", "blocked", "banned", "disabled", "isdisabled", "donotemail",
		"donotcontact", "donotmail", "nomail", "noemail", "left", "leftat", "lefton", "leftdate", "dateleft", "baja", "cancelled", "canceled", "cancelledat", "canceledat", "deletedat", "deleted", "removed", "removedat", "archived",
		"inactive", "isinactive",
	}
	// bouncedColumns and complainedColumns hold a yes or a time after a bounce or complaint.
	bouncedColumns = []string{
		"bounced", "bouncedat", "isbounced", "emailbounced", "hardbounce", "hardbounced", "hardbouncedat", "bounce", "cleaned", "cleanedat", "cleantime",
		"undeliverable", "undeliverabilitydate", "invalidemail", "emailinvalid",
	}
	complainedColumns = []string{
		"complained", "complainedat", "complaint", "complaintat", "spam", "isspam", "spamcomplaint", "spamreport", "markedasspam", "reportedspam", "abuse", "abusereport",
	}
	// wantedColumns say whether a person wants emails. An empty cell does not say so.
	wantedColumns = []string{
		"subscribed", "issubscribed", "subscribedtoemails", "subscribedtoemail", "subscribedtonewsletter", "emailsubscribed", "newslettersubscribed", "optin", "optedin",
		"isoptin", "isoptedin", "emailoptin", "emailoptedin", "newsletteroptin", "marketingoptin", "emailenabled", "emailsenabled", "enabled", "isenabled", "active", "isactive",
		"acceptsmarketing", "acceptsemailmarketing", "emailmarketingconsent", "marketingconsent", "gdprconsent", "mailable", "canemail", "receiveemails", "receivesemails",
		"receivenewsletter", "sendemail", "sendemails", "emailpermission",
	}
	// statusColumns hold a word like Corridor's column status.
	statusColumns = []string{
		"subscriptionstatus", "emailstatus", "subscriberstatus", "newsletterstatus", "contactstatus", "liststatus", "memberstatus", "emailsubscriptionstatus", "marketingstatus",
		"emailmarketingstatus", "subscribestatus", "mailstatus", "optinstatus", "globalstatus", "subscribertype",
	}
	// suspectParts are parts of column names, beside refusalStems. Such a column may hold
	// opt-outs in a form that Corridor does not know.
	suspectParts = []string{
		"unsub", "optout", "optedout", "bounce", "complain", "spam", "suppress", "blacklist", "blocklist", "donot", "abuse", "undeliver", "fechabaja", "cancelad",
	}
	// askedParts are parts of names of columns that may say whether a person wants emails, beside
	// askedStems. Only a no in such a column may be an opt-out.
	askedParts = []string{"optin", "consent", "gdpr", "newsletter", "mailok", "mailing", "wants", "permission", "allowemail", "acceptsemail", "contactable", "subscribe", "notification"}
	// askedColumns are names of such columns whose parts may be in other names as well.
	askedColumns = []string{
		"marketing", "confirmed", "isconfirmed", "emailconfirmed", "subscriptionconfirmed", "verified", "isverified", "emailverified",
	}
	// plainRefusals are words that may mean an opt-out in a column of any name.
	plainRefusals = []string{
		"unsubscribed", "unsubscribe", "notsubscribed", "nonsubscribed", "optedout", "optout", "bounced", "hardbounce", "hardbounced", "cleaned", "complained", "markedasspam",
		"spamcomplaint", "spammy", "blocklisted", "blacklisted", "blocked", "banned", "suppressed", "removed", "undeliverable", "unactivated", "unconfirmed", "withdrawn", "revoked", "stop",
	}
)

// optColumn is the kind of a column that may hold opt-outs.
type optColumn int

const (
	optNone optColumn = iota
	optLeft
	optBounced
	optComplained
	optWanted
	optStatus
	optAsked
	optSuspect
)

// unsure reports whether the meaning of the column is not known.
func (k optColumn) unsure() bool { return k == optNone || k == optAsked || k == optSuspect }

func optColumnOf(name string) optColumn {
	name = bareLetters(name)
	for kind, names := range map[optColumn][]string{
		optLeft: leftColumns, optBounced: bouncedColumns, optComplained: complainedColumns, optWanted: wantedColumns, optStatus: statusColumns,
	} {
		if slices.Contains(names, name) {
			return kind
		}
	}
	switch {
	case hasStem(name, suspectParts), hasStem(name, refusalStems):
		return optSuspect
	case hasStem(name, askedParts), hasStem(name, askedStems), slices.Contains(askedColumns, name):
		return optAsked
	}
	return optNone
}

// statusWords are the words of a column status, in Corridor and in other tools.
var statusWords = map[string]standingWord{
	suppressedStatus: {Left, ByStaff},
	"active":         {state: Active}, "subscribed": {state: Active}, "confirmed": {state: Active}, "enabled": {state: Active},
	"pending": {state: Pending}, "unconfirmed": {state: Pending},
	"left": {state: Left}, "unsubscribed": {state: Left}, "unsubscribe": {state: Left}, "optedout": {state: Left}, "optout": {state: Left}, "inactive": {state: Left},
	"disabled": {state: Left}, "deleted": {state: Left}, "removed": {state: Left}, "archived": {state: Left}, "cancelled": {state: Left}, "canceled": {state: Left},
	"nonsubscribed": {state: Left}, "notsubscribed": {state: Left}, "never": {state: Left}, "neversubscribed": {state: Left},
	"blocked": {Left, ByStaff}, "blocklisted": {Left, ByStaff}, "blacklisted": {Left, ByStaff}, "banned": {Left, ByStaff},
	"bounced": {Left, HardBounce}, "bounce": {Left, HardBounce}, "hardbounce": {Left, HardBounce}, "hardbounced": {Left, HardBounce}, "cleaned": {Left, HardBounce},
	"undeliverable": {Left, HardBounce}, "invalid": {Left, HardBounce},
	"complained": {Left, Complaint}, "complaint": {Left, Complaint}, "spam": {Left, Complaint}, "markedasspam": {Left, Complaint}, "spamcomplaint": {Left, Complaint},
	"abuse": {Left, Complaint}, "junk": {Left, Complaint},
}

// status returns the meaning of a word in a column of statuses.
func (t tool) status(cell string) (word standingWord, known bool) {
	if word, known = t.words[bareWord(cell)]; !known {
		word, known = statusWords[bareWord(cell)]
	}
	return word, known
}

// standingWord is a state, with the reason of a suppression if there is one.
type standingWord struct {
	state      State
	suppressed Reason
}

// bareWord returns s without separators, in lower case.
func bareWord(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// yesOrNo parses a cell that holds a yes, a no or a time. A time is a yes. For any other
// text both results are false: a cell of leftColumns is then an opt-out, and a cell of
// wantedColumns is an error.
func yesOrNo(cell string) (yes, no bool) {
	switch bareWord(cell) {
	case "", "0", "false", "no", "n", "f", "off", "null", "none", "nil", "undefined", "never", "na", "n/a", "—", "–", "[]", "{}", "00000000", "0000000000:00:00":
		return false, true
	case "1", "true", "yes", "y", "t", "on", "x", "✓", "subscribed", "optedin", "confirmed", "active", "enabled":
		return true, false
	}
	word := bareLetters(cell)
	_, ok := readTime(cell)
	return ok || slices.Contains(yesWords, word), slices.Contains(noWords, word)
}

// optOut parses a cell of a column of the given kind. The reason is not empty for a cell
// that is not understood and may be an opt-out.
func optOut(kind optColumn, cell string, t tool) (w standingWord, reason string) {
	yes, no := yesOrNo(cell)
	switch kind {
	case optLeft, optBounced, optComplained:
		if no {
			return w, ""
		}
		return map[optColumn]standingWord{optLeft: {state: Left}, optBounced: {Left, HardBounce}, optComplained: {Left, Complaint}}[kind], ""
	case optWanted:
		switch word, known := t.status(cell); {
		case yes:
			return w, ""
		case strings.TrimSpace(cell) == "":
			return w, "it is unknown whether this person wants emails; write yes or no"
		case no || known && word.state == Left:
			return standingWord{state: Left, suppressed: word.suppressed}, ""
		}
		return w, fmt.Sprintf("%q is neither yes nor no", clip(cell, 40))
	case optStatus:
		if strings.TrimSpace(cell) == "" {
			return w, ""
		}
		word, known := t.status(cell)
		if !known {
			return w, fmt.Sprintf("%q is no status that is known here; write active, pending, left or suppressed", clip(cell, 40))
		}
		return word, ""
	case optSuspect, optAsked, optNone:
		said := strings.TrimSpace(cell) != ""
		if kind == optSuspect && !no || kind == optAsked && no && said || refuses(cell) {
			return w, "this column may say that the person does not want emails; write status left in such rows, and take the column out"
		}
	}
	return w, ""
}
