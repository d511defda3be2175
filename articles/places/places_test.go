package places

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// mentionsOf returns the countries that a sentence names, with the words.
func mentionsOf(language, sentence string) string {
	s := read(Text{Body: sentence, Language: language}, nil)
	var found []string
	for _, m := range s.mentions {
		found = append(found, strings.Join(m.countries, "+")+" "+s.surface(m.first, m.last))
	}
	return strings.Join(found, "; ")
}

func TestEndings(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "It left Kazakhstan’s port for Baku, as Kazakhs do.", "KZ Kazakhstan’s; AZ Baku; KZ Kazakhs"},
		{"ru", "Жители Казахстана говорят о казахстанских и азербайджанских портах, о Грузии и Армении.", "KZ Казахстана; KZ казахстанских; AZ азербайджанских; GE Грузии; AM Армении"},
		{"ru", "Власти Саудовской Аравии ждут.", "SA Саудовской Аравии"},
		{"uk", "У Казахстані та в Грузії чекають на вірменських водіїв.", "KZ Казахстані; GE Грузії; AM вірменських"},
		{"tr", "Türkiye'nin doğusu ile Azerbaycan'dakiler ve Kazakistan’daki demiryolu.", "TR Türkiye'nin; AZ Azerbaycan'dakiler; KZ Kazakistan’daki"},
		{"az", "Qazaxıstanın, Gürcüstanda və Azərbaycandakı yollar üçün.", "KZ Qazaxıstanın; GE Gürcüstanda; AZ Azərbaycandakı"},
		{"kk", "Қазақстандағы және Өзбекстанның, Қырғызстаннан бір.", "KZ Қазақстандағы; UZ Өзбекстанның; KG Қырғызстаннан"},
		{"uz", "Oʻzbekistonning va Qozog'istondagi yoʻllar bilan.", "UZ Oʻzbekistonning; KZ Qozog'istondagi"},
		{"uz-Cyrl", "Ўзбекистоннинг ва Қозоғистондаги йўллар билан.", "UZ Ўзбекистоннинг; KZ Қозоғистондаги"},
		{"ky", "Кыргызстандын жана Казакстандагы жолдор үчүн.", "KG Кыргызстандын; KZ Казакстандагы"},
		{"tk", "Türkmenistanyň we Özbegistandaky ýollar.", "TM Türkmenistanyň; UZ Özbegistandaky"},
		{"tg", "Тоҷикистонро ва дар Ӯзбекистон.", "TJ Тоҷикистонро; UZ Ӯзбекистон"},
		{"ka", "ყაზახეთიდან საქართველოში, სომხეთისთვის.", "KZ ყაზახეთიდან; GE საქართველოში; AM სომხეთისთვის"},
		{"hy", "Ղազախստանից Հայաստանում, Վրաստանի միջով։", "KZ Ղազախստանից; AM Հայաստանում; GE Վրաստանի"},
		{"fa", "مقام\u200cهای ایرانی و قزاقستان در ازبکستان.", "IR ایرانی; KZ قزاقستان; UZ ازبکستان"},
		{"de", "Kasachstans Häfen, kasachische Beamte und die Türkei.", "KZ Kasachstans; KZ kasachische; TR Türkei"},
		{"fr", "L’Ouzbékistan, le port d’Aktaou et les autorités kazakhes.", "UZ Ouzbékistan; KZ Aktaou; KZ kazakhes"},
		{"zh", "哈萨克斯坦与乌兹别克斯坦在第比利斯会谈", "KZ 哈萨克斯坦; UZ 乌兹别克斯坦; GE 第比利斯"},
		{"en", "Kazakhstanization, a Bakunin, turkeys, Iranianism and Chinatown are none.", ""},
	} {
		if got := mentionsOf(c.language, c.text); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.language, c.text, got, c.want)
		}
	}
}

func TestSenses(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "A senator from Georgia spoke in Savannah.", ""},
		{"en", "Georgia opened a port at Anaklia.", "GE Georgia; GE Anaklia"},
		{"en", "She bought Georgia Tech tickets and a Georgian townhouse.", ""},
		{"en", "We saw Michael Jordan, and Jordan Henderson too.", ""},
		{"en", "The king of Jordan flew to Amman.", "JO Jordan; JO Amman"},
		{"en", "They drank Turkish coffee on Turkish Airlines and read a Russian novel.", ""},
		{"en", "He learned the Kazakh language from Chad Brown of Moscow, Idaho.", ""},
		{"en", "Roast turkey on fine china, with a Caspian tern outside.", ""},
		{"en", "Armenia, Quindío, lies in Colombia.", "CO Colombia"},
		{"en", "We met on Baku Street.", ""},
		{"ru", "Он читал русский роман и пил турецкий кофе.", ""},
		{"tr", "Mali tablo ve Türk kahvesi için bir not.", ""},
		{"fr", "Un roman russe et le café turc.", ""},
		{"zh", "土耳其咖啡和中国瓷器", ""},
	} {
		if got := mentionsOf(c.language, c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// Countries of a configuration may be named in any language, or by code.
func TestCodeOf(t *testing.T) {
	for name, want := range map[string]string{
		"Kazakhstan": "KZ", "Türkiye": "TR", "Turkey": "TR", "TURKIYE": "TR", "Казахстан": "KZ", "kz": "KZ", "Kasachstan": "KZ", "格鲁吉亚": "GE", "საქართველო": "GE",
		"Kyrgyz Republic": "KG", "Iran": "IR", "Northwind": "", "": "",
	} {
		if got := CodeOf(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// A word of a configuration that is no country counts where it stands.
func TestWordsThatAreNoCountry(t *testing.T) {
	text := Text{Title: "The Zarafon Valley floods", Body: "Water reached the Zarafon valley at night. Zarafon's mayor asked for boats."}
	got := Find(text, []Area{{Countries: []string{"Zarafon Valley"}}, {Words: []string{"Other Valley"}}})
	if got[0].Confidence < 0.5 || !strings.Contains(got[0].Reason, "headline: Zarafon Valley") || got[1] != (Finding{}) {
		t.Error(got)
	}
}

func TestReasonNamesWordsAndPlaces(t *testing.T) {
	text := Text{
		Labels: []string{"Kazakhstan"}, Title: "Wheat waits for wagons in Aktau",
		Body: "The silos of Aktau are full. Kazakhstan has no wagons. The rest is patience. Kazakh farmers wait, and Kazakh bankers wait.",
	}
	want := "label or address: Kazakhstan; headline: Aktau; opening: Kazakhstan, Aktau; text: Kazakh (2)"
	if got := Find(text, []Area{{Countries: []string{"KZ"}}}); got[0].Reason != want || got[0].Confidence < 0.9 {
		t.Errorf("%v\nwant %s", got, want)
	}
}

// A label names a country when it is nothing else.
func TestLabelsAreWholeNames(t *testing.T) {
	text := Text{Title: "Mushrooms of the autumn", Body: "They grow on logs.", Labels: []string{"turkey-tail-logs", "Kazakhstan", "central-asia"}}
	got := Find(text, []Area{{Countries: []string{"Türkiye"}}, {Countries: []string{"Kazakhstan"}}})
	if got[0] != (Finding{}) || got[1].Confidence < 0.5 || got[1].Reason != "label or address: Kazakhstan, central-asia" {
		t.Error(got)
	}
}

// A headline follows the sense of the text.
func TestHeadlineFollowsTheText(t *testing.T) {
	for _, text := range []Text{
		{Title: "Georgia Stanway signs until 2028", Body: "On Monday Georgia Stanway signed a contract until 2028. The midfielder came as a girl."},
		{Title: "Jordan retires", Body: "The fans sang when Jordan Henderson left the pitch."},
	} {
		for i, f := range Find(text, []Area{{Countries: []string{"Georgia"}}, {Countries: []string{"Jordan"}}}) {
			if f.Confidence != 0 {
				t.Errorf("%s: %d %v", text.Title, i, f)
			}
		}
	}
}

// Adjectives alone are no country until there are three.
func TestPeoplesAlone(t *testing.T) {
	two := Text{Title: "An Armenian evening", Body: "The choir sang Armenian songs until midnight."}
	three := Text{Title: two.Title, Body: two.Body + " Then Armenian brandy went round."}
	area := []Area{{Countries: []string{"Armenia"}}}
	if a, b := Find(two, area)[0].Confidence, Find(three, area)[0].Confidence; a >= 0.5 || a < 0.2 || b < 0.5 {
		t.Error(a, b)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Kazakhstan", "L’Ouzbékistan’s Türkiye'nin 哈萨克斯坦 ایران\u200c Грузии", "fr")
	f.Add("'", "d'’l' n'\xff\xfe O'", "")
	f.Fuzz(func(t *testing.T, title, body, language string) {
		got := Find(Text{Labels: []string{title}, Title: title, Body: body, Language: language}, []Area{{Countries: []string{"KZ", title}}, {Words: []string{body}}})
		for _, finding := range got {
			if finding.Confidence < 0 || finding.Confidence > 1 || finding.Confidence > 0 && finding.Reason == "" {
				t.Error(finding)
			}
			if utf8.ValidString(title) && utf8.ValidString(body) && !utf8.ValidString(finding.Reason) {
				t.Errorf("%q", finding.Reason)
			}
		}
	})
}
