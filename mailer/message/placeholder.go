package message

import (
	"fmt"
	"strings"
)

// Segment is text of a rendering and the placeholder that follows it.
type Segment struct {
	Text string
	Name string // of the placeholder, like "greeting"; empty after the last text
}

// placeholder identifies a value of Personal.
type placeholder int

const (
	noPlaceholder placeholder = iota
	namePlace
	greetingPlace
	whyPlace
	preferencesPlace
	unsubscribePlace
	viewPlace
)

var placeholders = map[string]placeholder{
	"name": namePlace, "greeting": greetingPlace, "why": whyPlace,
	"preferences_url": preferencesPlace, "unsubscribe_url": unsubscribePlace, "view_url": viewPlace,
}

const placeOpen, placeClose = "{{corridor:", "}}"

// Segments splits a part of a rendering at its placeholders. places are their offsets in
// bytes, in ascending order; the same characters at other offsets are text. An error means
// that there is no placeholder at an offset.
//
// Nil places belong to a rendering that was stored without them, before migration 00017;
// see [olderPlaces].
func Segments(part string, places []int64) ([]Segment, error) {
	if places == nil {
		places = olderPlaces(part)
	}
	segments := make([]Segment, 0, len(places)+1)
	done := 0
	for _, place := range places {
		at := int(place)
		name, end := "", 0
		if at >= done && at <= len(part) {
			name, end = placeholderAt(part, at)
		}
		if name == "" {
			return nil, fmt.Errorf("message: the rendering has no placeholder at %d", at)
		}
		segments = append(segments, Segment{part[done:at], name})
		done = end
	}
	return append(segments, Segment{Text: part[done:]}), nil
}

// placeholderAt parses the placeholder at an offset. The name is empty if there is none.
func placeholderAt(part string, at int) (name string, end int) {
	rest, found := strings.CutPrefix(part[at:], placeOpen)
	if !found {
		return "", 0
	}
	name, _, found = strings.Cut(rest, placeClose)
	if !found || placeholders[name] == noPlaceholder {
		return "", 0
	}
	return name, at + len(placeOpen) + len(name) + len(placeClose)
}

// wordJoiner is an invisible character. In renderings without offsets it separates the
// braces of each "{{" in an article's text, so that the remainder of a longer run of braces
// follows one.
const wordJoiner = "\u2060"

// olderPlaces finds the placeholders of a rendering that was stored without offsets. After
// a word joiner it is the remainder of "{{{corridor:" in a text.
func olderPlaces(part string) []int64 {
	var places []int64
	for from := 0; ; {
		i := strings.Index(part[from:], placeOpen)
		if i < 0 {
			return places
		}
		at := from + i
		from = at + len(placeOpen)
		if strings.HasSuffix(part[:at], wordJoiner) {
			continue
		}
		if name, end := placeholderAt(part, at); name != "" {
			places, from = append(places, int64(at)), end
		}
	}
}
