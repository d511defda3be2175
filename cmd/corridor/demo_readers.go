package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"corridor/config"
)

// demoReaders is how many sample readers there are.
const demoReaders = 300

// The readers whose mails the demo's page shows.
const (
	demoReaderOfAll     = "aygul.marsh@example.org" // everything, daily
	demoReaderOfOne     = "levan.reed@example.org"  // one program in one region, daily
	demoReaderOfSpecial = "samira.vale@example.net" // one program, weekly
)

// What sample readers are made of. The domains are reserved for examples (RFC 2606).
var (
	demoFirstNames = strings.Fields("Aigerim Aliya Anna Arman Askar Aysel Bakyt Dana Davit Dilnoza Elene Elvin Erlan Farid Giorgi Gulnara Ilham Irina Jamila Kamran Karen Ketevan Leyla Lusine Madina Mariam Murad Nargiz Nino Nurlan Olim Rashid Rustam Sabina Saule Shirin Tamar Timur Umida Vugar Yerlan Zarina")
	demoLastNames  = strings.Fields("Alder Aspen Barley Birch Brook Cedar Clay Dale Elm Fennel Field Flint Glen Hazel Heath Hill Juniper Linden Maple Meadow Moss Oak Pine Plain Poplar River Rowan Sage Sand Shore Stone Tamarisk Thistle Walnut Willow Wren")
	demoDomains    = []string{"example.org", "example.com", "example.net", "mail.example.org", "post.example.com"}
	demoZones      = []string{"Asia/Baku", "Asia/Baku", "Asia/Tbilisi", "Asia/Yerevan", "Asia/Almaty", "Asia/Tashkent", "Europe/London", "America/New_York"}
)

// writeDemoReaders writes the sample readers as a CSV file that the importer reads. They
// are the same at every start.
func writeDemoReaders(w io.Writer, c *config.Config) error {
	rows := [][]string{
		{"email", "name", "programs", "regions", "frequency", "time_zone", "status"},
		{demoReaderOfAll, "Aygul Marsh", "", "", "daily", "Asia/Baku", "active"},
		{demoReaderOfOne, "Levan Reed", "security", "south-caucasus", "daily", "Asia/Tbilisi", "active"},
		{demoReaderOfSpecial, "Samira Vale", "transport", "", "weekly", "Europe/London", "active"},
	}
	random := rand.New(rand.NewPCG(7, 4))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	some := func(slugs []string) string { // all of them as often as not
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
	for len(rows) < demoReaders+1 {
		first, last, domain := pick(demoFirstNames), pick(demoLastNames), pick(demoDomains)
		email := strings.ToLower(first + "." + last + "@" + domain)
		if taken[email] {
			continue
		}
		taken[email] = true
		status := "active"
		if len(rows)%50 == 0 {
			status = "left"
		}
		rows = append(rows, []string{email, first + " " + last, some(programs), some(regions), pick(frequencies), pick(demoZones), status})
	}
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing the sample readers: %w", err)
	}
	return nil
}
