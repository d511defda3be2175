package reading

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestPictures finds the addresses of pictures that scripts would load.
func TestPictures(t *testing.T) {
	body, err := os.ReadFile("testdata/bodies/lazy-images.html")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`src="https://www\.example\.org/i/([^"]*)"`).FindAllStringSubmatch(r.ContentHTML, -1) {
		got = append(got, m[1])
	}
	want := []string{"datasrc.jpg", "datasrcset-1000.jpg", "noscript.jpg", "pic.webp", "srcsetonly-1000.jpg", "amp.jpg", "dataoriginal.jpg", "normal.jpg", "lazysrc.jpg", "origfile.jpg"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
