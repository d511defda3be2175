package templates

import (
	_ "embed"
	"strings"
)

// zoneNames are the zones that differ since 1970, of the IANA database's zone1970.tab.
//
//go:embed zones.txt
var zoneNames string

// Zones are the time zones to choose from, by part of the world. A chosen one that is
// not in the list, such as an older name, is put before it.
func Zones(chosen string) []ZoneGroup {
	var groups []ZoneGroup
	found := chosen == ""
	for name := range strings.FieldsSeq(zoneNames) {
		part, city, ok := strings.Cut(name, "/")
		if !ok {
			part, city = "Other", name
		}
		if len(groups) == 0 || groups[len(groups)-1].Name != part {
			groups = append(groups, ZoneGroup{Name: part})
		}
		g := &groups[len(groups)-1]
		g.Zones = append(g.Zones, Choice{Value: name, Label: zoneLabel(city), Checked: name == chosen})
		found = found || name == chosen
	}
	if !found {
		groups = append([]ZoneGroup{{Name: "Chosen", Zones: []Choice{{Value: chosen, Label: zoneLabel(chosen), Checked: true}}}}, groups...)
	}
	return groups
}

// zoneLabel makes "Buenos Aires, Argentina" of "Argentina/Buenos_Aires".
func zoneLabel(city string) string {
	city = strings.ReplaceAll(city, "_", " ")
	if area, town, ok := strings.Cut(city, "/"); ok {
		return town + ", " + area
	}
	return city
}
