package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is a command with its exit status and texts of its output: standard output, or
// standard error when the status is not 0.
type step struct {
	args   string // separated by " | "
	status int
	want   []string
}

// play runs steps in order. A step with --json must print one JSON document.
func (term terminal) play(steps []step) {
	term.t.Helper()
	for _, s := range steps {
		args := strings.Split(s.args, " | ")
		out, complaints := term.run(s.status, args...)
		text := out
		if s.status != 0 {
			text = complaints
		}
		for _, want := range s.want {
			if !strings.Contains(text, want) {
				term.t.Errorf("%s: the output lacks %q:\n%s", s.args, want, text)
			}
		}
		if s.status == 0 && args[len(args)-1] == "--json" && !json.Valid([]byte(out)) {
			term.t.Errorf("%s printed no JSON document:\n%s", s.args, out)
		}
	}
}

// writeInput writes a file for a command and returns its path.
func writeInput(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArticlesOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, readersConfig)
	file := writeInput(t, "a.md", "# Pipelines of the steppe\n\nThe pipeline crosses the steppe.\n")
	term.play([]step{
		{"articles | import | " + file + " | --url | https://www.example.org/pipelines | --program | nope", 2, []string{`there is no program "nope"; known are eep, spp`}},
		{"articles | import | " + file + " | --url | https://www.example.org/pipelines | --program | eep | --news", 0, []string{"new", "Pipelines of the steppe", "https://www.example.org/pipelines"}},
		{"articles | import | " + file + " | --url | https://www.example.org/pipelines | --program | eep | --json", 0, []string{`"unchanged"`}},
		{"articles | list", 0, []string{"Pipelines of the steppe", "released"}},
		{"articles | list | --state | held | --json", 0, []string{"[]"}},
		{"articles | list | --program | eep | --json", 0, []string{`"programs"`, `"eep"`}},
		{"articles | list | --region | nowhere", 2, []string{`there is no region "nowhere"`}},
		{"articles | show | 1", 0, []string{"Pipelines of the steppe\nhttps://www.example.org/pipelines\n", "Programs: eep\n", "State: released\n", "The pipeline crosses the steppe."}},
		{"articles | show | 1 | --json", 0, []string{`"content_html"`, `"content_text"`}},
		{"articles | hold | 1", 0, []string{"held"}},
		{"articles | show | 1", 0, []string{"State: held\n"}},
		{"articles | release | 1 | --json", 0, []string{`"released"`}},
		{"articles | label | 1 | --program | none | --region | central-asia | --json", 0, []string{`"programs": []`, `"central-asia"`}},
		{"articles | label | 1 | --reset | --program | eep", 2, []string{"give either --reset, or --program and --region"}},
		{"articles | label | 1", 2, []string{"name labels with --program and --region"}},
		{"articles | label | 1 | --program | nope", 2, []string{`there is no program "nope"`}},
		{"articles | withdraw | 1", 0, []string{"withdrawn"}},
		{"gather | --source | nowhere", 2, []string{`there is no source "nowhere"`, "names none"}},
		{"gather | --json", 0, []string{"[]"}},
		{"feeds | export | --out | " + t.TempDir(), 0, []string{"files written to"}},
		{"feeds | export | --out | " + t.TempDir() + " | --json", 0, []string{`"files"`}},
		{"migrate | up", 0, []string{"the schema is up to date"}},
		{"migrate | status", 0, []string{"00001_articles"}},
		{"migrate | status | --json", 0, []string{`"applied"`}},
		{"migrate | down", 0, []string{"undid "}},
		{"migrate | status", 0, []string{"missing"}},
		{"no-such-command", 2, []string{"no-such-command"}},
	})
}

func TestSpecialsOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, readersConfig)
	article := writeInput(t, "a.md", "# Pipelines of the steppe\n\nThe pipeline crosses the steppe.\n")
	intro := writeInput(t, "intro.txt", "The conference begins on Friday.")
	html := filepath.Join(t.TempDir(), "special.html")
	term.play([]step{
		{"articles | import | " + article + " | --url | https://www.example.org/pipelines | --program | eep | --news", 0, nil},
		{"subscribers | add | eva@example.org | --program | eep | --frequency | daily", 0, nil},
		{"subscribers | add | sam@example.org | --program | spp | --frequency | weekly", 0, nil},

		{"special | create | --subject | Conference | --intro | a | --intro-file | " + intro, 2, []string{"give --intro or --intro-file, not both"}},
		{"special | create | --subject | Conference | --reader | lost@example.org", 1, []string{"lost@example.org"}},
		{"special | create | --subject | Conference | --received | 99", 1, []string{"99"}},
		{"special | create | --subject | Conference | --intro-file | " + intro + " | --article | 1 | --program | eep | --frequency | daily", 0, []string{"1\n"}},
		{"special | preview | 1", 0, []string{"Subject: Conference\n", "The conference begins on Friday.", "Pipelines of the steppe", "would go to 1 reader; it is not approved."}},
		{"special | edit | 1 | --subject | Conference on Friday | --reader | sam@example.org | --reader | eva@example.org", 0, []string{"Special edition 1 is changed."}},
		{"special | preview | 1 | --json", 0, []string{`"readers": 2`, `"subject": "Conference on Friday"`}},
		{"special | preview | 1 | --text | -", 0, []string{"The conference begins on Friday."}},
		{"special | preview | 1 | --html | " + html, 0, []string{"would go to 2 readers"}},
		{"special | approve | 1", 0, []string{"Special edition 1 is approved"}},
		{"special | preview | 1", 0, []string{"it is approved."}},
		{"special | send | 1 | --wait", 0, []string{"Conference on Friday", "finished"}},
		{"special | edit | 1 | --subject | Too late", 1, []string{"1"}},
		{"special | cancel | 1", 1, []string{"finished"}},
		{"editions | show | 1 | --json", 0, []string{`"sent": 2`, `"planned": 2`, `"reason": null`}},
		{"why | eva@example.org | 1", 0, []string{`eva@example.org got "Pipelines of the steppe"`}},
		{"why | sam@example.org | 1 | --json", 0, []string{`"got": true`}},
		{"why | lost@example.org | 1", 1, []string{"lost@example.org"}},

		{"special | create | --subject | Second | --intro | i | --received | 1 | --json", 0, []string{`"id": 2`}},
		{"special | send | 2 | --json", 0, []string{`"state": "sending"`, `"queued": 2`}},
		{"special | pause | 2", 0, []string{"Edition 2 is paused; 'corridor editions resume 2' resumes it."}},
		{"editions | show | 2", 0, []string{"paused (paused by staff)"}},
		{"editions | resume | 2", 0, []string{"Edition 2 is resumed."}},
		{"editions | pause | 2", 0, nil},
		{"special | send | 2 | --wait", 1, []string{"paused"}},
		{"editions | cancel | 2", 0, []string{"Edition 2 is cancelled."}},
		{"editions | list", 0, []string{"Conference on Friday", "Second", "cancelled"}},
		{"editions | list | --limit | 1 | --json", 0, []string{`"cancelled"`, `"skipped": 2`}},
		{"editions | uncertain | 2", 0, nil},
		{"editions | uncertain | 2 | --drop", 0, nil},
		{"editions | uncertain | 1 | --json", 0, []string{"[]"}},
		{"editions | uncertain | 2 | --resend", 1, []string{"edition 2 is cancelled and cannot be resent"}},
		{"editions | show | 99", 1, []string{"99"}},
	})
	if text, err := os.ReadFile(html); err != nil || !strings.Contains(string(text), "Pipelines of the steppe") {
		t.Errorf("the HTML part was not written: %v", err)
	}
	if mails := term.captured(); len(mails) != 2 {
		t.Errorf("%d emails were captured", len(mails))
	}
}

func TestDigestsOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, readersConfig)
	article := writeInput(t, "a.md", "# Pipelines of the steppe\n\nThe pipeline crosses the steppe.\n")
	term.play([]step{
		{"digest | plan | --frequency | daily", 0, []string{"would go to 0 of 0 readers"}},
		{"digest | send | --frequency | daily | --json", 0, []string{`"result": null`}},
		{"articles | import | " + article + " | --url | https://www.example.org/pipelines | --program | eep | --news", 0, nil},
		{"subscribers | add | eva@example.org | --program | eep | --frequency | weekly", 0, nil},
		{"digest | plan | --frequency | weekly | --now | yesterday", 2, []string{"yesterday"}},
		{"digest | plan | --frequency | weekly | --json", 0, []string{`"readers": 1`, "https://www.example.org/pipelines"}},
		{"digest | plan | --frequency | weekly", 0, []string{"would go to 1 of 1 reader", "https://www.example.org/pipelines"}},
		{"digest | send | --frequency | weekly | --wait", 0, []string{"1 reader, 1 variant", "finished"}},
		{"digest | send | --frequency | weekly", 0, []string{"0 readers, 0 variants", "finished"}},
		{"digest | send | --frequency | yearly", 2, []string{"yearly"}},
	})
	if mails := term.captured(); len(mails) != 1 {
		t.Errorf("%d emails were captured", len(mails))
	}
}

func TestSuppressionsOnTheCommandLine(t *testing.T) {
	term := newTerminal(t, readersConfig)
	out := filepath.Join(t.TempDir(), "readers.csv")
	kept := filepath.Join(t.TempDir(), "suppressions.csv")
	list := writeInput(t, "list.txt", "Ben <ben@example.org>; eva@example.org\nben@example\n")
	garbage := writeInput(t, "garbage.txt", "email\nnobody\n")
	term.play([]step{
		{"subscribers | list | --json", 0, []string{"[]"}},
		{"subscribers | add | eva@example.org | --program | eep | --frequency | daily", 0, nil},
		{"subscribers | add | sam@example.org", 0, nil},
		{"suppressions | add", 2, []string{"name an address, or an event with --event"}},
		{"suppressions | add | eva@example.org | --detail | by phone", 0, []string{"eva@example.org will get no email"}},
		{"suppressions | list", 0, []string{"eva@example.org", "staff", "by phone"}},
		{"suppressions | list | --json", 0, []string{`"reason": "staff"`}},
		{"subscribers | list", 0, []string{"eva@example.org", "sam@example.org", "Asia/Baku"}},
		{"subscribers | list | --state | active | --frequency | daily | --json", 0, []string{`"suppressed":"staff"`}},
		{"suppressions | lift | eva@example.org", 0, []string{"eva@example.org may get email again"}},
		{"suppressions | lift | eva@example.org", 1, []string{"eva@example.org is not suppressed"}},
		{"suppressions | add | --event | 7:example.org", 1, []string{"there is no event 7:example.org"}},
		{"suppressions | lift | --event | 7:example.org", 1, []string{"there is no event 7:example.org"}},
		{"suppressions | import | " + list + " | --reason | asked", 1, []string{"line 2: the domain", "1 of 3 rows wrong"}},
		{"suppressions | import | " + kept + " | --json", 1, []string{"no such file"}},
		{"suppressions | list | --json", 0, []string{`"email": "ben@example.org"`, `"reason": "asked"`, `"source": "import"`}},
		{"suppressions | import | " + garbage, 1, []string{"no row was understood"}},
		{"suppressions | import | " + garbage + " | --reason | erased", 2, []string{"erased"}},
		{"suppressions | export", 0, []string{"email,reason,detail,source,event,at,hash\n", "ben@example.org,asked,,import,,"}},
		{"suppressions | export | --out | " + kept, 0, []string{"2 suppressions written to " + kept}},
		{"suppressions | import | " + kept, 0, []string{"2 rows read: 0 suppressed, 2 suppressed before, 0 wrong"}},
		{"suppressions | import | " + kept + " | --json", 0, []string{`"rows": 2`, `"known": 2`}},
		{"suppressions | lift | eva@example.org", 0, nil},
		{"subscribers | suppress | eva@example.org", 0, nil},
		{"subscribers | suppress | eva@example.org | --lift", 0, nil},
		{"subscribers | export | --out | " + out, 0, []string{"2 readers written to " + out}},
		{"subscribers | export | lost@example.org", 1, []string{"lost@example.org"}},
		{"subscribers | erase | sam@example.org | --yes", 0, []string{"erased"}},
		{"subscribers | show | sam@example.org", 1, []string{"sam@example.org"}},
	})
	if text, err := os.ReadFile(out); err != nil || !strings.Contains(string(text), "sam@example.org") {
		t.Errorf("the export was not written: %v\n%s", err, text)
	}
}
