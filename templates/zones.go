package templates

import (
	_ "embed"
	"strings"
)

// zoneNames are the zones of zone1970.tab in the IANA database: those that have differed
// since 1970.
//
//go:embed zones.txt
var zoneNames string

// Zones lists the time zones by part of the world. A chosen zone that is not in the list,
// such as an older name, is put first.
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

// zoneLabel turns "Argentina/Buenos_Aires" into "Buenos Aires, Argentina".
func zoneLabel(city string) string {
	city = strings.ReplaceAll(city, "_", " ")
	if area, town, ok := strings.Cut(city, "/"); ok {
		return town + ", " + area
	}
	return city
}
