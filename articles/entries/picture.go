package entries

import (
	"regexp"
	"strconv"
	"strings"
)

var imageName = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])`)

// picture is the picture of an entry, as the feed has its address, and its credit: an
// element for one, else an enclosure, else the first picture in the text.
func picture(n *node) (address, credit string) {
	media := []*node{n}
	for _, group := range n.all("media:group", "media:content") {
		media = append(media, group)
		media = append(media, group.all("media:content")...)
	}
	for _, m := range media {
		credit = firstOf(credit, plainText(m.child("media:credit").plain()))
	}
	address = largest(media)
	if address == "" {
		for _, image := range n.all("itunes:image", "image", "logo") {
			address = firstOf(address, image.attr("href"), image.child("url").plain(), image.attr("url"), image.plain())
		}
	}
	for _, enclosure := range append(n.all("enclosure"), n.all("link")...) {
		if enclosure.name == "enclosure" || enclosure.attr("rel") == "enclosure" {
			source := firstOf(enclosure.attr("url"), enclosure.attr("href"))
			if address == "" && isImage(enclosure.attr("type"), "", source) {
				address = source
			}
		}
	}
	return address, credit
}

// largest is the widest picture among elements of Media RSS: media:content, then
// media:thumbnail.
func largest(media []*node) string {
	best, width := "", -1
	for _, name := range []string{"media:content", "media:thumbnail"} {
		for _, holder := range media {
			for _, m := range holder.all(name) {
				source := firstOf(m.attr("url"), strings.TrimSpace(ownText(m)))
				if name == "media:content" && !isImage(m.attr("type"), m.attr("medium"), source) {
					continue
				}
				wide, _ := strconv.Atoi(m.attr("width"))
				if source != "" && wide > width {
					best, width = source, wide
				}
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// ownText is the text that stands in an element itself.
func ownText(n *node) string {
	var b strings.Builder
	for _, c := range n.children {
		b.WriteString(c.text)
	}
	return b.String()
}

func isImage(kind, medium, address string) bool {
	switch {
	case medium != "":
		return medium == "image"
	case kind != "" && kind != "application/octet-stream":
		return strings.HasPrefix(kind, "image")
	}
	return imageName.MatchString(address)
}
