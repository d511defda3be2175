package reading

import (
	"slices"
	"strings"
)

// marker is a text in a page's scripts, frames or names of elements by which a product
// is known.
type marker struct {
	kind string // challenge, captcha, parking
	text string // as it stands in the page
	name string
	page string // the test page that needs it, see rule
}

// markerTable is a table of markers.
type markerTable struct{ markers []marker }

func markerTableOf(markers []marker) *markerTable {
	t := &markerTable{}
	var rules []rule
	for _, m := range markers {
		rules = append(rules, rule{m.text, m.page})
	}
	addTable(rules, func(rules []rule) {
		t.markers = slices.DeleteFunc(slices.Clone(markers), func(m marker) bool { return !slices.Contains(rules, rule{m.text, m.page}) })
	})
	return t
}

// pageMarkers are the products that stand in the place of articles. Those of bot
// challenges are texts of the challenge page itself, not of the script that the vendor
// puts into every page.
var pageMarkers = markerTableOf([]marker{
	{"challenge", "cf-chl", "Cloudflare", "rows/marker-cf-chl"},
	{"challenge", "cf_chl_", "Cloudflare", "rows/marker-cf_chl_"},
	{"challenge", "cf-browser-verification", "Cloudflare", "rows/marker-cf-browser-verification"},
	{"challenge", "cf-im-under-attack", "Cloudflare", "rows/marker-cf-im-under-attack"},
	{"challenge", "cf-error-details", "Cloudflare", "rows/marker-cf-error-details"},
	{"challenge", "captcha-delivery.com", "DataDome", "rows/marker-captcha-delivery-com"},
	{"challenge", "px-captcha", "PerimeterX", "rows/marker-px-captcha"},
	{"challenge", "captcha.px-cdn.net", "PerimeterX", "rows/marker-captcha-px-cdn-net"},
	{"challenge", "sec-if-cpt", "Akamai", "rows/marker-sec-if-cpt"},
	{"challenge", "bm-verify", "Akamai", "rows/marker-bm-verify"},
	{"challenge", "_Incapsula_Resource", "Incapsula", "rows/marker-_incapsula_resource"},
	{"challenge", "sucuri_cloudproxy", "Sucuri", "rows/marker-sucuri_cloudproxy"},
	{"challenge", "AwsWafIntegration", "AWS WAF", "rows/marker-awswafintegration"},
	{"challenge", "gokuProps", "AWS WAF", "rows/marker-gokuprops"},
	{"challenge", "validate.perfdrive.com", "Radware", "rows/marker-validate-perfdrive-com"},
	{"challenge", "anubis_challenge", "Anubis", "rows/marker-anubis_challenge"},
	{"challenge", "within.website/x/cmd/anubis", "Anubis", "rows/marker-within-website-x-cmd-anubis"},
	{"challenge", "check.ddos-guard.net", "DDoS-Guard", "rows/marker-check-ddos-guard-net"},
	{"challenge", "/.well-known/ddos-guard/", "DDoS-Guard", "rows/marker-well-known-ddos-guard"},
	{"challenge", "showcaptcha", "SmartCaptcha", "rows/marker-showcaptcha"},
	{"challenge", "KPSDK", "Kasada", "rows/marker-kpsdk"},
	{"captcha", "challenges.cloudflare.com/turnstile", "Turnstile", "rows/marker-challenges-cloudflare-com-turnstile"},
	{"captcha", "hcaptcha.com", "hCaptcha", "rows/marker-hcaptcha-com"},
	{"captcha", "google.com/recaptcha", "reCAPTCHA", "rows/marker-google-com-recaptcha"},
	{"captcha", "h-captcha", "hCaptcha", "rows/marker-h-captcha"},
	{"captcha", "g-recaptcha", "reCAPTCHA", "rows/marker-g-recaptcha"},
	{"captcha", "cf-turnstile", "Turnstile", "rows/marker-cf-turnstile"},
	{"parking", "sedoparking.com", "sedoparking.com", "rows/marker-sedoparking-com"},
	{"parking", "parkingcrew.net", "parkingcrew.net", "rows/marker-parkingcrew-net"},
	{"parking", "bodis.com", "bodis.com", "rows/marker-bodis-com"},
	{"parking", "parklogic.com", "parklogic.com", "rows/marker-parklogic-com"},
	{"parking", "hugedomains.com", "hugedomains.com", "rows/marker-hugedomains-com"},
	{"parking", "afternic.com", "afternic.com", "rows/marker-afternic-com"},
	{"parking", "//dan.com/", "dan.com", "rows/marker-dan-com"},
	{"parking", "above.com/park", "above.com", "rows/marker-above-com-park"},
	{"parking", "reg.ru/domain/shop", "reg.ru", "rows/marker-reg-ru-domain-shop"},
})

// dealerOf names the dealer in domains or the vendor of challenges that an address is of.
func dealerOf(address string) string {
	for _, m := range pageMarkers.markers {
		if strings.Contains(m.text, ".") && m.kind != "captcha" && strings.Contains(address, m.text) {
			return m.name
		}
	}
	return ""
}
