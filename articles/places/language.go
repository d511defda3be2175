package places

import "strings"

// Words and letters by which languages that share a script are told apart. A word counts
// once, a letter once for each word that it stands in.
var (
	functionWords = map[language]string{
		english:       "the of and to in that is for on with as by was are at has from it its which",
		german:        "der die das und den von mit für auf im ist des dem nicht ein eine sich zu auch bei nach wird sind hat wurde werden einer",
		french:        "le la les des et un une du dans que pour est sur au qui par avec pas ne ce sont aux plus cette entre",
		turkish:       "ve bir bu için ile olarak olan daha en kadar sonra gibi çok ise yeni etti dedi ancak göre arasında yıl",
		azerbaijani:   "və bir bu üçün ilə olan daha ki kimi görə edib bildirib olub isə də sonra arasında yeni haqqında",
		uzbek:         "va bir bu uchun bilan ham boʻyicha edi kerak deb qildi bo'yicha o'z oʻz yil haqida esa hamda yangi",
		turkmen:       "we bir bu üçin bilen hem boýunça etdi ýyl şu bolan täze arasynda ýyly barada hakynda boldy",
		russian:       "и в на что с по не для из от как к но о за до это при его был также у",
		ukrainian:     "і в на що з та до не для у від за про як але це його був також із",
		kazakh:        "және бір бұл үшін мен бойынша деп келесі да де туралы болып деді екі жаңа арасындағы жылы еді",
		kyrgyz:        "жана бир бул үчүн менен боюнча деп жаңы да де тууралуу болуп деди эки жылы",
		tajik:         "ва дар аз ки бо барои ба ин як аст дорад шуд байни соли низ то",
		uzbekCyrillic: "ва билан учун бир бу бўйича ҳам эди деб ўз йил ҳақида эса ҳамда янги қилди",
	}
	ownLetters = map[language]string{
		turkish: "ığ", azerbaijani: "ə", turkmen: "ýňž", german: "ßä", french: "éèêàç", uzbek: "ʻ", russian: "ыэъё", ukrainian: "іїєґ",
		kazakh: "ұіәқң", kyrgyz: "өүң", tajik: "ҷӣӯ", uzbekCyrillic: "ўҳ",
	}
)

// detector tells languages from words and letters.
type detector struct {
	words   map[string]mask
	letters map[rune]mask
}

func newDetector() detector {
	d := detector{map[string]mask{}, map[rune]mask{}}
	for l, list := range functionWords {
		for _, word := range strings.Fields(list) {
			d.words[word] |= 1 << l
		}
	}
	for l, letters := range ownLetters {
		for _, r := range letters {
			d.letters[r] |= 1 << l
		}
	}
	return d
}

// detectWords is how many words of a text are looked at.
const detectWords = 300

// languagesOf returns the languages that a text may be written in, among them the declared
// one, a BCP 47 tag: pages often declare the language of their template.
func (d detector) languagesOf(declared string, texts ...string) mask {
	var score [len(endingsBy)]int
	all := mask(1<<georgian | 1<<armenian | 1<<persian | 1<<chinese)
	base, _, _ := strings.Cut(declared, "-")
	for l, name := range languages {
		if name == declared || name == base {
			all |= 1 << l
		}
	}
	left := detectWords
	for _, text := range texts {
		for word := range strings.FieldsSeq(text) {
			if left--; left < 0 {
				break
			}
			d.count(strings.ToLower(strings.Trim(word, ".,;:!?()\"«»“”")), &score)
		}
	}
	for _, script := range []mask{latin, cyrillic} {
		all |= likely(script, score)
	}
	return all
}

// likely returns the languages of a script with the highest scores.
func likely(script mask, score [len(endingsBy)]int) (found mask) {
	best := 0
	for l, n := range score {
		if script&(1<<l) != 0 {
			best = max(best, n)
		}
	}
	for l, n := range score {
		if script&(1<<l) != 0 && 2*n >= best {
			found |= 1 << l
		}
	}
	return found
}

// count adds a word in lower case to the scores.
func (d detector) count(word string, score *[len(endingsBy)]int) {
	add := func(m mask, n int) {
		for l := range score {
			if m&(1<<l) != 0 {
				score[l] += n
			}
		}
	}
	add(d.words[word], 2)
	var letters mask
	for _, r := range word {
		if r > 0x7f {
			letters |= d.letters[r]
		}
	}
	add(letters, 1)
}
