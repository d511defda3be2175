package editions

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDocumentsAreTheJSONOfTheCommandLine(t *testing.T) {
	baku, err := time.LoadLocation("Asia/Baku")
	if err != nil {
		t.Fatal(err)
	}
	started := time.Date(2026, 5, 4, 3, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name     string
		document any
		want     string
	}{
		{
			"held edition", Edition{ID: 7, Kind: "special", Subject: "News", State: "held", Reason: "overdue", Started: started}.Document(baku),
			`{"id":7,"kind":"special","subject":"News","state":"held","planned":0,"queued":0,"sending":0,"sent":0,"deferred":0,"failed":0,"bounced":0,"skipped":0,"uncertain":0,"complained":0,"bytes":0,` +
				`"reason":"overdue","started":"2026-05-04T07:00:00+04:00","finished":null}`,
		},
		{
			"reason of the past", Edition{ID: 7, State: "finished", Reason: "overdue", Finished: started}.Document(time.UTC),
			`{"id":7,"kind":"","subject":"","state":"finished","planned":0,"queued":0,"sending":0,"sent":0,"deferred":0,"failed":0,"bounced":0,"skipped":0,"uncertain":0,"complained":0,"bytes":0,` +
				`"reason":null,"started":null,"finished":"2026-05-04T03:00:00Z"}`,
		},
		{
			"plan", (&Plan{Edition: 7, Frequency: Daily, Start: started, Readers: 3, Variants: []PlannedVariant{{URLs: []string{"https://a.example/1"}, Readers: 3}}}).Document(baku),
			`{"edition":7,"frequency":"daily","period_start":"2026-05-04T07:00:00+04:00","readers":3,"variants":[{"articles":["https://a.example/1"],"readers":3}]}`,
		},
		{
			"nothing to send", (&Plan{Frequency: Weekly, Start: started}).Document(time.UTC),
			`{"edition":null,"frequency":"weekly","period_start":"2026-05-04T03:00:00Z","readers":0,"variants":[]}`,
		},
	} {
		got, err := json.Marshal(test.document)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.name, err, got, test.want)
		}
	}
}
