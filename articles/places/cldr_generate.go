//go:build ignore

// Command cldr_generate writes cldr.tsv: the names of countries, and those of the cities
// that stand for time zones, in the languages of the gazetteer. It reads the unpacked npm
// packages cldr-localenames-full and cldr-dates-full, and a zone.tab of the time zone
// database:
//
//	go run cldr_generate.go LOCALENAMES DATES /usr/share/zoneinfo/zone.tab > cldr.tsv
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var languages = strings.Fields("en ru uk tr az kk uz uz-Cyrl ky tk tg ka hy fa de fr zh")

var (
	isCountry  = regexp.MustCompile(`^[A-Z]{2}$`)
	noCountry  = strings.Fields("EU EZ UN QO XA XB XK ZZ AC CP CQ DG EA IC TA AQ BV HM UM")
	variants   = []string{"", "-alt-variant", "-alt-short"}
	centralAsi = "143"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: cldr_generate LOCALENAMES DATES ZONE.TAB")
	}
	territories, zones := map[string]map[string]string{}, map[string]map[string]any{}
	for _, l := range languages {
		var names map[string]map[string]struct {
			LocaleDisplayNames struct{ Territories map[string]string }
		}
		read(filepath.Join(os.Args[1], "main", l, "territories.json"), &names)
		territories[l] = names["main"][l].LocaleDisplayNames.Territories
		var times map[string]map[string]struct {
			Dates struct{ TimeZoneNames struct{ Zone map[string]any } }
		}
		read(filepath.Join(os.Args[2], "main", l, "timeZoneNames.json"), &times)
		zones[l] = times["main"][l].Dates.TimeZoneNames.Zone
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "code\tkind\t%s\n", strings.Join(languages, "\t"))
	var codes []string
	for code := range territories["en"] {
		if isCountry.MatchString(code) && !slices.Contains(noCountry, code) || code == centralAsi {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		row(out, code, "n", func(l string) string {
			var names []string
			for _, v := range variants {
				if name := territories[l][code+v]; name != "" && len([]rune(name)) > 2 && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			if len(names) == 0 && territories[l][code] != "" {
				names = []string{territories[l][code]}
			}
			return strings.Join(names, "|")
		})
	}
	for _, zone := range cities(os.Args[3]) {
		parts := strings.SplitN(zone.name, "/", 2)
		row(out, zone.code, "t", func(l string) string {
			continent, _ := zones[l][parts[0]].(map[string]any)
			city, _ := continent[parts[1]].(map[string]any)
			name, _ := city["exemplarCity"].(string)
			if name == "" && l == "en" {
				name = strings.ReplaceAll(parts[1], "_", " ")
			}
			return name
		})
	}
}

type zone struct{ code, name string }

// cities are the time zones of Asia and Europe that are named after a city.
func cities(path string) []zone {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var all []zone
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) > 2 && len(f[0]) == 2 && (strings.HasPrefix(f[2], "Asia/") || strings.HasPrefix(f[2], "Europe/")) {
			all = append(all, zone{f[0], f[2]})
		}
	}
	slices.SortFunc(all, func(a, b zone) int { return strings.Compare(a.code+a.name, b.code+b.name) })
	return all
}

// row writes a row unless it has no name.
func row(out *bufio.Writer, code, kind string, name func(language string) string) {
	var names []string
	for _, l := range languages {
		names = append(names, name(l))
	}
	fmt.Fprintf(out, "%s\t%s\t%s\n", code, kind, strings.Join(names, "\t"))
}

func read(path string, v any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		log.Fatal(path, ": ", err)
	}
}
