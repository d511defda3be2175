package main

import "testing"

func TestBenchSendMeasuresCorridorAndAReference(t *testing.T) {
	t.Parallel()
	var report struct {
		Rounds  int
		Results []struct {
			Name string
			Rate float64 `json:"mails_per_second"`
		}
		Ratios map[string]float64
	}
	install(t, minimal).must(&report, "bench", "send", "--readers", "60", "--size", "5000", "--rounds", "1", "--json")
	if report.Rounds != 1 || len(report.Results) != 2 || report.Results[0].Name != "corridor" || report.Ratios["wall"] <= 0 || report.Ratios["cpu"] <= 0 {
		t.Errorf("the report is %+v", report)
	}
	for _, r := range report.Results {
		if r.Rate <= 0 {
			t.Errorf("%s sent %.0f emails a second", r.Name, r.Rate)
		}
	}
}
