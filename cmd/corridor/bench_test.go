package main

import (
	"testing"

	"corridor/testkit"
)

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

func TestBenchGatherMeasuresReadingPollingAndAFirstGather(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	var report struct {
		Reading struct {
			Rate        float64 `json:"pages_per_cpu_second"`
			Readability float64 `json:"readability_cpu_ms_a_page"`
			Parsing     float64 `json:"parsing_cpu_ms_a_page"`
		}
		Polling struct {
			Sources int
			Memory  int64 `json:"memory_bytes"`
		}
		First struct {
			Articles int
			Rate     float64 `json:"articles_per_second"`
		} `json:"first_gather"`
	}
	install(t, minimal).must(&report, "bench", "gather", "--pages", "3", "--sources", "20", "--articles", "20", "--hostile", "16", "--json")
	if report.Reading.Rate <= 0 || report.Reading.Readability <= 0 || report.Reading.Parsing <= 0 || report.Polling.Sources != 20 || report.Polling.Memory <= 0 ||
		report.First.Articles != 20 || report.First.Rate <= 0 {
		t.Errorf("the report is %+v", report)
	}
}
