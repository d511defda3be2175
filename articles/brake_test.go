package articles

import (
	"testing"
	"time"
)

func TestBrakeCloses(t *testing.T) {
	limits := BrakeLimits{Share: 0.3, Least: 10}
	for name, c := range map[string]struct {
		tally tally
		want  bool
	}{
		"nothing":                      {tally{Known: 100, Met: 100}, false},
		"few of few":                   {tally{Known: 9, Met: 9, Changed: 9}, false},
		"all of ten":                   {tally{Known: 10, Met: 10, Changed: 10}, true},
		"below the share":              {tally{Known: 40, Met: 40, Changed: 11}, false},
		"at the share":                 {tally{Known: 40, Met: 40, Changed: 12}, true},
		"of different kinds":           {tally{Known: 40, Met: 40, Changed: 4, Withdrawn: 4, Old: 4}, true},
		"withdrawn":                    {tally{Known: 40, Met: 40, Withdrawn: 12}, true},
		"released again":               {tally{Known: 10, Met: 10, Returned: 20}, true},
		"a feed of the newest":         {tally{Known: 1000, Met: 20, Changed: 12}, true},
		"a corner of a large site":     {tally{Known: 1000, Met: 1000, Changed: 200}, false},
		"the missing of a large feed":  {tally{Known: 1000, Met: 32, Withdrawn: 12}, false},
		"a busy day":                   {tally{Known: 20, Met: 20, News: 12, Usual: 15}, false},
		"a flood with today's date":    {tally{Known: 20, Met: 20, News: 16, Usual: 15}, true},
		"an archive":                   {tally{Known: 20, Met: 20, Old: 10, Usual: 15}, true},
		"a busy day beside some edits": {tally{Known: 20, Met: 20, News: 12, Usual: 15, Changed: 5}, false},
	} {
		if got := limits.closes(c.tally); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (BrakeLimits{}).closes(tally{Known: 10, Met: 10, Changed: 10}) {
		t.Error("without limits there is no brake")
	}
}

func TestUsualNews(t *testing.T) {
	for _, c := range []struct {
		busiest int
		since   time.Duration
		want    int
	}{{0, time.Hour, 0}, {5, 15 * time.Minute, 15}, {5, 25 * time.Hour, 30}, {5, 0, 15}} {
		if got := usualNews(c.busiest, c.since); got != c.want {
			t.Errorf("%d after %s: %d", c.busiest, c.since, got)
		}
	}
}
