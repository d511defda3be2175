package reading

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestCountWords counts words of scripts with and without blanks between them.
func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"":                           0,
		"Four ships came on Monday.": 5,
		"Порт принял четыре судна — в срок.":         7,
		"بندر انزلی اسکله تازه\u200cای می\u200cسازد": 5,
		"항구는 월요일에 배 네 척을 맞이했다.":                      6,
		"港口周一接待了四艘货轮。":                               6,
		"港口 Aktau 接待了 4 艘货轮":                         6,
		"港は月曜日に四隻の船を受け入れた。":                          8,
		"ท่าเรือรับเรือสี่ลำเมื่อวันจันทร์":          5,
		"ທ່າເຮືອຮັບເຮືອສີ່ລຳໃນວັນຈັນ":                4,
		"កំពង់ផែបានទទួលនាវាបួនគ្រឿងនៅថ្ងៃចន្ទ":       5,
	} {
		if got := CountWords(text); got != want {
			t.Errorf("%q has %d words, want %d", text, got, want)
		}
	}
}

// TestSummariesEndWithSentences cuts texts of many scripts behind their last whole sentence.
func TestSummariesEndWithSentences(t *testing.T) {
	for _, sentence := range []string{
		"Four ships came to the port on Monday, and nine trains left it for the east. ",
		"По словам проф. Смирнова, порт принял в понедельник четыре судна, а станция отправила девять поездов. ",
		"Նավահանգիստը երկուշաբթի ընդունեց չորս նավ, իսկ կայարանը ինը գնացք ուղարկեց արևելք։ ",
		"ნავსადგურმა ორშაბათს ოთხი გემი მიიღო, სადგურმა კი აღმოსავლეთით ცხრა მატარებელი გაგზავნა. ",
		"آیا بندر روز دوشنبه چهار کشتی پذیرفت و ایستگاه پشت آن نه قطار به شرق فرستاد؟ ",
		"بندرگاہ نے پیر کے دن چار جہاز قبول کیے اور اسٹیشن نے نو ریل گاڑیاں مشرق کو روانہ کیں۔ ",
		"बंदरगाह ने सोमवार को चार जहाज़ लिए और उसके पीछे के स्टेशन ने पूर्व की ओर नौ रेलगाड़ियाँ भेजीं। ",
		"港口周一接待了四艘货轮，后面的车站向东发出了九列火车，工人们在灯下清点货物。",
		"港は月曜日に四隻の船を受け入れ、その後ろの駅は東へ九本の列車を送り出した！",
		"“Four ships came to the port,” said the harbour master, “and the U.S. one was late.” ",
		"Die Zahl stieg um ca. 5 Prozent bzw. 3 Schiffe, und am 5. Mai kamen im Hafen vier Schiffe an. ",
	} {
		got := Shorten(strings.Repeat(sentence, 12))
		whole := strings.TrimSpace(sentence)
		if !strings.HasSuffix(got, whole) || len([]rune(got)) > summaryLength || len([]rune(got)) < summaryLength/4 {
			t.Errorf("%d letters: %s", len([]rune(got)), got)
		}
	}
}

// TestSummariesWithoutSentences cuts texts in which no sentence ends.
func TestSummariesWithoutSentences(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("harbour ", 60): "harbour…",
		strings.Repeat("ท่าเรือ", 90):  "…",
		strings.Repeat("港口，", 200):     "…",
	} {
		got := Shorten(text)
		if !strings.HasSuffix(got, want) || !utf8.ValidString(got) || len([]rune(got)) > summaryLength+1 {
			t.Errorf("%d letters: %s", len([]rune(got)), got)
		}
	}
	if short := "Four ships came to the port"; Shorten(short) != short {
		t.Error(Shorten(short))
	}
}
