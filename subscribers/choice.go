package subscribers

import (
	"fmt"
	"slices"
	"strings"
)

// The values of a form's field choice: whether a reader wants all articles. An empty
// preference set means all articles, so the field tells apart a reader that wants all and
// a reader that ticked no box.
const (
	ChoiceAll   = "all"
	ChoiceThese = "these" // the named programs and regions
)

// Choose applies a form's choice to p. "all" clears programs and regions; "these" needs at
// least one of them; "" leaves p unchanged. The error is nil or [Invalid].
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
