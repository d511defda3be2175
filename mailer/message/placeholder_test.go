package message

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// names lists the placeholders that a part is split at.
func names(t testing.TB, part string, places []int64) string {
	t.Helper()
	segments, err := Segments(part, places)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, s := range segments[:len(segments)-1] {
		list = append(list, s.Name)
	}
	return strings.Join(list, " ")
}

// Renderings without offsets have a word joiner within each "{{" of a text.
func TestOlderRenderings(t *testing.T) {
	joined := func(text string) string { return strings.ReplaceAll(text, "{{", "{\u2060{") }
	for text, want := range map[string]string{
		"":                                     "",
		"{{corridor:preferences_url}}":         "",
		"{{{corridor:preferences_url}}":        "",
		"{{{{corridor:preferences_url}}":       "",
		"{{{{{corridor:preferences_url}}":      "",
		"{{{corr{{{corridor:why}}idor:why}}":   "",
		"{{{corridor:{{{corridor:view_url}}}}": "",
		"{ {corridor:why}}":                    "",
	} {
		part := "<p>{{corridor:greeting}}</p>" + joined(text) + `<a href="{{corridor:view_url}}">{{corridor:other}}</a>`
		if got := names(t, part, nil); got != strings.TrimSpace("greeting "+want+"view_url") {
			t.Errorf("%q has the placeholders %s", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{"{", "{{", "{{{", "corridor:", "why", "}}", "{{corridor:why}}", "\u2060", "x"})).Draw(t, "text")
		segments, err := Segments(">"+joined(strings.Join(pieces, ""))+"<", nil)
		if err != nil || len(segments) != 1 {
			t.Fatalf("text is taken for a placeholder: %q, %v", segments, err)
		}
	})
}

func TestPlacesDecide(t *testing.T) {
	part := "{{corridor:why}} {{corridor:why}}"
	for places, want := range map[int64]string{0: "why", 17: "why"} {
		if got := names(t, part, []int64{places}); got != want {
			t.Errorf("at %d: %q", places, got)
		}
	}
	if got := names(t, part, []int64{}); got != "" {
		t.Errorf("without an offset: %q", got)
	}
	for _, wrong := range [][]int64{{1}, {-1}, {99}, {17, 0}, {0, 3}} {
		if _, err := Segments(part, wrong); err == nil {
			t.Errorf("the offsets %v are taken", wrong)
		}
	}
}
