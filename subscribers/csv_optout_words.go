package subscribers

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Words about opt-outs, in the languages in which tools and staff write files, as bareLetters
// returns them.
var (
	// refusalStems are in words for a person who unsubscribed, did not confirm, or whose
	// mailbox failed.
	refusalStems = []string{
		"abgemeld", "abmeld", "abbestell", "ausgetragen", "gekundigt", "unbestatigt", "nichtbestatigt", "unzustellbar", "gesperrt", // German
		"afgemeld", "uitgeschr", "onbevestigd", // Dutch
		"desabon", "desinscr", "nonconfirm", "nonabonn", "noninscr", // French
		"debaja", "desuscri", "sinconfirmar", "noconfirmad", "nosuscri", // Spanish
		"disiscr", "nonconfermat", "noniscritt", // Italian
		"отпис", "неподписан", "неподтвержд", "заблокирован", // Russian
		"відпис", "непідтвердж", // Ukrainian
		"wypis", "niepotwierdz", // Polish
		"abonelikten", "abonelikiptal", "abunəlikdən", "abunəlikləgv", "жазылымнан", "გაუქმებ", // Turkish, Azerbaijani, Kazakh, Georgian
	}
	// askedStems are in names of columns that may say whether a person wants emails.
	askedStems = []string{
		"abonn", "angemeld", "einwillig", "zustimm", "aangemeld", "ingeschr", "toestemming", "inscri", "suscri", "consens", "iscritt", "подпис", "підпис", "рассыл", "розсил",
		"соглас", "zgoda", "zapisan", "abone", "abunə", "жазыл",
	}
	noWords = []string{
		"nein", "nie", "nee", "non", "nao", "nei", "nej", "ne", "нет", "ні", "hayır", "hayir", "xeyr", "yox", "жок", "არა",
	}
	yesWords = []string{
		"ja", "oui", "si", "sim", "да", "так", "tak", "evet", "bəli", "hə", "иә", "კი",
	}
)

// refuses reports whether a cell of a column of any name may say that the person does not
// want emails. A cell may be a list, such as tags.
func refuses(cell string) bool {
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(`,;|"`, r) }) {
		if slices.Contains(plainRefusals, bareWord(part)) || len(part) <= 80 && hasStem(bareLetters(part), refusalStems) {
			return true
		}
	}
	return false
}

func hasStem(word string, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(word, stem) })
}

// bareLetters returns the letters and digits of s in lower case, without accents.
func bareLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFD.String(strings.ToLower(s)))
}
