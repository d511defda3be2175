package corridor_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// oneRule lists SQL expressions of rules that stand once, with the files that may have them.
var oneRule = []struct {
	rule, use  string
	expression *regexp.Regexp
	files      []string
}{
	{
		"a reader's suppression", "subscribers.SuppressionOf",
		regexp.MustCompile(`address_hash\s*=\s*sha256\(convert_to\(s\.folded`),
		[]string{"subscribers/suppress.go", "mailer/deliveries/record.go"}, // mailer does not import subscribers
	},
	{
		"an article's date", "articles.DateSQL",
		regexp.MustCompile(`(?i)(LEAST|COALESCE)\(published`),
		[]string{"articles/date.go"},
	},
}

// A rule in SQL stands in one place, so that no other place disagrees with it.
func TestOneRuleOnePlace(t *testing.T) {
	found := make([]int, len(oneRule))
	eachFile(t, func(path string) {
		if isTest(path) {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range oneRule {
			n := len(r.expression.FindAll(text, -1))
			found[i] += n
			if allowed := slices.Contains(r.files, filepath.ToSlash(path)); n > 1 || n > 0 && !allowed {
				t.Errorf("%s: %s stands here, %d times; use %s", path, r.rule, n, r.use)
			}
		}
	}, ".go")
	for i, r := range oneRule {
		if found[i] == 0 {
			t.Errorf("%s stands nowhere; has its expression changed?", r.rule)
		}
	}
}
