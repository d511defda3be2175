package editions

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestEveryReaderIsReachedAtSevenWhereTheyAre plans every quarter of an hour over weekends
// on which clocks change. The readers of each zone are planned once a day, when the clocks
// of the zone show the hour, also when the clocks of other zones change.
func TestEveryReaderIsReachedAtSevenWhereTheyAre(t *testing.T) {
	zones := []string{
		"America/New_York", "Europe/London", "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca", "Pacific/Kiritimati", "Pacific/Pago_Pago",
		"Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata", "Asia/Baku", "Not/AZone",
	}
	for _, c := range []struct{ line, begin, wall string }{
		{"0 7 * * *", "2026-03-07T00:00:00Z", "07:00"},  // New York goes forward on the 8th
		{"0 7 * * *", "2026-03-28T00:00:00Z", "07:00"},  // London on the 29th
		{"0 7 * * *", "2026-04-04T00:00:00Z", "07:00"},  // Chatham and Lord Howe go back on the 5th
		{"0 7 * * *", "2026-10-31T00:00:00Z", "07:00"},  // New York goes back on 1 November
		{"30 1 * * *", "2026-10-31T00:00:00Z", "01:30"}, // in the hour that comes twice
		{"30 2 * * *", "2026-03-07T00:00:00Z", "02:30"}, // in the hour that is skipped
		{"0 7 * * *", "2026-02-14T00:00:00Z", "07:00"},  // Casablanca's Ramadan begins
	} {
		t.Run(c.line+" "+c.begin, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.store.opts.Schedules[Daily] = schedule(t, c.line)
			begin, err := time.Parse(time.RFC3339, c.begin)
			if err != nil {
				t.Fatal(err)
			}
			readers := map[int64]string{}
			for i, zone := range zones {
				readers[w.reader(fmt.Sprintf("r%d@example.com", i), Daily, zone, nil, nil)] = zone
			}
			end := begin.Add(3 * day)
			for now := begin; now.Before(end); now = now.Add(15 * time.Minute) {
				if now.Sub(begin)%(6*time.Hour) == 0 {
					w.article("Article of "+now.String(), now, nil, nil)
				}
				w.planDue(now)
			}
			var planned []struct {
				Reader int64     `db:"subscriber_id"`
				Period time.Time `db:"period"`
				At     time.Time `db:"at"`
			}
			if err := w.db.Select(&planned, `
				SELECT d.subscriber_id, e.period, w.planned_at AS at
				FROM deliveries d JOIN editions e ON e.id = d.edition_id JOIN subscribers s ON s.id = d.subscriber_id
				JOIN waves w ON w.frequency = 'daily' AND w.period = e.period AND w.time_zone = s.time_zone
				ORDER BY 1, 2`); err != nil {
				t.Fatal(err)
			}
			got := map[int64][]string{}
			for _, p := range planned {
				zone := w.store.location(readers[p.Reader])
				local := p.At.In(zone)
				want := Due(p.Period, zone)
				if p.Period.Format("15:04") != c.wall || !local.Equal(want) {
					t.Errorf("%s: the digest of %s was planned at %s, not %s", readers[p.Reader], p.Period.Format(wallLayout), local, want)
				}
				got[p.Reader] = append(got[p.Reader], p.Period.Format("2 Jan"))
			}
			for reader, zone := range readers {
				days := got[reader]
				if len(days) < 2 || len(days) > 3 || len(slices.Compact(slices.Clone(days))) != len(days) {
					t.Errorf("%s: digests of %v in three days", zone, days)
				}
			}
		})
	}
}
