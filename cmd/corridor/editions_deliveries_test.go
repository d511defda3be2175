package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"

	"corridor/mailer/sink"
)

// deliveries are the rows of editions deliveries.
func (term terminal) deliveries(id string, args ...string) (list []map[string]any) {
	term.t.Helper()
	out, _ := term.run(0, append([]string{"editions", "deliveries", id, "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		term.t.Fatal(out, err)
	}
	return list
}

// Staff see the words of the mail server, and send once more to the readers that an edition
// did not reach.
func TestARetryReachesTheRest(t *testing.T) {
	var healed atomic.Bool
	term := newMailing(t, 12, func(stage, to string) string {
		switch {
		case stage != sink.RCPT || healed.Load():
		case to == "r1@example.net" || to == "r2@example.net":
			return "552 5.2.2 =HYPERLINK() the mailbox is\x1b[2J over quota"
		case to == "r3@example.net":
			return "550 5.1.1 No such user"
		}
		return ""
	})
	_, errs := term.run(1, "special", "send", "1", "--wait")
	if !strings.Contains(errs, "edition 1: 2 failed, 0 uncertain") {
		t.Errorf("said: %s", errs)
	}
	failed := term.deliveries("1", "--state", "failed")
	if len(failed) != 2 {
		t.Fatalf("failed: %v", failed)
	}
	row := failed[0]
	if row["email"] != "r1@example.net" || row["state"] != "failed" || row["stage"] != "RCPT" || row["code"] != 552.0 || row["enhanced"] != "5.2.2" ||
		!strings.Contains(row["reply"].(string), "over quota") || row["relay"] == "" || row["attempts"] != 1.0 || row["at"] == nil {
		t.Errorf("%v", row)
	}
	if got := term.deliveries("1", "--state", "failed,bounced", "--domain", "EXAMPLE.net"); len(got) != 3 {
		t.Errorf("%v", got)
	}
	if got := term.deliveries("1", "--state", "complained"); got == nil || len(got) != 0 {
		t.Errorf("%v, want an empty array", got)
	}
	out, _ := term.run(0, "editions", "deliveries", "1", "--state", "failed", "--csv")
	if rows, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || len(rows) != 3 || rows[0][0] != "email" || !strings.HasPrefix(rows[1][5], "'=HYPERLINK()") {
		t.Errorf("%v, %v", rows, err)
	}
	term.play([]step{
		{"editions | deliveries | 1", 0, []string{"EMAIL", "r1@example.net", "the mailbox is [2J over quota", "r9@example.net"}},
		{"editions | deliveries | 1 | --state | lost", 2, []string{"lost"}},
		{"editions | deliveries | 1 | --domain | exa mple", 2, []string{"--domain"}},
		{"editions | deliveries | 9", 1, []string{"there is no edition 9"}},
		{"editions | show | 1 | --json", 0, []string{`"failed": 2`, `"bounced": 1`, `"complained": 0`, `"reason": null`, `"state": "finished"`}},
	})
	healed.Store(true)
	term.play([]step{
		{"editions | retry | 1", 0, []string{"2 deliveries of edition 1 will be sent once more.", "1 left out: suppressed."}},
		{"editions | retry | 1 | --json", 0, []string{`"queued": 0`, `"suppressed": 1`}},
		{"editions | show | 1 | --json", 0, []string{`"state": "sending"`, `"queued": 2`}},
		{"special | send | 1 | --wait", 0, []string{"finished"}}, // bounced does not count
		{"editions | retry | 1 | --state | bounced", 0, []string{"0 deliveries", "1 left out: suppressed."}},
		{"suppressions | lift | r3@example.net", 0, nil},
		{"editions | retry | 1 | --state | bounced", 0, []string{"1 delivery of edition 1"}},
		{"special | send | 1 | --wait", 0, []string{"finished"}},
		{"editions | retry | 1", 0, []string{"0 deliveries"}},
		{"editions | retry | 9", 1, []string{"there is no edition 9"}},
		{"editions | retry | 1 | --state | sent", 2, []string{"sent"}},
	})
	if e := term.edition("1"); e["sent"] != 12.0 || e["failed"] != 0.0 || e["bounced"] != 0.0 {
		t.Errorf("%v", e)
	}
	if got := term.deliveries("1"); len(got) != 12 || got[1]["attempts"] != 2.0 || got[0]["attempts"] != 1.0 {
		t.Errorf("%v", got)
	}
}
