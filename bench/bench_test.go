package bench

import (
	"strings"
	"testing"
)

func TestReportsAreTables(t *testing.T) {
	send := SendReport{
		Options: Send{Readers: 500, Size: 40000, Connections: 10, Variants: 20}, Rounds: 3,
		Results: []SendRate{{Name: "corridor", PerSecond: 900, CPU: 0.15, Database: 0.03, PeakMemory: 64 << 20}, {Name: "smtp-source", PerSecond: 1000, CPU: 0.1}},
		Ratios:  map[string]float64{"wall": 0.9, "cpu": 1.5},
	}
	served := FeedsReport{
		Articles: 100, Documents: 189, FirstBuild: 0.5, OneArticle: 4.2, Compress: 0.4, Memory: 51 << 20,
		Serving: []ServingRate{{Name: "corridor", OK: 900, Unchanged: 1800, Allocated: 6600}, {Name: "bare net/http", OK: 1000, Unchanged: 1800, Allocated: 5700}},
		Ratios:  map[string]float64{"200": 0.9, "304": 1},
	}
	var b strings.Builder
	if err := send.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if err := served.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	const want = `500 emails of 40000 bytes over 10 connections, 20 variants; best of 3
             EMAILS/S  CPU MS/EMAIL  POSTGRESQL CPU MS/EMAIL  PEAK MEMORY
corridor     900       0.150         0.030                    64 MiB
smtp-source  1000      0.100         0.000                    
ratio to smtp-source: 0.90 of its rate, 1.50 of its CPU
100 articles, 189 documents
first build:             0.50 s of CPU
one changed article:      4.2 ms of CPU
compression, at the first request: 0.4 ms of CPU a document
peak memory:               51 MiB

               200/S  304/S  BYTES ALLOCATED
corridor       900    1800   6600
bare net/http  1000   1800   5700
ratio to bare net/http: 0.90 for 200, 1.00 for 304
`
	if b.String() != want {
		t.Errorf("the reports are\n%s\nwant\n%s", b.String(), want)
	}
}
