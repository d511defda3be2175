package subscribers

import (
	"fmt"
	"slices"
	"strings"
)

// Columns in which other tools say that a person does not want emails, by name without
// separators. A row that says so never makes an active reader.
var (
	// leftColumns hold a mark or a time when a person has opted out.
	leftColumns = []string{
		"unsubscribed", "unsubscribedat", "unsubscribedon", "unsubscribeddate", "unsubscribedtime", "unsubscribe", "unsubscribedate", "unsubscribetime",
		"unsubscribedfromallemail", "unsubscribedfromall", "isunsubscribed", "unsub", "unsubtime", "unsubdate", "unsubbed", "dateunsubscribed", "globalunsubscribe",
		"globallyunsubscribed", "optout", "optedout", "optoutat", "optedoutat", "optouttime", "optoutdate", "isoptout", "emailoptout", "emailoptedout",
		"hasoptedoutofemail", "hsemailoptout", "optedoutofemail", "smsoptout", "newsletteroptout", "marketingoptout", "emaildisabled", "emailsdisabled",
		"emailblacklisted", "blacklisted", "blocklisted", "emailblocklisted", "isblacklisted", "isblocked", "blocked", "banned", "disabled", "isdisabled", "donotemail",
		"donotcontact", "donotmail", "nomail", "noemail", "leftat", "cancelled", "canceled", "cancelledat", "canceledat", "deletedat", "deleted", "removed", "removedat", "archived",
		"inactive", "isinactive",
	}
	// bouncedColumns and complainedColumns hold a mark or a time when that happened.
	bouncedColumns = []string{
		"bounced", "bouncedat", "isbounced", "emailbounced", "hardbounce", "hardbounced", "hardbouncedat", "bounce", "cleaned", "cleanedat", "cleantime",
		"undeliverable", "invalidemail", "emailinvalid",
	}
	complainedColumns = []string{
		"complained", "complainedat", "complaint", "complaintat", "spam", "isspam", "spamcomplaint", "spamreport", "markedasspam", "reportedspam", "abuse", "abusereport",
	}
	// wantedColumns say whether a person wants emails. Where such a cell is empty nobody
	// has said so.
	wantedColumns = []string{
		"subscribed", "issubscribed", "subscribedtoemails", "subscribedtoemail", "subscribedtonewsletter", "emailsubscribed", "newslettersubscribed", "optin", "optedin",
		"isoptin", "isoptedin", "emailoptin", "emailoptedin", "newsletteroptin", "marketingoptin", "emailenabled", "emailsenabled", "enabled", "isenabled", "active", "isactive",
		"acceptsmarketing", "acceptsemailmarketing", "emailmarketingconsent", "marketingconsent", "gdprconsent", "mailable", "canemail", "receiveemails", "receivesemails",
		"receivenewsletter", "sendemail", "sendemails", "emailpermission",
	}
	// statusColumns hold a word like that of our column status.
	statusColumns = []string{
		"subscriptionstatus", "emailstatus", "subscriberstatus", "newsletterstatus", "contactstatus", "liststatus", "memberstatus", "emailsubscriptionstatus", "marketingstatus",
		"emailmarketingstatus", "subscribestatus", "mailstatus", "optinstatus", "globalstatus", "subscribertype",
	}
	// suspectParts are parts of names of columns that may say the same in a way that is
	// not known here.
	suspectParts = []string{"unsub", "optout", "optedout", "bounce", "complain", "spam", "suppress", "blacklist", "blocklist", "donot", "abuse"}
	// plainRefusals are words of statusWords that say the same in a column of any name.
	plainRefusals = []string{
		"unsubscribed", "optedout", "bounced", "hardbounce", "hardbounced", "cleaned", "complained", "markedasspam", "spamcomplaint", "blocklisted", "blacklisted", "suppressed",
	}
)

// optColumn is what a column says of a person's wish for emails.
type optColumn int

const (
	optNone optColumn = iota
	optLeft
	optBounced
	optComplained
	optWanted
	optStatus
	optSuspect
)

func optColumnOf(name string) optColumn {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	for kind, names := range map[optColumn][]string{
		optLeft: leftColumns, optBounced: bouncedColumns, optComplained: complainedColumns, optWanted: wantedColumns, optStatus: statusColumns,
	} {
		if slices.Contains(names, name) {
			return kind
		}
	}
	if slices.ContainsFunc(suspectParts, func(part string) bool { return strings.Contains(name, part) }) {
		return optSuspect
	}
	return optNone
}

// statusWords are words of a column status, ours and those of other tools.
var statusWords = map[string]standingWord{
	"active": {state: Active}, "subscribed": {state: Active}, "confirmed": {state: Active}, "enabled": {state: Active},
	"pending": {state: Pending}, "unconfirmed": {state: Pending},
	"left": {state: Left}, "unsubscribed": {state: Left}, "unsubscribe": {state: Left}, "optedout": {state: Left}, "optout": {state: Left}, "inactive": {state: Left},
	"disabled": {state: Left}, "deleted": {state: Left}, "removed": {state: Left}, "archived": {state: Left}, "cancelled": {state: Left}, "canceled": {state: Left},
	"nonsubscribed": {state: Left}, "notsubscribed": {state: Left}, "never": {state: Left}, "neversubscribed": {state: Left},
	"blocked": {Left, "staff"}, "blocklisted": {Left, "staff"}, "blacklisted": {Left, "staff"}, "banned": {Left, "staff"},
	"bounced": {Left, "hard_bounce"}, "bounce": {Left, "hard_bounce"}, "hardbounce": {Left, "hard_bounce"}, "hardbounced": {Left, "hard_bounce"}, "cleaned": {Left, "hard_bounce"},
	"undeliverable": {Left, "hard_bounce"}, "invalid": {Left, "hard_bounce"},
	"complained": {Left, "complaint"}, "complaint": {Left, "complaint"}, "spam": {Left, "complaint"}, "markedasspam": {Left, "complaint"}, "spamcomplaint": {Left, "complaint"},
	"abuse": {Left, "complaint"}, "junk": {Left, "complaint"},
}

// standingWord is a state, and the reason of a suppression beside it.
type standingWord struct {
	state      State
	suppressed string
}

// letters is a word without separators, in lower case.
func letters(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// yesOrNo reads a cell that is a mark, a time or a word. Every other text is a yes to
// leftColumns and unknown to wantedColumns.
func yesOrNo(cell string) (yes, no bool) {
	switch letters(cell) {
	case "", "0", "false", "no", "n", "f", "off", "null", "none", "nil", "undefined", "never", "na", "n/a", "—", "–", "00000000", "0000000000:00:00":
		return false, true
	case "1", "true", "yes", "y", "t", "on", "x", "✓", "subscribed", "optedin", "confirmed", "active", "enabled":
		return true, false
	}
	_, ok := readTime(cell)
	return ok, false
}

// optOut reads what a cell of such a column says. The reason names a cell that cannot be
// read, which may be an opt-out.
func optOut(kind optColumn, cell string) (w standingWord, reason string) {
	yes, no := yesOrNo(cell)
	switch kind {
	case optLeft, optBounced, optComplained:
		if no {
			return w, ""
		}
		return map[optColumn]standingWord{optLeft: {state: Left}, optBounced: {Left, "hard_bounce"}, optComplained: {Left, "complaint"}}[kind], ""
	case optWanted:
		switch word, known := statusWords[letters(cell)]; {
		case yes:
			return w, ""
		case strings.TrimSpace(cell) == "":
			return w, "nobody has said whether this person wants emails; write yes or no"
		case no || known && word.state == Left:
			return standingWord{state: Left, suppressed: word.suppressed}, ""
		}
		return w, fmt.Sprintf("%q is neither yes nor no", clip(cell, 40))
	case optStatus:
		if strings.TrimSpace(cell) == "" {
			return w, ""
		}
		word, known := statusWords[letters(cell)]
		if !known {
			return w, fmt.Sprintf("%q is no status that is known here; write active, pending, left or suppressed", clip(cell, 40))
		}
		if word.state != Left {
			return w, ""
		}
		return word, ""
	case optSuspect, optNone:
		if kind == optSuspect && !no || slices.Contains(plainRefusals, letters(cell)) {
			return w, "this column may say that the person does not want emails; write status left in such rows, and take the column out"
		}
	}
	return w, ""
}
