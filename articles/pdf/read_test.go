package pdf

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/articles/pdftest"
	"corridor/articles/reading"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestMain reads a document where [Read] started this program for one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == Command {
		os.Exit(Serve(os.Stdin, os.Stdout))
	}
	m.Run()
}

// report is a report of three pages with running headers, numbers of pages, words that
// line ends divide, a paragraph over a page's end and a note.
var report = pdftest.Document{
	Title: "Microsoft Word - quay-final.docx", Author: "ahart", Language: "en-GB", Created: "D:20261130101500+05'00'",
	Pages: [][]pdftest.Line{
		slices.Concat(
			pdftest.Column(60, 800, 9, "Coast Institute Policy Report"),
			pdftest.Column(60, 740, 24, "The Quay at Aktau", "Grows Longer"),
			pdftest.Column(60, 690, 11, "By Dr. Anna Hart and Max Reed", "27 November 2026"),
			pdftest.Column(60, 640, 14, "Summary"),
			pdftest.Column(60, 620, 11,
				"The terminal at Aktau handled a fifth more grain than a year ago, and the har-",
				"bour master expects the same again next year.",
				"Officials from three ministries met in the old customs house to compare their fi-",
				"gures, and they left without a communiqué, which is rare among the people there,"),
			pdftest.Column(60, 80, 8, "1 The figures are those of the port’s own statistics, as of the end of October."),
			pdftest.Column(290, 40, 9, "1"),
		),
		slices.Concat(
			pdftest.Column(60, 800, 9, "Coast Institute Policy Report"),
			pdftest.Column(60, 740, 11, "as everybody knows. The wagons wait at the junction for days in the winter months.",
				"Critics answer that the tariff schedule is hard to read."),
			pdftest.Column(290, 40, 9, "2"),
		),
		slices.Concat(
			pdftest.Column(60, 800, 9, "Coast Institute Policy Report"),
			pdftest.Column(60, 740, 11, "None of the delegates wanted to guess when the work on the berth would be complete."),
			pdftest.Column(290, 40, 9, "Page 3 of 3"),
		),
	},
}

// russian has its facts in the document's information, and letters of no Latin font.
var russian = pdftest.Document{Title: "Порт Актау растёт", Author: "Анна Смирнова", Language: "ru", Created: "D:20261127", Pages: [][]pdftest.Line{
	pdftest.Column(60, 740, 11, "Порт Актау принял в понедельник четыре судна, а станция отправила девять поездов.", "Вагонов не хватает."),
}}

// narrow has two columns.
var narrow = pdftest.Document{Pages: [][]pdftest.Line{slices.Concat(
	pdftest.Column(60, 740, 20, "The Quay at Aktau"),
	pdftest.Column(60, 700, 10, "Anna Hart", "Coast Institute"),
	pdftest.Column(60, 640, 10, "The terminal handled a fifth", "more grain than a year ago, and", "the harbour master expects the", "same again next year."),
	pdftest.Column(320, 640, 10, "Critics answer that the tariff", "schedule is hard to read."),
)}}

// TestTheOtherProcessLosesNothing compares its answer with the lines that are read here.
func TestTheOtherProcessLosesNothing(t *testing.T) {
	for name, body := range map[string][]byte{
		"a report": report.Bytes(), "Russian": russian.Bytes(), "columns": narrow.Bytes(), "nothing": hostile["nothing"], "no text": hostile["no text"],
		"pages in a circle": hostile["pages in a circle"], "a form in itself": hostile["a form in itself"], "fonts": fonts,
	} {
		t.Run(name, func(t *testing.T) {
			want, wrong := linesOf(body)
			got, err := readApart(t.Context(), body)
			if wrong != nil {
				if err == nil || !strings.Contains(err.Error(), wrong.Error()) {
					t.Errorf("%v, want %v", err, wrong)
				}
				return
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("%v, -want +got\n%s", err, diff)
			}
		})
	}
	if got, err := linesOf(fonts); err != nil || len(got.Lines) == 0 || !strings.Contains(got.Lines[0].Text, "Quay") {
		t.Errorf("%+v %v", got, err)
	}
}

// fonts has a font with ranges of codes, words that an array moves apart, a form, and a
// transformed text.
var fonts = pdftest.File([]string{
	"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>",
	"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>/Font<</F 6 0 R/G 7 0 R>>>>>>",
	pdftest.Stream("q 1 0 0 1 10 10 cm BT /F 12 Tf 14 TL 50 700 Td [(The)-400(Quay)] TJ T* (grows) Tj (now) ' 1 0 0 1 50 600 Tm 2 Tc 3 Tw 100 Tz <0102> Tj 0 -14 TD /G 10 Tf (\\001\\002\\003) Tj ET Q /X Do"),
	strings.Replace(pdftest.Stream("BT /F 12 Tf 50 500 Td (A form) Tj ET"), "<<", "<</Subtype/Form/Matrix[1 0 0 1 5 5]/Resources<</Font<</F 6 0 R>>>>", 1),
	"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 34/Widths[250 300 300]>>",
	"<</Type/Font/Subtype/Type1/BaseFont/Own/ToUnicode 8 0 R>>",
	pdftest.Stream("begincmap 1 begincodespacerange <00><ff> endcodespacerange 1 beginbfchar <01> <0041> endbfchar 1 beginbfrange <02> <03> <0062> endbfrange 1 beginbfrange <04> <05> [<0063> <0064>] endbfrange endcmap"),
}, "/Root 1 0 R")

// TestReport reads a report as an article.
func TestReport(t *testing.T) {
	r, err := Read(t.Context(), report.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "The Quay at Aktau Grows Longer" || strings.Join(r.Authors, ";") != "Anna Hart;Max Reed" || r.Published.Format(time.DateOnly) != "2026-11-27" || r.Language != "en-GB" {
		t.Errorf("%q by %q on %s in %q", r.Title, r.Authors, r.Published, r.Language)
	}
	want := []string{
		"Summary",
		"The terminal at Aktau handled a fifth more grain than a year ago, and the harbour master expects the same again next year.",
		"Officials from three ministries met in the old customs house to compare their figures, and they left without a communiqué, which is rare among the people there, as everybody knows. The wagons wait at the junction for days in the winter months. Critics answer that the tariff schedule is hard to read.",
		"None of the delegates wanted to guess when the work on the berth would be complete.",
		"1 The figures are those of the port’s own statistics, as of the end of October.",
	}
	if diff := cmp.Diff(want, strings.Split(r.ContentText, "\n\n")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !strings.HasPrefix(r.ContentHTML, "<h2>Summary</h2>") || r.Words < 80 || !strings.HasPrefix(r.Summary, "The terminal") {
		t.Errorf("%d words, summary %q, %.60s", r.Words, r.Summary, r.ContentHTML)
	}
}

// TestFactsOfDocument takes title, authors and date from the document's own facts where
// its pages do not show them.
func TestFactsOfDocument(t *testing.T) {
	d := russian
	r, err := Read(t.Context(), d.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != d.Title || strings.Join(r.Authors, ";") != d.Author || r.Published.Format(time.DateOnly) != "2026-11-27" || !strings.HasPrefix(r.ContentText, "Порт Актау принял") {
		t.Errorf("%q by %q on %s: %s", r.Title, r.Authors, r.Published, r.ContentText)
	}
}

// TestNarrowColumns finds authors and the beginning of the text where no line is long.
func TestNarrowColumns(t *testing.T) {
	r, err := Read(t.Context(), narrow.Bytes())
	want := "The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again next year.\n\nCritics answer that the tariff schedule is hard to read."
	if err != nil || strings.Join(r.Authors, ";") != "Anna Hart" || r.ContentText != want {
		t.Errorf("%q: %s, %v", r.Authors, r.ContentText, err)
	}
}

// hostile are documents that do harm to readers without limits.
var hostile = map[string][]byte{
	"nothing":           []byte("%PDF-1.4"),
	"no text":           pdftest.Document{Pages: [][]pdftest.Line{nil}}.Bytes(),
	"pages in a circle": pdftest.File([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[2 0 R]>>"}, "/Root 1 0 R"),
	"parents in a circle": pdftest.File([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]/Parent 3 0 R>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", pdftest.Stream("BT (x) Tj ET"),
	}, "/Root 1 0 R"),
	"very many pages": pdftest.File([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 2000000000/Kids[]>>"}, "/Root 1 0 R"),
	"a form in itself": pdftest.File([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>", pdftest.Stream("/X Do"),
		strings.Replace(pdftest.Stream("/X Do /X Do"), "<<", "<</Subtype/Form/Resources<</XObject<</X 5 0 R>>>>", 1),
	}, "/Root 1 0 R"),
	"a stream that grows": pdftest.File([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", pdftest.Stream("(" + strings.Repeat("x", 64<<20) + ") Tj"),
	}, "/Root 1 0 R"),
	"arrays in arrays": pdftest.File([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", pdftest.Stream(strings.Repeat("[", 4<<20)),
	}, "/Root 1 0 R"),
}

// TestHostileDocuments refuses documents that would break their reader, and goes on.
func TestHostileDocuments(t *testing.T) {
	for name, body := range hostile {
		t.Run(name, func(t *testing.T) {
			if r, err := Read(t.Context(), body); !errors.Is(err, reading.ErrNoArticle) {
				t.Errorf("%q, %v", r.Title, err)
			}
		})
	}
}

// TestCancelledReading ends with its context.
func TestCancelledReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, report.Bytes()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzLines reads any bytes behind the mark of a PDF without harm to this process: what
// would end it ends the process that reads.
func FuzzLines(f *testing.F) {
	f.Add(report.Bytes())
	f.Add(hostile["a form in itself"])
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := Read(t.Context(), body); err != nil && !errors.Is(err, reading.ErrNoArticle) {
			t.Fatal(err)
		}
	})
}
