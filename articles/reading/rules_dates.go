package reading

// dateWords are words before the date of publication, the longer ones first.
var dateWords = expressions(`(?i)^(%s)(\s*[:：]\s*|\s+)`, []rule{
	{"publication date", "rows/date-words-publication-date"},
	{"published( on| at)?", "rows/date-words-published"},
	{"posted( on)?", "rows/date-words-posted"},
	{"date", "rows/date-words-date"},
	{"released?", "rows/date-words-release"},
	{"first published", "rows/date-words-first-published"},
	{"publiée?( le)?", "dates/fr"},
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
})

// editWords are words before the date of an edit.
var editWords = expressions(`(?i)^(%s)(\s*[:：]\s*|\s+)`, []rule{
	{"(last )?(updated|modified|edited)( on| at)?", "rows/edit-words-updated"},
	{"mise? à jour( le)?", "rows/edit-words-mis-à-jour"},
	{"modifiée?( le)?", "rows/edit-words-modifié"},
	{"(zuletzt )?aktualisiert( am)?", "rows/edit-words-aktualisiert"},
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
})

// months are the names of months in the languages of the region and of its readers, in the forms that stand in
// dates. A name may be cut short to three letters.
var months = monthsOf([]rule{
	{"january february march april may june july august september october november december", "rows/months-january"},
	{"января февраля марта апреля мая июня июля августа сентября октября ноября декабря", "dates/lang-ru-lines"},
	{"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь", "rows/months-январь"},
	{"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня", "rows/months-січня"},
	{"қаңтарда ақпанда наурызда сәуірде мамырда маусымда шілдеде тамызда қыркүйекте қазанда қарашада желтоқсанда", "rows/months-қаңтарда"},
	{"qańtar aqpan naurız sáuir mamır maýsym shilde tamız qyrkúıek qazan qarasha jeltoqsan", "rows/months-qańtar"},
	{"yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr", "rows/months-avqust"},
	{"yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr", "rows/months-avgust"},
	{"ýanwar fewral mart aprel maý iýun iýul awgust sentýabr oktýabr noýabr dekabr", "rows/months-ýanwar"},
	{"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık", "dates/lang-tr-lines"},
	{"januar februar märz april mai juni juli august september oktober november dezember", "rows/months-märz"},
	{"jänner feber mrz april mai juni juli august september oktober november dezember", "rows/months-jänner"},
	{"janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "rows/months-janvier"},
	{"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", "dates/es"},
	{"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "rows/months-gennaio"},
	{"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", "dates/pt"},
	{"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia", "dates/pl"},
	{"ledna února března dubna května června července srpna září října listopadu prosince", "rows/months-ledna"},
	{"januari februari maart april mei juni juli augustus september oktober november december", "rows/months-januari"},
	{"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie", "rows/months-ianuarie"},
	{"január február március április május június július augusztus szeptember október november december", "rows/months-január"},
	{"იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი", "rows/months-იანვარი"},
	{"իանվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի", "rows/months-իանվարի"},
	{"հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի", "rows/months-հունվարի"},
	{"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر", "dates/ar"},
	{"ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر", "rows/months-ژانویه"},
})

// dateFillers are words in dates that say nothing that counts: one row a language.
var dateFillers = wordSetOf([]rule{
	{"de del el a", "dates/es"},
	{"of the at on", "rows/date-fillers-of"},
	{"le à um", "dates/lang-fr-lines"},
	{"den am der um uhr los", "dates/lang-de-lines"},
	{"il alle ore", "rows/date-fillers-alle"},
	{"as às em kl", "rows/date-fillers-as"},
	{"г г. год года году в го", "rows/date-fillers-г"},
	{"року р р.", "rows/date-fillers-року"},
	{"ж ж. жыл жылы жылғы жылдың", "rows/date-fillers-ж"},
	{"cı ci cu cü il ili ildə", "rows/date-fillers-cı"},
	{"yılı saat saati", "rows/date-fillers-yılı"},
	{"yil yilda ил", "rows/date-fillers-yil"},
	{"h ora om", "rows/date-fillers-h"},
	{"в о", "rows/date-fillers-о"},
	{"godz", "rows/date-fillers-godz"},
	{"ჩათვლით წ წელი", "rows/date-fillers-ჩათვლით"},
	{"t թ թ.", "rows/date-fillers-t"},
	{"تاریخ در", "rows/date-fillers-تاریخ"},
})

// dateWeekdays are the names of days: one row a language.
var dateWeekdays = wordSetOf([]rule{
	{"monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun", "rows/date-weekdays-monday"},
	{"понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс", "rows/date-weekdays-понедельник"},
	{"дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі", "rows/date-weekdays-дүйсенбі"},
	{"понеділок вівторок середа п'ятниця субота неділя", "rows/date-weekdays-понеділок"},
	{"pazartesi salı çarşamba perşembe cuma cumartesi pazar", "dates/lang-tr-lines"},
	{"bazar çərşənbə axşamı cümə şənbə ertəsi", "rows/date-weekdays-bazar"},
	{"dushanba seshanba chorshanba payshanba juma shanba yakshanba", "rows/date-weekdays-dushanba"},
	{"montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so", "rows/date-weekdays-montag"},
	{"lundi mardi mercredi jeudi vendredi samedi dimanche", "rows/date-weekdays-lundi"},
	{"lunes martes miércoles jueves viernes sábado domingo", "rows/date-weekdays-lunes"},
	{"lunedì martedì mercoledì giovedì venerdì sabato domenica", "rows/date-weekdays-lunedì"},
	{"segunda-feira terça-feira quarta-feira quinta-feira sexta-feira", "rows/date-weekdays-segunda-feira"},
	{"poniedziałek wtorek środa czwartek piątek sobota niedziela", "rows/date-weekdays-poniedziałek"},
	{"شنبه یکشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه", "rows/date-weekdays-شنبه"},
	{"الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت", "rows/date-weekdays-الأحد"},
})

// writesDayFirst are the domains of countries with English pages that mostly write the day before the month. The
// others are used by anyone, as .io and .co are, or belong to countries that write the month first.
var writesDayFirst = wordSetOf([]rule{
	{"uk ie au nz za in sg hk my ng ke gh pk bd lk mt cy", "rows/writes-day-first-uk"},
	{"eu de fr ch at nl be it es pt pl cz sk hu ro bg gr se no dk fi ee lv lt", "rows/writes-day-first-eu"},
	{"ua by md ru kz kg uz tj tm az am ge tr ir il ae sa qa eg", "rows/writes-day-first-ua"},
})

// daySuffix are endings of the number of a day.
var daySuffix = nameSetOf([]rule{
	{".", "dates/de-abbr"},
	{"º", "rows/day-suffix-º"},
	{"ª", "rows/day-suffix-ª"},
	{"er", "dates/fr-er"},
	{"го", "rows/day-suffix-го"},
	{"е", "rows/day-suffix-е"},
})
