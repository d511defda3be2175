package editions

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAlertsNameTheCommandsToChooseFrom(t *testing.T) {
	for _, test := range []struct {
		troubled Troubled
		want     [2]string
	}{
		{Troubled{ID: 7, Subject: "News", State: "held", Reason: "overdue"}, [2]string{
			"Edition 7, \"News\", is held: overdue.\nSend it: corridor editions resume 7\nCancel it: corridor editions cancel 7",
		}},
		{Troubled{ID: 7, Subject: "News", State: "finished", Uncertain: 3}, [2]string{
			"", "Edition 7, \"News\", has 3 deliveries with an unknown result: the connection or the sender ended before the answer came.\nList them: corridor editions uncertain 7\n" +
				"Send them once more: corridor editions uncertain 7 --resend\nDo not send them again: corridor editions uncertain 7 --drop",
		}},
	} {
		if diff := cmp.Diff(test.want, [2]string{test.troubled.HeldAlert(), test.troubled.UncertainAlert()}); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.troubled, diff)
		}
	}
}
