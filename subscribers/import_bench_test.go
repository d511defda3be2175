package subscribers_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"corridor/editions"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// sampleCSV returns n readers with a dozen preference sets and thirty domains.
func sampleCSV(n int) []byte {
	var b bytes.Buffer
	b.WriteString("email,name,programs,regions,frequency,time_zone,status\n")
	programs := []string{"", "eep", "spp", "eep;spp"}
	regions := []string{"", "central-asia", "south-caucasus"}
	zones := []string{"America/New_York", "Asia/Baku", "Europe/Berlin", "Asia/Almaty"}
	for i := range n {
		fmt.Fprintf(&b, "reader.number%d@mail%d.example.org,Reader Number %d,%s,%s,%s,%s,active\n",
			i, i%30, i, programs[i%4], regions[i%3], subscribers.Frequencies[i%4], zones[i%7%4])
	}
	return b.Bytes()
}

// BenchmarkImport imports 200,000 readers with all checks. For comparison it copies the same
// rows without checks into a table like subscribers with its index, as the least cost of any
// import.
func BenchmarkImport(b *testing.B) {
	const n = 200_000
	file := sampleCSV(n)
	var imported, copied time.Duration
	for b.Loop() {
		db := postgrestest.New(b)
		s := subscribers.NewStore(db, subscribers.NewRules([]string{"eep", "spp"}, []string{"central-asia", "south-caucasus"}, "UTC"), editions.ReaderEvents())
		began := time.Now()
		got, err := s.Import(b.Context(), bytes.NewReader(file), subscribers.ImportOptions{Now: noon})
		if err != nil || got.Added != n {
			b.Fatal(got, err)
		}
		imported += time.Since(began)

		if _, err := db.Exec(`CREATE TABLE bare (LIKE subscribers INCLUDING ALL)`); err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if err := copyBare(db, n); err != nil {
			b.Fatal(err)
		}
		copied += time.Since(began)
	}
	rows := float64(n * b.N)
	b.ReportMetric(rows/imported.Seconds(), "rows/s")
	b.ReportMetric(rows/copied.Seconds(), "bare-COPY-rows/s")
	b.ReportMetric(copied.Seconds()/imported.Seconds(), "of-bare-COPY")
	b.ReportMetric(0, "ns/op")
}

func copyBare(db *postgres.DB, n int) error {
	return db.InTx(context.Background(), func(tx *sqlx.Tx) error {
		stmt, err := tx.Prepare(`COPY bare (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, consent) FROM STDIN`)
		if err != nil {
			return err
		}
		for i := range n {
			email, name := fmt.Sprintf("reader.number%d@mail%d.example.org", i, i%30), fmt.Sprintf("Reader Number %d", i)
			if _, err := stmt.Exec(email, email, name, "active", "daily", "Asia/Baku", 1, noon, `{"at":"2026-03-02T12:00:00Z","how":"import"}`); err != nil {
				return err
			}
		}
		if _, err := stmt.Exec(); err != nil {
			return err
		}
		return stmt.Close()
	})
}

// BenchmarkImportOfFurtherColumns imports readers who have a position and whose addresses
// bounced. Its time must grow with the rows, not with their square.
func BenchmarkImportOfFurtherColumns(b *testing.B) {
	for _, n := range []int{10_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			file := sampleCSV(n)
			for b.Loop() {
				b.StopTimer()
				s := newStore(b)
				b.StartTimer()
				got, err := s.Import(b.Context(), bytes.NewReader(file), subscribers.ImportOptions{FileOptions: subscribers.FileOptions{As: "bounced"}, Now: noon, HadUntil: noon})
				if err != nil || got.Added != n {
					b.Fatal(got, err)
				}
			}
		})
	}
}
