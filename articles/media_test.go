package articles

import (
	"testing"
	"time"

	"corridor/articles/reading"

	"corridor/postgres/postgrestest"

	"github.com/google/go-cmp/cmp"
)

// TestMedia keeps what an article embeds and its image's alternative text, and takes over
// those of a new version.
func TestMedia(t *testing.T) {
	store := NewStore(postgrestest.New(t))
	video := reading.Media{Kind: reading.Video, URL: "https://vimeo.com/42", Title: "The opening\x00", Provider: "Vimeo"}
	f := Found{
		URL: "https://www.example.org/quay",
		Reading: reading.Reading{
			Title: "The quay", ContentHTML: "<p>The quay grows.</p>", ContentText: "The quay grows.", Words: 3,
			ImageURL: "https://www.example.org/a.jpg", ImageAlt: "Ships", Media: []reading.Media{video},
		},
	}
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	a, _, err := store.Save(t.Context(), f, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	video.Title = "The opening"
	if diff := cmp.Diff([]reading.Media{video}, a.Media); diff != "" || a.ImageAlt != "Ships" {
		t.Errorf("the image shows %q; media: %s", a.ImageAlt, diff)
	}
	f.ContentHTML, f.Media, f.ImageAlt = "<p>The quay grew.</p>", nil, "A ship"
	if a, _, err = store.Save(t.Context(), f, now.Add(time.Hour), nil); err != nil || len(a.Media) > 0 || a.ImageAlt != "A ship" {
		t.Errorf("%v, media %v, the image shows %q", err, a.Media, a.ImageAlt)
	}
	if d := a.FullDocument(time.UTC, nil); d.Media == nil || d.ImageAlt != "A ship" {
		t.Errorf("%+v", d)
	}
}
