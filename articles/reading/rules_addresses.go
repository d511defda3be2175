package reading

// labelLinks are parts of addresses of lists of articles under one label.
var labelLinks = expressions(`(?i)/(%s)/`, []rule{
	{"tags?", "rows/label-links-tag"},
	{"category", "rows/label-links-category"},
	{"categories", "rows/label-links-categories"},
	{"topics?", "rows/label-links-topic"},
	{"programs?", "rows/label-links-program"},
	{"regions?", "rows/label-links-region"},
	{"section", "rows/label-links-section"},
	{"subjects?", "rows/label-links-subject"},
	{"themes?", "rows/label-links-theme"},
	{"issues?", "rows/label-links-issue"},
})

// personParts are parts of addresses of pages about persons.
var personParts = wordSetOf([]rule{
	{"people", "rows/person-parts-people"},
	{"person", "rows/person-parts-person"},
	{"author", "bodies/author-published-by-glued"},
	{"authors", "rows/person-parts-authors"},
	{"expert", "rows/person-parts-expert"},
	{"experts", "rows/person-parts-experts"},
	{"staff", "rows/person-parts-staff"},
	{"team", "rows/person-parts-team"},
	{"profile", "rows/person-parts-profile"},
	{"profiles", "rows/person-parts-profiles"},
	{"contributor", "rows/person-parts-contributor"},
	{"contributors", "rows/person-parts-contributors"},
	{"fellow", "rows/person-parts-fellow"},
	{"fellows", "rows/person-parts-fellows"},
	{"scholar", "rows/person-parts-scholar"},
	{"scholars", "rows/person-parts-scholars"},
	{"bio", "rows/person-parts-bio"},
})

// notPicture are words in the file names of pictures of the site or of a person.
var notPicture = expressions(`(?i)(^|[_.-])(%s)s?([_.0-9-]|$)`, []rule{
	{"logo", "rows/not-picture-logo"},
	{"icon", "rows/not-picture-icon"},
	{"favicon", "rows/not-picture-favicon"},
	{"avatar", "rows/not-picture-avatar"},
	{"gravatar", "rows/not-picture-gravatar"},
	{"author", "rows/not-picture-author"},
	{"profile", "rows/not-picture-profile"},
	{"headshot", "rows/not-picture-headshot"},
	{"face", "rows/not-picture-face"},
	{"sprite", "rows/not-picture-sprite"},
	{"placeholder", "rows/not-picture-placeholder"},
	{"default", "rows/not-picture-default"},
	{"blank", "rows/not-picture-blank"},
	{"spacer", "rows/not-picture-spacer"},
	{"badge", "rows/not-picture-badge"},
})

// placeholder are words in the file names of pictures that stand there until a script has
// loaded another.
var placeholder = expressions(`(?i)(^|[_.-])(%s)([_.0-9-][^/]*)?\.(gif|png|svg|jpe?g|webp)(\?.*)?$`, []rule{
	{"placeholder", "rows/placeholder-placeholder"},
	{"blank", "rows/placeholder-blank"},
	{"spacer", "rows/placeholder-spacer"},
	{"transparent", "rows/placeholder-transparent"},
	{"pixel", "rows/placeholder-pixel"},
	{"lazy", "rows/placeholder-lazy"},
	{"lazyload", "rows/placeholder-lazyload"},
	{"loading", "rows/placeholder-loading"},
	{"loader", "rows/placeholder-loader"},
	{"1x1", "rows/placeholder-1x1"},
	{"grey", "rows/placeholder-grey"},
})

// trackers are parts of addresses of invisible pictures that count visitors.
var trackers = expressions(`(?i)(%s)`, []rule{
	{"/pixel", "rows/trackers-pixel"},
	{"/track(ing)?[./?]", "rows/trackers-track"},
	{"beacon", "rows/trackers-beacon"},
	{"doubleclick", "rows/trackers-doubleclick"},
	{`facebook\.com/tr`, "rows/trackers-facebook-com-tr"},
	{"/1x1", "rows/trackers-1x1"},
	{`spacer\.gif`, "rows/trackers-spacer-gif"},
	{"feedburner", "rows/trackers-feedburner"},
	{`stats\.wordpress`, "rows/trackers-stats-wordpress"},
})

// trackingParameters are parameters of addresses that name where a visitor came from.
var trackingParameters = nameSetOf([]rule{
	{"fbclid", "rows/tracking-parameters-fbclid"},
	{"gclid", "rows/tracking-parameters-gclid"},
	{"dclid", "rows/tracking-parameters-dclid"},
	{"gbraid", "rows/tracking-parameters-gbraid"},
	{"wbraid", "rows/tracking-parameters-wbraid"},
	{"msclkid", "rows/tracking-parameters-msclkid"},
	{"yclid", "rows/tracking-parameters-yclid"},
	{"igshid", "rows/tracking-parameters-igshid"},
	{"twclid", "rows/tracking-parameters-twclid"},
	{"ttclid", "rows/tracking-parameters-ttclid"},
	{"mc_cid", "rows/tracking-parameters-mc_cid"},
	{"mc_eid", "rows/tracking-parameters-mc_eid"},
	{"_hsenc", "rows/tracking-parameters-_hsenc"},
	{"_hsmi", "rows/tracking-parameters-_hsmi"},
	{"mkt_tok", "rows/tracking-parameters-mkt_tok"},
	{"vero_id", "rows/tracking-parameters-vero_id"},
	{"ref_src", "rows/tracking-parameters-ref_src"},
	{"cmpid", "rows/tracking-parameters-cmpid"},
	{"wt_mc", "rows/tracking-parameters-wt_mc"},
})

// loginParts are last parts of addresses, and first parts of host names, of login pages.
var loginParts = nameSetOf([]rule{
	{"login", "rows/login-parts-login"},
	{"log-in", "rows/login-parts-log-in"},
	{"signin", "rows/login-parts-signin"},
	{"sign-in", "rows/login-parts-sign-in"},
	{"sign_in", "rows/login-parts-sign_in"},
	{"logon", "rows/login-parts-logon"},
	{"sso", "rows/login-parts-sso"},
	{"auth", "rows/login-parts-auth"},
	{"oauth", "rows/login-parts-oauth"},
	{"oauth2", "rows/login-parts-oauth2"},
	{"authorize", "rows/login-parts-authorize"},
	{"accounts", "rows/login-parts-accounts"},
	{"register", "rows/login-parts-register"},
	{"signup", "rows/login-parts-signup"},
	{"sign-up", "rows/login-parts-sign-up"},
	{"registration", "rows/login-parts-registration"},
	{"wp-login.php", "rows/login-parts-wp-login-php"},
	{"login.php", "rows/login-parts-login-php"},
	{"login.aspx", "rows/login-parts-login-aspx"},
	{"anmelden", "rows/login-parts-anmelden"},
	{"connexion", "rows/login-parts-connexion"},
	{"iniciar-sesion", "rows/login-parts-iniciar-sesion"},
	{"giris", "rows/login-parts-giris"},
	{"vhod", "rows/login-parts-vhod"},
	{"auth.php", "rows/login-parts-auth-php"},
	{"idp", "rows/login-parts-idp"},
	{"subscribe", "rows/login-parts-subscribe"},
	{"paywall", "rows/login-parts-paywall"},
	{"abo", "rows/login-parts-abo"},
})

// consentParts are those of consent pages.
var consentParts = nameSetOf([]rule{
	{"consent", "rows/consent-parts-consent"},
	{"cookie-consent", "rows/consent-parts-cookie-consent"},
	{"cookies", "rows/consent-parts-cookies"},
	{"cookie-wall", "rows/consent-parts-cookie-wall"},
	{"cookiewall", "rows/consent-parts-cookiewall"},
	{"privacy-gate", "rows/consent-parts-privacy-gate"},
	{"gdpr", "rows/consent-parts-gdpr"},
	{"privacy-consent", "rows/consent-parts-privacy-consent"},
	{"zustimmung", "rows/consent-parts-zustimmung"},
	{"consentement", "rows/consent-parts-consentement"},
})

// challengeParts are those of bot challenges.
var challengeParts = nameSetOf([]rule{
	{"captcha", "rows/challenge-parts-captcha"},
	{"showcaptcha", "rows/challenge-parts-showcaptcha"},
	{"challenge", "rows/challenge-parts-challenge"},
	{"validatecaptcha", "rows/challenge-parts-validatecaptcha"},
	{"sorry", "rows/challenge-parts-sorry"},
	{"blocked", "rows/challenge-parts-blocked"},
	{"access-denied", "rows/challenge-parts-access-denied"},
	{"accessdenied", "rows/challenge-parts-accessdenied"},
	{"human-verification", "rows/challenge-parts-human-verification"},
})

// maintenanceParts are those of maintenance pages.
var maintenanceParts = nameSetOf([]rule{
	{"maintenance", "rows/maintenance-parts-maintenance"},
	{"maintenance.html", "rows/maintenance-parts-maintenance-html"},
	{"coming-soon", "rows/maintenance-parts-coming-soon"},
	{"under-construction", "rows/maintenance-parts-under-construction"},
	{"unavailable", "rows/maintenance-parts-unavailable"},
	{"offline.html", "rows/maintenance-parts-offline-html"},
	{"wartung", "rows/maintenance-parts-wartung"},
})

// notFoundParts are those of “not found” pages.
var notFoundParts = nameSetOf([]rule{
	{"404", "rows/not-found-parts-404"},
	{"404.html", "rows/not-found-parts-404-html"},
	{"404.php", "rows/not-found-parts-404-php"},
	{"404.aspx", "rows/not-found-parts-404-aspx"},
	{"error404", "rows/not-found-parts-error404"},
	{"not-found", "rows/not-found-parts-not-found"},
	{"notfound", "rows/not-found-parts-notfound"},
	{"page-not-found", "rows/not-found-parts-page-not-found"},
	{"pagenotfound", "rows/not-found-parts-pagenotfound"},
	{"error", "rows/not-found-parts-error"},
	{"error.html", "rows/not-found-parts-error-html"},
	{"errors", "rows/not-found-parts-errors"},
	{"error.aspx", "rows/not-found-parts-error-aspx"},
})

// listingParts are parts before the last of addresses of listings.
var listingParts = nameSetOf([]rule{
	{"tag", "rows/listing-parts-tag"},
	{"tags", "rows/listing-parts-tags"},
	{"category", "rows/listing-parts-category"},
	{"categories", "rows/listing-parts-categories"},
	{"author", "rows/listing-parts-author"},
	{"authors", "rows/listing-parts-authors"},
	{"topic", "rows/listing-parts-topic"},
	{"topics", "rows/listing-parts-topics"},
	{"search", "rows/listing-parts-search"},
	{"archive", "rows/listing-parts-archive"},
	{"archives", "rows/listing-parts-archives"},
	{"label", "rows/listing-parts-label"},
	{"labels", "rows/listing-parts-labels"},
})

// eventParts are parts of addresses of announcements.
var eventParts = nameSetOf([]rule{
	{"event", "rows/event-parts-event"},
	{"events", "rows/event-parts-events"},
	{"veranstaltung", "rows/event-parts-veranstaltung"},
	{"veranstaltungen", "rows/event-parts-veranstaltungen"},
	{"evenement", "rows/event-parts-evenement"},
	{"evenements", "rows/event-parts-evenements"},
	{"evento", "rows/event-parts-evento"},
	{"eventos", "rows/event-parts-eventos"},
	{"eventi", "rows/event-parts-eventi"},
	{"evenementen", "rows/event-parts-evenementen"},
	{"wydarzenia", "rows/event-parts-wydarzenia"},
	{"etkinlik", "rows/event-parts-etkinlik"},
	{"etkinlikler", "rows/event-parts-etkinlikler"},
	{"tedbirler", "rows/event-parts-tedbirler"},
	{"afisha", "rows/event-parts-afisha"},
	{"webinar", "rows/event-parts-webinar"},
	{"webinars", "rows/event-parts-webinars"},
})

// videoParts are parts of addresses of pages with a player.
var videoParts = nameSetOf([]rule{
	{"video", "rows/video-parts-video"},
	{"videos", "rows/video-parts-videos"},
	{"mediathek", "rows/video-parts-mediathek"},
	{"watch", "rows/video-parts-watch"},
	{"videolar", "rows/video-parts-videolar"},
})
