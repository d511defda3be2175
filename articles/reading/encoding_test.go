package reading

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// legacyTexts are sentences in languages with encodings before Unicode.
var legacyTexts = []struct{ language, encodings, text string }{
	{"ru", "windows-1251 koi8-r ibm866 iso-8859-5", "Порт Актау принял в понедельник четыре судна, а станция за ним отправила девять поездов на восток. Начальник порта просит соседей о помощи."},
	{"uk", "windows-1251 koi8-u", "Порт прийняв у понеділок чотири судна, а станція за ним відправила дев'ять поїздів на схід. Керівник порту просить сусідів про допомогу."},
	{"tr", "windows-1254", "Liman pazartesi günü dört gemi kabul etti, arkasındaki istasyon ise doğuya dokuz tren gönderdi. Işıklar gece boyunca söndürülmedi."},
	{"pl", "windows-1250 iso-8859-2", "Port przyjął w poniedziałek cztery statki, a stacja za nim wysłała na wschód dziewięć pociągów. Szef portu prosi sąsiadów o pomoc."},
	{"cs", "windows-1250", "Přístav přijal v pondělí čtyři lodě a stanice za ním vyslala na východ devět vlaků. Šéf přístavu řekl, že vagonů je málo."},
	{"de", "windows-1252", "Der Hafen nahm am Montag vier Schiffe auf, und der Bahnhof dahinter schickte neun Züge nach Osten. Für die Prüfung reicht das Geld übrigens nicht."},
	{"el", "windows-1253", "Το λιμάνι δέχτηκε τη Δευτέρα τέσσερα πλοία και ο σταθμός πίσω του έστειλε εννέα τρένα προς τα ανατολικά."},
	{"he", "windows-1255", "הנמל קיבל ביום שני ארבע אוניות, והתחנה שמאחוריו שלחה תשע רכבות מזרחה."},
	{"ar", "windows-1256", "استقبل الميناء يوم الاثنين أربع سفن، وأرسلت المحطة خلفه تسعة قطارات إلى الشرق. وطلب مدير الميناء المساعدة من الجيران."},
	{"lt", "windows-1257", "Uostas pirmadienį priėmė keturis laivus, o už jo esanti stotis išsiuntė į rytus devynis traukinius."},
	{"th", "windows-874", "ท่าเรือรับเรือสี่ลำเมื่อวันจันทร์ และสถานีด้านหลังส่งรถไฟเก้าขบวนไปทางตะวันออก"},
	{"zh", "gb18030 big5", "工人在月台上等待火車，天亮以前沒有人離開。"},
	{"ja", "shift_jis euc-jp", "港は月曜日に四隻の船を受け入れ、その後ろの駅は東へ九本の列車を送り出した。"},
	{"ko", "euc-kr", "항구는 월요일에 배 네 척을 맞이했고, 그 뒤의 역은 동쪽으로 열차 아홉 대를 보냈다."},
}

func encodePage(t *testing.T, name, page string) []byte {
	t.Helper()
	e, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.NewEncoder().Bytes([]byte(page))
	if err != nil {
		t.Fatal(name, err)
	}
	return body
}

// TestUndeclaredEncodings reads pages whose encoding nothing declares, and pages with a
// header and a meta element that lie.
func TestUndeclaredEncodings(t *testing.T) {
	for _, c := range legacyTexts {
		for name := range strings.FieldsSeq(c.encodings) {
			page := `<html lang="` + c.language + `"><head><title>x</title></head><body><p>` + c.text + "</p><p>" + c.text + "</p></body></html>"
			for _, contentType := range []string{"text/html", "text/html; charset=utf-8"} {
				if got := string(UTF8(encodePage(t, name, page), contentType)); got != page {
					t.Errorf("%s in %s as %s is read as %s", c.language, name, contentType, got)
				}
			}
			liar := strings.Replace(page, "<head>", `<head><meta charset="utf-8">`, 1)
			if got := string(UTF8(encodePage(t, name, liar), "text/html; charset=utf-8")); got != liar {
				t.Errorf("%s in %s, declared as UTF-8, is read as %s", c.language, name, got)
			}
		}
	}
}

// TestDeclaredEncodings reads pages that declare their encoding in one place or another.
func TestDeclaredEncodings(t *testing.T) {
	text := "<title>Порт</title><p>Порт Актау принял в понедельник четыре судна.</p>"
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy, page string) []byte {
		body, err := unicode.UTF16(order, mark).NewEncoder().Bytes([]byte(page))
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	cp1251 := encodePage(t, "windows-1251", text)
	inHead := func(head string) []byte { return append([]byte(head), cp1251...) }
	for name, c := range map[string]struct {
		body        []byte
		contentType string
	}{
		"UTF-8 with a mark":              {append([]byte("\xef\xbb\xbf"), text...), "text/html; charset=windows-1251"},
		"UTF-16 with a mark":             {utf16(unicode.LittleEndian, unicode.UseBOM, text), "text/html"},
		"UTF-16, big end first":          {utf16(unicode.BigEndian, unicode.UseBOM, text), "text/html; charset=utf-8"},
		"UTF-16 without a mark":          {utf16(unicode.LittleEndian, unicode.IgnoreBOM, text), "text/html"},
		"valid UTF-8, header says else":  {[]byte(text), "text/html; charset=windows-1251"},
		"header":                         {cp1251, "text/html; charset=windows-1251"},
		"header in quotes":               {cp1251, `text/html; charset="Windows-1251"`},
		"broken header":                  {cp1251, "text/html;;charset=cp1251"},
		"meta":                           {inHead(`<meta charset=cp1251>`), "text/html"},
		"http-equiv":                     {inHead(`<meta content="text/html; charset=windows-1251" http-equiv=Content-Type>`), "text/html"},
		"meta behind a script":           {inHead("<script>/*" + strings.Repeat("x", 3000) + `<meta charset="koi8-r">*/</script><meta charset="windows-1251">`), "text/html"},
		"meta in a comment":              {inHead(`<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">`), "text/html"},
		"meta says UTF-16":               {inHead(`<meta charset="utf-16">`), "text/html"},
		"XML declaration":                {inHead(`<?xml version="1.0" encoding="windows-1251"?>`), "application/xhtml+xml"},
		"header of a server's own":       {inHead(`<meta charset="windows-1251">`), "text/html; charset=iso-8859-1"},
		"unknown label":                  {inHead(`<meta charset="klingon">`), "text/html; charset=x-none"},
		"UTF-8 with a broken byte":       {[]byte(text + "\xff"), "text/html; charset=utf-8"},
		"UTF-8 with a broken byte, mute": {[]byte(text + "\xff"), "text/html"},
	} {
		if got := string(UTF8(c.body, c.contentType)); !strings.Contains(got, text) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestEncodingOfJapaneseMail decodes the one encoding that looks like ASCII.
func TestEncodingOfJapaneseMail(t *testing.T) {
	text := "港は月曜日に四隻の船を受け入れた。"
	if got := string(UTF8(encodePage(t, "iso-2022-jp", text), "text/html; charset=iso-2022-jp")); got != text {
		t.Error(got)
	}
}

// FuzzUTF8 decodes any bytes to valid UTF-8 of at most four times their length.
func FuzzUTF8(f *testing.F) {
	for _, c := range legacyTexts[:3] {
		f.Add([]byte(c.text), "text/html; charset=utf-8")
	}
	f.Add([]byte("\x1b$B<script"), "text/html; charset=iso-2022-jp")
	f.Add(bytes.Repeat([]byte("\xff<"), 20), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		got := UTF8(body, contentType)
		if !utf8.Valid(got) || len(got) > 4*len(body)+4 {
			t.Fatalf("%d bytes become %d, valid: %t", len(body), len(got), utf8.Valid(got))
		}
	})
}
