package editions_test

import (
	"fmt"
	"time"

	"corridor/editions"
)

// Articles are chosen by release number: earlier digests considered the releases up to 7.
// Article 3 was in one of them, which did not reach the readers, so it is chosen again.
func ExampleChoose() {
	released := []editions.Candidate{
		{ID: 5, ReleaseNo: 9, Programs: []string{"energy"}, Regions: []string{"central-asia"}},
		{ID: 4, ReleaseNo: 8, Programs: []string{"security"}, Regions: []string{"central-asia"}},
		{ID: 2, ReleaseNo: 7, Programs: []string{"energy"}, Regions: []string{"central-asia"}},
		{ID: 3, ReleaseNo: 6, Programs: []string{"energy", "security"}, Regions: []string{"central-asia"}},
	}
	readers := editions.Group{Programs: []string{"energy"}, Seen: 7, Missed: []int64{3}}
	fmt.Println(editions.Choose(released, readers, 20).Articles)
	// Output: [5 3]
}

// An email shows as many articles as the limit says. The web page lists all of them.
func ExampleChoose_limit() {
	released := []editions.Candidate{{ID: 3, ReleaseNo: 3}, {ID: 2, ReleaseNo: 2}, {ID: 1, ReleaseNo: 1}}
	choice := editions.Choose(released, editions.Group{}, 2)
	fmt.Println(choice.Articles[:choice.Shown], "of", choice.Articles)
	// Output: [3 2] of [3 2 1]
}

// The digest of a weekday at seven begins when the clocks of each reader show seven.
func ExampleSchedule_Period() {
	weekdays, err := editions.ParseSchedule("0 7 * * 1-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	aktau := time.FixedZone("Aktau", 5*60*60)
	monday := weekdays.Period(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC), aktau)
	fmt.Println("the period of", monday.Format(time.DateTime), "is due at", editions.Due(monday, aktau).UTC().Format(time.RFC3339))
	// Output: the period of 2026-11-30 07:00:00 is due at 2026-11-30T02:00:00Z
}
