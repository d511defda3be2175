package articles

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"corridor/articles/reading"

	"corridor/fetch"
)

// Limits of an article's fields where they are stored, in characters. Migration 00016 has
// cut the fields that were stored before. The limit of an address is maxAddress.
const (
	maxTitle      = 300
	maxSummary    = 600
	maxCredit     = 300
	storedAuthors = 20
	maxName       = 150 // of an author
	maxLanguage   = 35  // RFC 5646, section 4.4.1
)

// farOver is how many times its limit a field may take before the document counts as no
// article: a title of a whole page is no title that was written too long.
const farOver = 10

// limit keeps each field within its limit, and free of bytes that PostgreSQL does not
// store. Text is cut at a word. The error wraps [ErrNoArticle].
func (f *Found) limit() error {
	for _, field := range []struct {
		name string
		text *string
		most int
	}{
		{"title", &f.Title, maxTitle},
		{"summary", &f.Summary, maxSummary},
		{"image credit", &f.ImageCredit, maxCredit},
		{"image's alternative text", &f.ImageAlt, maxCredit},
	} {
		if err := limitText(field.name, field.text, field.most); err != nil {
			return err
		}
	}
	if f.Title == "" {
		return fmt.Errorf("%w: its title has no letters", reading.ErrNoArticle)
	}
	if err := f.limitAuthors(); err != nil {
		return err
	}
	if strings.HasPrefix(f.ImageURL, "data:") {
		f.ImageURL = "" // a picture, and no address of one
	}
	if len(f.ImageURL) > farOver*reading.MaxAddress {
		return fmt.Errorf("%w: the address of its image has more than %d characters", reading.ErrNoArticle, farOver*reading.MaxAddress)
	}
	if f.ImageURL = storable(f.ImageURL); len(f.ImageURL) > reading.MaxAddress {
		f.ImageURL = "" // half an address leads nowhere
	}
	if f.Reading.Language = storable(f.Reading.Language); len(f.Reading.Language) > maxLanguage {
		f.Reading.Language = ""
	}
	f.ContentHTML, f.ContentText = storable(f.ContentHTML), storable(f.ContentText)
	for i := range f.Media {
		f.Media[i].Title = storable(f.Media[i].Title)
	}
	f.Published, f.Reading.Updated = storableTime(f.Published), storableTime(f.Reading.Updated)
	return nil
}

func (f *Found) limitAuthors() error {
	if len(f.Authors) > farOver*storedAuthors {
		return fmt.Errorf("%w: it has more than %d authors", reading.ErrNoArticle, farOver*storedAuthors)
	}
	authors := []string{}
	for _, name := range f.Authors[:min(len(f.Authors), storedAuthors)] {
		if err := limitText("author's name", &name, maxName); err != nil {
			return err
		}
		if name != "" {
			authors = append(authors, name)
		}
	}
	f.Authors = authors
	return nil
}

func limitText(field string, text *string, most int) error {
	if n := utf8.RuneCountInString(*text); n > farOver*most {
		return fmt.Errorf("%w: its %s has %d characters; %d are allowed", reading.ErrNoArticle, field, n, most)
	}
	*text = cutAtWord(strings.TrimSpace(storable(*text)), most)
	return nil
}

// cutAtWord returns text, or when it has more than most characters its beginning up to the
// end of a word, with "…". A word longer than a third of that is cut through.
func cutAtWord(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	end := most - 1 // room for "…"
	for i := end; i >= most-most/3; i-- {
		if unicode.IsSpace(runes[i]) {
			end = i
			break
		}
	}
	for end > 1 && unicode.In(runes[end], unicode.Mark) {
		end-- // a mark belongs to the letter before it
	}
	return strings.TrimRight(string(runes[:end]), " \t\n\u00a0,;:–—-") + "…"
}

// storable drops bytes that a text in PostgreSQL cannot hold: NUL and bytes that are no
// UTF-8.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// storableTime returns t, or the zero time when its year is one that RFC 3339 cannot write.
func storableTime(t time.Time) time.Time {
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		return time.Time{}
	}
	return t
}

// maxValidator is the longest ETag or Last-Modified that is remembered, in bytes.
const maxValidator = 500

// storableValidators leaves out the validators that cannot be sent back as they came.
func storableValidators(v fetch.Validators) fetch.Validators {
	for _, text := range []*string{&v.ETag, &v.LastModified} {
		if len(*text) > maxValidator || storable(*text) != *text {
			*text = ""
		}
	}
	return v
}
