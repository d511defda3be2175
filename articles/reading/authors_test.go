package reading

import (
	"slices"
	"strings"
	"testing"
)

// TestSplitAuthors reads bylines as one string with a semicolon between the names.
func TestSplitAuthors(t *testing.T) {
	for text, want := range map[string]string{
		"Anna Hart and Max Reed":                                  "Anna Hart;Max Reed",
		"By Anna Hart, Max Reed & Olga Stone":                     "Anna Hart;Max Reed;Olga Stone",
		"By Dr. Anna Hart and Amb. (ret.) Max Reed, Ph.D.":        "Anna Hart;Max Reed",
		"Anna Hart, Senior Fellow, Coast Institute, and Max Reed": "Anna Hart;Max Reed",
		"Anna Hart, director of ports, and Max Reed, fellow":      "Anna Hart;Max Reed",
		"Anna Hart, Jr.":                    "Anna Hart, Jr.",
		"Sir Max Reed III":                  "Sir Max Reed III",
		"José Ortega y Gasset":              "José Ortega y Gasset",
		"Ana Pérez y Luis Gómez":            "Ana Pérez;Luis Gómez",
		"Simon & Schuster":                  "Simon & Schuster",
		"Trade and Transport Team":          "Trade and Transport Team",
		"Anna Hart, Agence France-Presse":   "Anna Hart",
		"Hans Meier/dpa":                    "Hans Meier",
		"dpa/AFP":                           "dpa;AFP",
		"Von unserem Redakteur Hans Meier":  "Hans Meier",
		"Text: Hans Meier, Fotos: Eva Lutz": "Hans Meier",
		"Par Hélène Dupont, à Bakou":        "Hélène Dupont",
		"Автор: Смирнова А.В., д.э.н., профессор":                  "Смирнова А.В.",
		"Анна Смирнова и Иван Петров":                              "Анна Смирнова;Иван Петров",
		"Олена Коваленко та Іван Шевченко":                         "Олена Коваленко;Іван Шевченко",
		"Ayşe Yılmaz ve Mehmet Demir":                              "Ayşe Yılmaz;Mehmet Demir",
		"Nigar Məmmədova və Elçin Əliyev":                          "Nigar Məmmədova;Elçin Əliyev",
		"ნინო ბერიძე და გიორგი მაისურაძე":                          "ნინო ბერიძე;გიორგი მაისურაძე",
		"Հեղինակ՝ Անի Պետրոսյան և Արամ Սարգսյան":                   "Անի Պետրոսյան;Արամ Սարգսյան",
		"مریم احمدی و علی رضایی":                                   "مریم احمدی;علی رضایی",
		"أحمد علي ومحمد حسن":                                       "أحمد علي;محمد حسن",
		"作者：张三 李四":                                                 "张三;李四",
		"Anna Hart March 10, 2015":                                 "Anna Hart",
		"Anna Hart | ahart@example.org | @annahart | Coast Review": "Anna Hart",
		"admin":                           "",
		"ahart@example.org":               "",
		"@annahart":                       "",
		"https://www.example.org/a/hart/": "",
		"Photo: Oleg Wave":                "Photo: Oleg Wave",
	} {
		if got := strings.Join(SplitAuthors(text), ";"); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

// TestAuthorsOfPages reads pages whose parts name different authors.
func TestAuthorsOfPages(t *testing.T) {
	for _, c := range []struct{ name, head, above, below, want string }{
		{
			name: "JSON-LD: a person elsewhere in the graph", want: "Anna Hart",
			head: `<script type="application/ld+json">{"@graph":[{"@type":"Article","headline":"The Quay at Aktau","author":{"@id":"#a"}},{"@type":"Person","@id":"#a","name":"Anna Hart"}]}</script>`,
		},
		{
			name: "JSON-LD: a list of strings", want: "Anna Hart;Max Reed",
			head: `<script type="application/ld+json">{"@type":"Article","headline":"The Quay at Aktau","author":["Anna Hart","By Max Reed"]}</script>`,
		},
		{
			name: "JSON-LD: names with commas", want: "Anna Hart;Max Reed",
			head: `<script type="application/ld+json">{"@type":"Article","headline":"The Quay at Aktau","author":[{"name":"Hart, Anna"},{"name":"Reed, Max"}]}</script>`,
		},
		{
			name: "JSON-LD: given and family name", want: "Anna Hart",
			head: `<script type="application/ld+json">{"@type":"Article","headline":"The Quay at Aktau","author":{"givenName":"Anna","familyName":"Hart"}}</script>`,
		},
		{
			name: "metadata: a profile, a slug and a name", want: "Anna Hart",
			head: `<meta property="article:author" content="https://social.example/annahart"><meta name="parsely-author" content="anna-hart"><meta name="sailthru.author" content="Anna Hart">`,
		},
		{
			name: "the site in the metadata, a person on the page", want: "Anna Hart",
			head: `<meta property="og:site_name" content="Coast Review"><meta name="author" content="The Coast Review">`, above: `<p>by Anna Hart</p>`,
		},
		{
			name: "an account in the metadata, a person on the page", want: "Anna Hart",
			head: `<meta name="author" content="ahart">`, above: `<p>Posted by Anna Hart at 10:30 AM</p>`,
		},
		{name: "an organisation alone", want: "Coast Institute", head: `<meta name="author" content="Coast Institute">`},
		{name: "the date before the author", above: `<p>Posted on May 4, 2026 by Anna Hart in <a href="/c">Politics</a> | <a href="#c">3 Comments</a></p>`, want: "Anna Hart"},
		{name: "an account's link below", below: `<p>Eingestellt von <a href="/p/1">kapitaen</a> um 12:30</p>`, want: "kapitaen"},
		{
			name: "comments without a heading", above: `<div class="byline">By <span class="author">Anna Hart</span></div>`, want: "Anna Hart",
			below: `<div class="discussion"><div class="c"><span class="author">Oleg Wave says</span><p>I think so too, and so does my neighbour.</p></div></div>`,
		},
		{
			name: "nobody but commenters", want: "",
			below: `<ol class="commentlist"><li><div class="comment-author vcard"><cite class="fn">Oleg Wave</cite></div><p>So it is.</p></li></ol>`,
		},
	} {
		page := strings.NewReplacer("[head]", c.head, "[above]", c.above, "[within]", "", "[below]", c.below, "[outside]", "").Replace(rowPage)
		r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: []byte(page)})
		if err != nil {
			t.Fatal(c.name, err)
		}
		if got := strings.Join(r.Authors, ";"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		recorded := slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Name == "author" && f.Rule != "" })
		if recorded != (c.want != "") {
			t.Errorf("%s: facts %v", c.name, r.Facts)
		}
	}
}
