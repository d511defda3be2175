package subscribers

import (
	"fmt"
	"slices"
	"strings"
)

// The answers to the question whether a reader wants everything. An empty preference set
// means everything, so a form without any box ticked needs the answer.
const (
	ChoiceAll   = "all"
	ChoiceThese = "these" // the programs and regions that are named
)

// Choose applies the answer of a form to p. "all" clears programs and regions; "these"
// needs at least one of them. Without an answer, what p names is chosen, and everything
// when p names nothing. The error is nil or [Invalid].
func Choose(choice string, p Preferences) (Preferences, error) {
	switch choice = strings.ToLower(strings.TrimSpace(choice)); choice {
	case "":
	case ChoiceAll:
		p.Programs, p.Regions = nil, nil
	case ChoiceThese:
		if named := func(s string) bool { return strings.TrimSpace(s) != "" }; !slices.ContainsFunc(p.Programs, named) && !slices.ContainsFunc(p.Regions, named) {
			return p, Invalid{{"choice", "nothing is chosen yet; tick at least one, or choose Everything"}}
		}
	default:
		return p, Invalid{{"choice", fmt.Sprintf("%q is neither all nor these", clip(choice, 40))}}
	}
	return p, nil
}
