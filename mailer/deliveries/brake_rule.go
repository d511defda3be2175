package deliveries

import "slices"

// BrakeRule is the rule by which the brake of a relay closes.
type BrakeRule struct {
	Share   float64 // of refusals among the last answers of the relay, over 0 and up to 1
	Answers int     // number of last answers that are looked at
}

// leastRefusals is the number of refusals below which the brake stays open.
const leastRefusals = 5

// anyRecipient stands in relays.answers for a refusal that depends on no recipient.
const anyRecipient = "-"

// answers are the last answers of a relay, oldest first: the key of the refused delivery,
// or empty for an answer that does not refuse us.
type answers []string

// has reports whether the refused delivery was refused before. A refusal that depends on no
// recipient is always another one.
func (a answers) has(r Refusal) bool { return r.key() != anyRecipient && slices.Contains(a, r.key()) }

// with returns the last most answers after a refusal and the others before it. A delivery
// that was refused before counts only if again is true.
func (a answers) with(r Refusal, again bool, most int) answers {
	next := slices.Clone(a)
	for range min(r.Others, most) {
		next = append(next, "")
	}
	if again || !a.has(r) {
		next = append(next, r.key())
	}
	return next[max(len(next)-most, 0):]
}

// demand reports whether the answers close the brake.
func (a answers) demand(rule BrakeRule) bool {
	refusals := 0
	for _, key := range a {
		if key != "" {
			refusals++
		}
	}
	return refusals >= leastRefusals && float64(refusals) >= rule.Share*float64(len(a))
}
