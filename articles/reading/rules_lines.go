package reading

// asideLine begins lines in the midst of a text that lead elsewhere.
var asideLine = expressions(`(?i)^\W*(%s)\s*[:：]`, []rule{
	{"read (more|also|next)", "rows/aside-line-read-more"},
	{"see also", "rows/aside-line-see-also"},
	{"also read", "rows/aside-line-also-read"},
	{"related", "rows/aside-line-related"},
	{"further reading", "rows/aside-line-further-reading"},
	{"don.t miss", "rows/aside-line-don-t-miss"},
	{"recommended", "rows/aside-line-recommended"},
	{"more", "rows/aside-line-more"},
	{"watch", "rows/aside-line-watch"},
	{"listen", "rows/aside-line-listen"},
})

// playLine are lines of players and advertisements in the midst of a text.
var playLine = expressions(`(?i)^\W*(%s)\W*$`, []rule{
	{"listen to (this|the) (article|story|podcast).{0,20}", "rows/play-line-listen-to-this-article"},
	{"read aloud", "rows/play-line-read-aloud"},
	{"advertising", "rows/play-line-advertising"},
	{"реклама", "rows/play-line-реклама"},
	{"anzeige", "rows/play-line-anzeige"},
	{"publicité", "rows/play-line-publicité"},
	{"reklam", "rows/play-line-reklam"},
})

// buttonLine are the words of buttons beside an article.
var buttonLine = expressions(`(?i)^\W*(%s)\W*$`, []rule{
	{"share", "rows/button-line-share"},
	{"print", "rows/button-line-print"},
	{"email", "rows/button-line-email"},
	{"save", "rows/button-line-save"},
	{"listen", "rows/button-line-listen"},
	{"follow", "rows/button-line-follow"},
	{"tweet", "rows/button-line-tweet"},
	{"facebook", "rows/button-line-facebook"},
	{"twitter", "rows/button-line-twitter"},
	{"linkedin", "rows/button-line-linkedin"},
	{"whatsapp", "rows/button-line-whatsapp"},
	{"telegram", "rows/button-line-telegram"},
	{"copy link", "rows/button-line-copy-link"},
	{"download( pdf)?", "rows/button-line-download"},
	{"pdf", "rows/button-line-pdf"},
	{"read( the)?( full)? report", "rows/button-line-read-report"},
	{"bookmark", "rows/button-line-bookmark"},
	{"subscribe", "rows/button-line-subscribe"},
	{"advertisement", "rows/button-line-advertisement"},
})

// copyrightLine begins the line of the publisher's rights.
var copyrightLine = expressions(`(?i)^\W*(%s)`, []rule{
	{"©", "rows/copyright-line-x"},
	{`\(c\)`, "bodies/nested-tables"},
	{`copyright\b`, "rows/copyright-line-copyright"},
	{"all rights reserved", "rows/copyright-line-all-rights-reserved"},
})

// readingTime are lines that say how long an article is, or how often it was read.
var readingTime = expressions(`(?i)^(%s)$`, []rule{
	{`(\d+|one|two|three|five|ten)[\s-]*(to \d+ )?(min(ute)?s?|мин\.?)\.?( read(ing)?( time)?)?`, "bodies/medium"},
	{`(estimated )?reading time\b.*`, "rows/reading-time-reading-time"},
	{`\d[\d,.]* (views?|shares?|likes?|words?|claps?)`, "rows/reading-time-7-view"},
})

// reportLine are links to a document that is the article itself.
var reportLine = expressions(`(?i)^\W*(%s)\W*$`, []rule{
	{`(read|download|view|open|get|see)( the| our)?( full)? (report|publication|paper|brief|policy brief|study|document|pdf|article|release)\b.{0,40}`, "rows/report-line-read-report"},
	{"full (report|text|paper)", "rows/report-line-full-report"},
	{"download( pdf)?", "rows/report-line-download"},
	{"pdf", "rows/report-line-pdf"},
})

// invites begin the sentences of buttons and boxes.
var invites = expressions(`(?i)^\W*(%s)`, []rule{
	{"subscribe", "rows/invites-subscribe"},
	{"sign ?up", "rows/invites-signup"},
	{"join (us|our|the)", "rows/invites-join-us"},
	{"follow us", "rows/invites-follow-us"},
	{"share (this|it|on)", "rows/invites-share-this"},
	{"donate", "rows/invites-donate"},
	{"support (us|our)", "rows/invites-support-us"},
	{"get (the|our)", "rows/invites-get-the"},
	{"like this", "rows/invites-like-this"},
	{"(did you )?enjoy(ed)? ", "rows/invites-enjoy"},
	{"read more", "rows/invites-read-more"},
	{"advertise", "rows/invites-advertise"},
	{"we use cookies", "rows/invites-we-use-cookies"},
	{"(this|our) (web)?site uses", "rows/invites-this-site-uses"},
	{"by (clicking|continuing|subscribing)", "rows/invites-by-clicking"},
	{"was this", "rows/invites-was-this"},
	{"how (useful|helpful)", "rows/invites-how-useful"},
	{"please rate", "rows/invites-please-rate"},
})

// boxTalk are words of boxes beside a text, which no text uses.
var boxTalk = expressions(`(?i)\b(%s)`, []rule{
	{"newsletters?", "rows/box-talk-newsletter"},
	{`subscrib\w+`, "rows/box-talk-subscrib7"},
	{"sign ?up", "rows/box-talk-signup"},
	{"inbox", "rows/box-talk-inbox"},
	{"our cookies", "rows/box-talk-our-cookies"},
	{"uses? cookies", "rows/box-talk-use-cookies"},
	{"donat(e|ion)s? (now|today|to us)", "rows/box-talk-donate-now"},
	{"log ?in", "rows/box-talk-login"},
	{"register now", "rows/box-talk-register-now"},
	{"advertis(e|ement)", "rows/box-talk-advertise"},
	{"follow us", "rows/box-talk-follow-us"},
	{"support (us|our)", "rows/box-talk-support-us"},
	{"join (us|our)", "rows/box-talk-join-us"},
	{"become a member", "rows/box-talk-become-a-member"},
	{"members only", "rows/box-talk-members-only"},
	{"read more", "rows/box-talk-read-more"},
	{"click here", "rows/box-talk-click-here"},
	{"all rights reserved", "rows/box-talk-all-rights-reserved"},
	{"about the authors?", "rows/box-talk-about-the-author"},
	{`abonnier\w+`, "rows/box-talk-abonnier7"},
	{"abonnez", "rows/box-talk-abonnez"},
})
