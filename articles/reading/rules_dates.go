package reading

import (
	"regexp"
	"strings"
)

// dateWords are words before the date of publication, the longer ones first.
var dateWords = dateExpressions(`(?i)^(%s)(\s*[:：]\s*|\s+)`, []rule{
	{"publication date", "rows/date-words-publication-date"},
	{"published( on| at)?", "rows/date-words-published"},
	{"posted( on)?", "rows/date-words-posted"},
	{"date", "rows/date-words-date"},
	{"released?", "rows/date-words-release"},
	{"first published", "rows/date-words-first-published"},
	{"publiée?( le)?", "rows/date-words-publié"},
	{"mis en ligne( le)?", "rows/date-words-mis-en-ligne"},
	{"paru le", "rows/date-words-paru-le"},
	{"veröffentlicht( am)?", "rows/date-words-veröffentlicht"},
	{"erschienen( am)?", "rows/date-words-erschienen"},
	{"veröffentlichungsdatum", "rows/date-words-veröffentlichungsdatum"},
	{"datum", "rows/date-words-datum"},
	{"stand", "rows/date-words-stand"},
	{"vom", "rows/date-words-vom"},
	{"дата( публикации)?", "rows/date-words-дата"},
	{"опубликован[оа]?", "rows/date-words-опубликован"},
	{"размещено", "rows/date-words-размещено"},
	{"publicad[oa]( el| em| en)?", "rows/date-words-publicada"},
	{"fecha( de publicación)?", "rows/date-words-fecha"},
	{"data( di pubblicazione| de publicação| publikacji)?", "rows/date-words-data"},
	{"pubblicato( il)?", "rows/date-words-pubblicato"},
	{"opublikowano", "rows/date-words-opublikowano"},
	{"yayınlan(dı|ma)( tarihi)?", "rows/date-words-yayınlandı"},
	{"yayın tarihi", "rows/date-words-yayın-tarihi"},
	{"tarihi?", "rows/date-words-tarih"},
	{"dərc (olunub|edilib)", "rows/date-words-dərc-olunub"},
	{"dərc tarixi", "rows/date-words-dərc-tarixi"},
	{"tarix", "rows/date-words-tarix"},
	{"жарияланды", "rows/date-words-жарияланды"},
	{"жарияланған( күні)?", "rows/date-words-жарияланған"},
	{"күні", "rows/date-words-күні"},
	{"чоп этилди", "rows/date-words-чоп-этилди"},
	{"e.lon qilindi", "rows/date-words-e-lon-qilindi"},
	{"sana", "rows/date-words-sana"},
	{"تاریخ( انتشار)?", "rows/date-words-تاریخ"},
	{"منتشر شده( در)?", "rows/date-words-منتشر-شده"},
	{"تاريخ النشر", "rows/date-words-تاريخ-النشر"},
	{"نشر( في)?", "rows/date-words-نشر"},
	{"опубліковано", "rows/date-words-опубліковано"},
	{"оприлюднено", "rows/date-words-оприлюднено"},
	{"gepubliceerd( op)?|geplaatst( op)?", "rows/date-words-gepubliceerd-op"},
	{"zveřejněno|publikováno|vydáno", "rows/date-words-zveřejněno"},
	{"publicera(d|t)|publicerades", "rows/date-words-publicerad"},
	{"(offentlig|publis|public)(gjort|eret|ert)|udgivet", "rows/date-words-publiceret"},
	{"julkaistu", "rows/date-words-julkaistu"},
	{"közzétéve|megjelent", "rows/date-words-közzétéve"},
	{"publicat( pe| la)?|postat( pe| la)?", "rows/date-words-publicat-pe"},
	{"δημοσιεύτηκε|δημοσίευση|ημερομηνία", "rows/date-words-δημοσιεύτηκε"},
	{"(ngày )?(đăng|xuất bản)|ngày", "rows/date-words-ngày-đăng"},
	{"diterbitkan|dipublikasikan|tanggal", "rows/date-words-diterbitkan"},
	{"公開日|掲載日|投稿日|更新日付", "rows/date-words-公開日"},
	{"发布时间|发表时间|发稿时间|发布日期|时间|日期|發佈|日期", "rows/date-words-发布时间"},
	{"등록일?|입력|작성일", "rows/date-words-등록일"},
	{"objavljeno|objavio", "rows/date-words-objavljeno"},
	{"публикувано( на)?|објављено", "rows/date-words-публикувано-на"},
	{"publikované|uverejnené", "rows/date-words-publikované"},
	{"เผยแพร่(เมื่อ)?|วันที่", "rows/date-words-เผยแพร-เม-อ"},
	{"פורסם|תאריך", "rows/date-words-פורסם"},
	{"প্রকাশ(িত)?|प्रकाशित", "rows/date-words-প-রক-শ"},
	{"գհրապարակվել|հրապարակվել է", "rows/date-words-հրապարակվել-է"},
	{"გამოქვეყნდა", "rows/date-words-გამოქვეყნდა"},
	{"geschrieben( von .{1,40})?( am)?|erstellt( am)?|verfasst( am)?|eingestellt( am)?|online seit", "rows/date-words-erstellt-am"},
	{"created( on)?|added( on)?|submitted( on)?|filed( on)?|uploaded( on)?|issued( on)?", "rows/date-words-created-on"},
	{"rédigé( le)?|écrit( le)?|article publié le|date de publication|ajouté le", "rows/date-words-rédigé-le"},
	{"inserito( il)?|scritto( il)?", "rows/date-words-inserito-il"},
	{"dodan[oey]|utworzono", "rows/date-words-dodano"},
	{"добавлен[оа]?|создан[оа]?", "rows/date-words-добавлено"},
	{"paskelbta|publicēts|avaldatud", "rows/date-words-paskelbta"},
})

// editWords are words before the date of an edit.
var editWords = dateExpressions(`(?i)^(%s)(\s*[:：]\s*|\s+)`, []rule{
	{"(last )?(updated|modified|edited)( on| at)?", "rows/edit-words-updated"},
	{"mise? à jour( le)?", "rows/edit-words-mis-à-jour"},
	{"modifiée?( le)?", "rows/edit-words-modifié"},
	{"(zuletzt )?aktualisiert( am)?|zuletzt( am)?", "rows/edit-words-aktualisiert"},
	{"обновлено", "rows/edit-words-обновлено"},
	{"изменено", "rows/edit-words-изменено"},
	{"actualizad[oa]( el)?", "rows/edit-words-actualizada"},
	{"atualizado( em)?", "rows/edit-words-atualizado"},
	{"aggiornato( il)?", "rows/edit-words-aggiornato"},
	{"zaktualizowano", "rows/edit-words-zaktualizowano"},
	{"güncellen(di|me)( tarihi)?", "rows/edit-words-güncellendi"},
	{"yenilən(di|ib|mə)( tarixi)?", "rows/edit-words-yeniləndi"},
	{"жаңартылды", "rows/edit-words-жаңартылды"},
	{`به\x{200C}?روزرسانی`, "rows/edit-words-بهروزرسانی"},
	{"оновлено", "rows/edit-words-оновлено"},
	{"(laatst )?bijgewerkt( op)?|gewijzigd( op)?", "rows/edit-words-bijgewerkt-op"},
	{"aktualizováno|upraveno", "rows/edit-words-aktualizováno"},
	{"(senast )?uppdatera(d|t)|ändrad", "rows/edit-words-senast-uppdaterad"},
	{"(sidst )?opdateret|oppdatert|endret", "rows/edit-words-sidst-opdateret"},
	{"päivitetty", "rows/edit-words-päivitetty"},
	{"frissítve|módosítva", "rows/edit-words-frissítve"},
	{"actualizat( la| pe)?", "rows/edit-words-actualizat"},
	{"ενημερώθηκε|ενημέρωση", "rows/edit-words-ενημερώθηκε"},
	{"cập nhật", "rows/edit-words-cập-nhật"},
	{"更新日時?|最終更新(日)?", "rows/edit-words-更新日"},
	{"更新时间|最后更新|更新時間", "rows/edit-words-更新时间"},
	{"수정일?|최종수정", "rows/edit-words-수정"},
	{"ažurirano", "rows/edit-words-ažurirano"},
	{"letzte (änderung|aktualisierung|bearbeitung)( am)?|geändert( am)?|zuletzt (geändert|bearbeitet)( am)?|bearbeitet( am)?", "rows/edit-words-letzte-änderung"},
	{"dernière (mise à jour|modification)( le)?", "rows/edit-words-dernière-modification"},
	{"ultim[oa] (aggiornamento|modifica)|modificato( il)?", "rows/edit-words-ultimo-aggiornamento"},
	{"última (actualización|modificación|atualização)|modificad[oa]( el| em)?", "rows/edit-words-última-actualización"},
	{"(ostatnia )?(aktualizacja|modyfikacja)|zmodyfikowano", "rows/edit-words-ostatnia-aktualizacja"},
	{"(last )?(update|change|modification|revision|revised)|(page )?last (updated|modified|changed|reviewed)( on)?", "rows/edit-words-last-change"},
	{"последнее (обновление|изменение)", "rows/edit-words-последнее-изменение"},
	{"son güncelleme( tarihi)?", "rows/edit-words-son-güncelleme"},
})

// months are the names of months in the languages of the region and of its readers, in the forms that stand in
// dates. A name may be cut short to three letters.
var months = monthsOf([]rule{
	{"қаңтарда ақпанда наурызда сәуірде мамырда маусымда шілдеде тамызда қыркүйекте қазанда қарашада желтоқсанда", "rows/months-қаңтарда"},
	{"qańtar aqpan naurız sáuir mamır maýsym shilde tamız qyrkúıek qazan qarasha jeltoqsan", "rows/months-qańtar"},
	{"jänner feber mrz april mai juni juli august september oktober november dezember", "rows/months-jänner"},
	{"i ii iii iv v vi vii viii ix x xi xii", "rows/months-xi"},
})

// dateFillers are words in dates that say nothing that counts: one row a language.
var dateFillers = dateWordSetOf([]rule{
	{"de del el a", "dates/es"},
	{"of the at on", "rows/date-fillers-of"},
	{"le à um", "rows/date-fillers-à"},
	{"den am der um uhr los", "rows/date-fillers-am"},
	{"il alle ore", "rows/date-fillers-alle"},
	{"as às em kl", "rows/date-fillers-as"},
	{"г г. год года году в го", "rows/date-fillers-г"},
	{"року р р.", "rows/date-fillers-року"},
	{"ж ж. жыл жылы жылғы жылдың", "rows/date-fillers-ж"},
	{"cı ci cu cü il ili ildə", "rows/date-fillers-cı"},
	{"yılı saat saati", "rows/date-fillers-yılı"},
	{"yil yilda ил", "rows/date-fillers-yil"},
	{"h ora om", "rows/date-fillers-h"},
	{"m d", "rows/date-fillers-m"},
	{"gada", "rows/date-fillers-gada"},
	{"оны", "rows/date-fillers-оны"},
	{"พ.ศ ค.ศ ที่", "rows/date-fillers-ที่"},
	{"в о", "rows/date-fillers-о"},
	{"godz", "rows/date-fillers-godz"},
	{"ჩათვლით წ წელი", "rows/date-fillers-ჩათვლით"},
	{"t թ թ.", "rows/date-fillers-t"},
	{"تاریخ در", "rows/date-fillers-تاریخ"},
})

// dateWeekdays are short names of days that the data of languages lacks, or that are words in
// other languages: one row a language.
var dateWeekdays = dateWordSetOf([]rule{
	{"mo di mi do fr sa so", "rows/date-weekdays-mo"},
})

// writesDayFirst are the domains of countries with English pages that mostly write the day before the month. The
// others are used by anyone, as .io and .co are, or belong to countries that write the month first.
var writesDayFirst = wordSetOf([]rule{
	{"uk ie au nz za in sg hk my ng ke gh pk bd lk mt cy", "rows/writes-day-first-uk"},
	{"eu de fr ch at nl be it es pt pl cz sk hu ro bg gr se no dk fi ee lv lt", "rows/writes-day-first-eu"},
	{"ua by md ru kz kg uz tj tm az am ge tr ir il ae sa qa eg", "rows/writes-day-first-ua"},
})

// daySuffix are endings of the number of a day.
var daySuffix = dateWordSetOf([]rule{
	{"º", "rows/day-suffix-º"},
	{"ª", "rows/day-suffix-ª"},
	{"er", "dates/fr-er"},
	{"е", "rows/day-suffix-е"},
})

// dateNames are words of classes and ids of elements for dates.
var dateNames = nameSetOf([]rule{
	{"time", "rows/date-names-time"},
	{"timestamp", "rows/date-names-timestamp"},
	{"published", "rows/date-names-published"},
	{"publication", "rows/date-names-publication"},
	{"posted", "rows/date-names-posted"},
	{"submitted", "rows/date-names-submitted"},
	{"created", "rows/date-names-created"},
	{"meta", "rows/date-names-meta"},
	{"byline", "rows/date-names-byline"},
	{"fecha", "rows/date-names-fecha"},
	{"tarih", "rows/date-names-tarih"},
	{"calendar", "rows/date-names-calendar"},
})

// publishedNames are words of classes and ids of elements for the date of publication.
var publishedNames = nameSetOf([]rule{
	{"published", "rows/published-names-published"},
	{"pubdate", "rows/published-names-pubdate"},
	{"created", "rows/published-names-created"},
})

// foreignNames are words of classes and ids of elements that are not the article's own.
var foreignNames = nameSetOf([]rule{
	{"comment", "rows/foreign-names-comment"},
	{"comments", "rows/foreign-names-comments"},
	{"respond", "rows/foreign-names-respond"},
	{"related", "rows/foreign-names-related"},
	{"recent", "rows/foreign-names-recent"},
	{"latest", "rows/foreign-names-latest"},
	{"popular", "rows/foreign-names-popular"},
	{"sidebar", "rows/foreign-names-sidebar"},
	{"widget", "rows/foreign-names-widget"},
	{"footer", "rows/foreign-names-footer"},
	{"nav", "rows/foreign-names-nav"},
	{"navigation", "rows/foreign-names-navigation"},
	{"menu", "rows/foreign-names-menu"},
	{"teaser", "rows/foreign-names-teaser"},
	{"archive", "rows/foreign-names-archive"},
	{"archives", "rows/foreign-names-archives"},
	{"copyright", "rows/foreign-names-copyright"},
})

// dateAttributes are attributes that hold a date.
var dateAttributes = nameSetOf([]rule{
	{"datetime", "rows/date-attributes-datetime"},
	{"title", "rows/date-attributes-title"},
	{"data-utime", "rows/date-attributes-data-utime"},
	{"data-date", "rows/date-attributes-data-date"},
	{"data-time", "rows/date-attributes-data-time"},
	{"data-timestamp", "rows/date-attributes-data-timestamp"},
	{"data-datetime", "rows/date-attributes-data-datetime"},
	{"data-published", "rows/date-attributes-data-published"},
})

// dateKeys are parts of the names under which scripts hold dates; [dateValue] reads the whole.
var dateKeys = strings.Fields("ubli ubdate ubDate ub_date ub-date reated reation osted ost_date ostDate elease isplayDate isplay_date odified pdated ploadDate ublie date: Date: datum: Datum:")

// Names of dates in scripts, in comments and in meta elements.
var (
	dateValue = regexp.MustCompile(`(?i)([a-z_.-]*(?:publi|pub_?-?dat|upload_?dat|creat|posted|post_?dat|releas|display_?dat|modif|updat|\bdat(?:e|um)\b)[a-zé_.-]*)(?:\s+(?:am|on|at|le|el|il))?["']?\s*[:=]?\s*["'\\]*(\p{L}{0,12}[., ]{0,2}[0-9][^"'<>{}\[\];\n]{5,38})`)
	dateMeta  = regexp.MustCompile(`(?i)pub_?-?dat|revis|publi[cs]|creat|issued|releas|posted|^(.*[._:-])?dat(e|um|a)([._:-].*)?$|modif|updat`)
	editKey   = regexp.MustCompile(`(?i)modif|updat|edit|chang|revis`)
)

// isDateName tells a word of a class or an id for dates: one of [dateNames], or a compound
// such as createdate and datum1.
func isDateName(word string) bool {
	if word == "update" || word == "candidate" || word == "mandate" {
		return false
	}
	return dateNames[word] || strings.HasPrefix(word, "date") || strings.HasPrefix(word, "datum") || strings.HasSuffix(word, "date") || strings.HasSuffix(word, "datum")
}
