package places

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchFind prints the CPU time of a text of 10,000 words, which other processes of the
// machine do not change, beside the time by the clock.
func benchFind(b *testing.B, sentence string) {
	body := strings.Repeat(sentence, 10_000/len(strings.Fields(sentence)))
	areas := []Area{
		{Countries: []string{"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"}, Words: []string{"Central Asia"}},
		{Countries: []string{"Georgia"}},
		{Countries: []string{"Türkiye"}},
	}
	Find(Text{Body: body[:len(sentence)]}, areas) // builds the gazetteer
	start := cpu(b)
	for b.Loop() {
		Find(Text{Title: "A mild winter", Body: body}, areas)
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N)/1e6, "cpu-ms/page")
}

// cpu returns the CPU time of the process so far.
func cpu(b *testing.B) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func BenchmarkFindEnglish(b *testing.B) {
	benchFind(b, "The port of Aktau is where the farmers of the steppe load their wheat, and nobody on the quay remembers a winter as mild as this one in Kazakhstan. ")
}

func BenchmarkFindRussian(b *testing.B) {
	benchFind(b, "В порту Актау начали строить второй зерновой терминал, и Казахстан рассчитывает удвоить вывоз пшеницы через море уже к следующему лету, как говорят местные власти. ")
}

func BenchmarkFindTurkish(b *testing.B) {
	benchFind(b, "Ulaştırma Bakanlığı, yeni vagonların bahara kadar geleceğini ve hattın yıllık yük kapasitesinin iki katına çıkacağını Türkiye'nin doğusunda yaptığı toplantıda duyurdu. ")
}

func BenchmarkFindChinese(b *testing.B) {
	benchFind(b, strings.Repeat("x ", 22)+strings.Repeat("交通部表示新泊位明年投入使用货主希望降低车皮价格哈萨克斯坦的粮食出口有望翻一番 ", 1))
}
