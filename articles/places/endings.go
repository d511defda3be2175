package places

import "strings"

// language is an index into languages.
type language uint8

// mask is a set of languages.
type mask uint32

const (
	english language = iota
	russian
	ukrainian
	turkish
	azerbaijani
	kazakh
	uzbek
	uzbekCyrillic
	kyrgyz
	turkmen
	tajik
	georgian
	armenian
	persian
	german
	french
	chinese
)

// languages are the columns of cldr.tsv, in their order.
var languages = strings.Fields("en ru uk tr az kk uz uz-Cyrl ky tk tg ka hy fa de fr zh")

const (
	latin    = 1<<english | 1<<turkish | 1<<azerbaijani | 1<<uzbek | 1<<turkmen | 1<<german | 1<<french
	cyrillic = 1<<russian | 1<<ukrainian | 1<<kazakh | 1<<uzbekCyrillic | 1<<kyrgyz | 1<<tajik
)

// endings are the endings that words of a language take after a stem, folded.
type endings struct {
	trie  *trie
	chain bool // any number of them, one after another
}

func endingsOf(list string, chain bool) endings {
	e := endings{newTrie(), chain}
	for _, ending := range strings.Fields(list) {
		e.trie.add(foldWord(ending), 0)
	}
	return e
}

const (
	oghuz = `lar ler lı li lu lü sız siz suz süz ın in un ün nın nin nun nün ı i u ü yı yi yu yü a e ya ye da de ta te nda nde dan den tan ten ndan nden
		la le yla yle ki ca ce ça çe sı si su sü na ne dır dir dur dür tır tir lık lik luk lük daki deki taki teki ım im
		lıq luq nı ni nu nü y yn yny ny ly lyk dyr sy daky däki dan a ä ň`
	kipchak = `лар лер дар дер тар тер лор дор тор лөр дөр төр ның нің дың дің тың тің нын нин дын дин тын тин нун дун тун нүн дүн түн ға ге қа ке га ка го ко гө кө
		ды ді ты ті ны ні ди ти ни ду ту ну дү түнү на не да де та те до то дө тө нда нде дан ден тан тен нан нен дон тон мен бен пен менен лық лік дық дік тық тік лык лик дык дик тык тик
		дағы дегі тағы тегі дагы деги тагы теги ы і и у ү сы сі си су н ша ше ча че дікі ндағы ндегі`
	russianNoun = `а я о е ы и у ю ой ей ью ою ею ом ем ам ям ами ями ах ях ь ий ии ию ия ией иям иях иями ов ев
		ая яя ое ее ие ые ого его ому ему им ым ых их ими ыми ую юю ою ки ка ке ку кой ок ец`
	ukrainianNoun = `а я о е и і ї у ю ой ою ею єю ом ем єм ам ям ами ями ах ях ь ій ії ію ія ією іями ові еві єві ів їв
		ий а е і ого ому им их ими ій ою у ої її`
)

// endingsBy has the endings of each language. Chinese has no endings.
var endingsBy = [...]endings{
	english:       endingsOf("s es", false),
	russian:       endingsOf(russianNoun, false),
	ukrainian:     endingsOf(ukrainianNoun, false),
	turkish:       endingsOf(oghuz, true),
	azerbaijani:   endingsOf(oghuz, true),
	kazakh:        endingsOf(kipchak, true),
	uzbek:         endingsOf("lar ning ga ka qa ni da dan lik dagi i si im cha gacha dek nda ndan niki", true),
	uzbekCyrillic: endingsOf("лар нинг га ка қа ни да дан лик даги и си ча гача дек", true),
	kyrgyz:        endingsOf(kipchak, true),
	turkmen:       endingsOf(oghuz, true),
	tajik:         endingsOf("и ро ҳо ӣ иён ён ҳои у ам е он иро", true),
	georgian:      endingsOf("ი ის ს ში მა ით თი იდან დან თან სთან თვის სთვის ზე ად დ მდე ამდე ა ო ც ები ებ ებს ების ებმა ებთან ისა ელი ელ ური ულ ურ ული ეთი ეთ ე მ იც ისკენ სა კენ ოს", true),
	armenian:      endingsOf("ը ն ի ին ից ում ով ս ներ ները ների ներին ական ացի ցի այի յի այից յից այում յան եր երի երը երին երը երն յա ու ան ա ւ ուն ուց ք ցիներ", true),
	persian:       endingsOf("ی ها های ان یان ای م هایی یی", true),
	german:        endingsOf("s e en er es em ern n in innen ns", false),
	french:        endingsOf("s e es ne nes x", false),
	chinese:       endingsOf("", false),
}

// maxTail is the longest rest of a word, in characters, that can be endings.
const maxTail = 14

// takes reports whether a rest of a word is an ending, or several.
func (e endings) takes(tail []rune) bool {
	if len(tail) == 0 {
		return true
	}
	if len(tail) > maxTail {
		return false
	}
	var reached [maxTail + 1]bool
	reached[0] = true
	for i := range tail {
		if !reached[i] || i > 0 && !e.chain {
			continue
		}
		node := root
		for at := i; at < len(tail); at++ {
			if node = e.trie.next(node, tail[at]); node == noNode {
				break
			}
			reached[at+1] = reached[at+1] || len(e.trie.ends[node]) > 0
		}
	}
	return reached[len(tail)]
}

// droppedFinals are the last letters of a name that change when it is declined.
var droppedFinals = map[language]string{russian: "аяйь", ukrainian: "аяйь", georgian: "იაოე", armenian: "", tajik: ""}

// adjectiveFinals end the first words of names such as Саудовская Аравия.
var adjectiveFinals = map[language][]string{russian: {"ая", "ый", "ий", "ое", "ие", "ые"}, ukrainian: {"а", "ий", "е", "і"}}

// stem cuts from a folded word of a name the letters that change with its case. first says
// that other words of the name follow.
func stem(l language, word string, first bool) string {
	runes := []rune(word)
	if first {
		for _, final := range adjectiveFinals[l] {
			if strings.HasSuffix(word, final) && len(runes) > 5 {
				return strings.TrimSuffix(word, final)
			}
		}
	}
	if len(runes) > 3 && strings.ContainsRune(droppedFinals[l], runes[len(runes)-1]) {
		return string(runes[:len(runes)-1])
	}
	return word
}
