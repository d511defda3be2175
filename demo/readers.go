package demo

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"corridor/config"
)

// sampleReaders is the number of sample readers.
const sampleReaders = 300

// Readers with an email on the demo's page.
const (
	readerOfAll     = "aygul.marsh@example.org" // everything, daily
	readerOfOne     = "levan.reed@example.org"  // one program in one region, daily
	readerOfSpecial = "samira.vale@example.net" // one program, weekly
)

// Parts of the sample readers. The domains are reserved for examples (RFC 2606).
var (
	firstNames = strings.Fields("Aigerim Aliya Anna Arman Askar Aysel Bakyt Dana Davit Dilnoza Elene Elvin Erlan Farid Giorgi Gulnara Ilham Irina Jamila Kamran Karen Ketevan Leyla Lusine Madina Mariam Murad Nargiz Nino Nurlan Olim Rashid Rustam Sabina Saule Shirin Tamar Timur Umida Vugar Yerlan Zarina")
	lastNames  = strings.Fields("Alder Aspen Barley Birch Brook Cedar Clay Dale Elm Fennel Field Flint Glen Hazel Heath Hill Juniper Linden Maple Meadow Moss Oak Pine Plain Poplar River Rowan Sage Sand Shore Stone Tamarisk Thistle Walnut Willow Wren")
	domains    = []string{"example.org", "example.com", "example.net", "mail.example.org", "post.example.com"}
	zones      = []string{"Asia/Baku", "Asia/Baku", "Asia/Tbilisi", "Asia/Yerevan", "Asia/Almaty", "Asia/Tashkent", "Europe/London", "America/New_York"}
)

// writeReaders writes the sample readers as CSV for the importer: the same readers at
// every start.
func writeReaders(w io.Writer, c *config.Config) error {
	rows := [][]string{
		{"email", "name", "programs", "regions", "frequency", "time_zone", "status"},
		{readerOfAll, "Aygul Marsh", "", "", "daily", "Asia/Baku", "active"},
		{readerOfOne, "Levan Reed", "security", "south-caucasus", "daily", "Asia/Tbilisi", "active"},
		{readerOfSpecial, "Samira Vale", "transport", "", "weekly", "Europe/London", "active"},
	}
	random := rand.New(rand.NewPCG(7, 4))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	some := func(slugs []string) string { // half of the readers follow all
		if random.IntN(2) == 0 {
			return ""
		}
		random.Shuffle(len(slugs), func(i, j int) { slugs[i], slugs[j] = slugs[j], slugs[i] })
		return strings.Join(slugs[:1+random.IntN(2)], ";")
	}
	var programs, regions []string
	for _, p := range c.Programs {
		programs = append(programs, p.Slug)
	}
	for _, r := range c.Regions {
		regions = append(regions, r.Slug)
	}
	frequencies := strings.Fields("daily daily daily daily daily weekly weekly weekly monthly instant")
	taken := map[string]bool{}
	for len(rows) < sampleReaders+1 {
		first, last, domain := pick(firstNames), pick(lastNames), pick(domains)
		email := strings.ToLower(first + "." + last + "@" + domain)
		if taken[email] {
			continue
		}
		taken[email] = true
		status := "active"
		if len(rows)%50 == 0 {
			status = "left"
		}
		rows = append(rows, []string{email, first + " " + last, some(programs), some(regions), pick(frequencies), pick(zones), status})
	}
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing the sample readers: %w", err)
	}
	return nil
}
