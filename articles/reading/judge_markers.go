package reading

import "strings"

// marker is a text in a page's scripts, frames or names of elements by which a product
// is known.
type marker struct {
	kind string // challenge, captcha, parking
	text string // as it stands in the page
	name string
}

// pageMarkers are the products that stand in the place of articles. Those of bot
// challenges are texts of the challenge page itself, not of the script that the vendor
// puts into every page. judge_test.go has a page for each.
var pageMarkers = []marker{
	{"challenge", "_cf_chl_opt", "Cloudflare"},
	{"challenge", "cf-chl", "Cloudflare"},
	{"challenge", "cf_chl_", "Cloudflare"},
	{"challenge", "cf-browser-verification", "Cloudflare"},
	{"challenge", "cf-im-under-attack", "Cloudflare"},
	{"challenge", "cf-error-details", "Cloudflare"},
	{"challenge", "captcha-delivery.com", "DataDome"},
	{"challenge", "px-captcha", "PerimeterX"},
	{"challenge", "captcha.px-cdn.net", "PerimeterX"},
	{"challenge", "sec-if-cpt", "Akamai"},
	{"challenge", "bm-verify", "Akamai"},
	{"challenge", "_Incapsula_Resource", "Incapsula"},
	{"challenge", "sucuri_cloudproxy", "Sucuri"},
	{"challenge", "AwsWafIntegration", "AWS WAF"},
	{"challenge", "gokuProps", "AWS WAF"},
	{"challenge", "validate.perfdrive.com", "Radware"},
	{"challenge", "anubis_challenge", "Anubis"},
	{"challenge", "within.website/x/cmd/anubis", "Anubis"},
	{"challenge", "check.ddos-guard.net", "DDoS-Guard"},
	{"challenge", "/.well-known/ddos-guard/", "DDoS-Guard"},
	{"challenge", "showcaptcha", "SmartCaptcha"},
	{"challenge", "KPSDK", "Kasada"},
	{"captcha", "challenges.cloudflare.com/turnstile", "Turnstile"},
	{"captcha", "hcaptcha.com", "hCaptcha"},
	{"captcha", "google.com/recaptcha", "reCAPTCHA"},
	{"captcha", "h-captcha", "hCaptcha"},
	{"captcha", "g-recaptcha", "reCAPTCHA"},
	{"captcha", "cf-turnstile", "Turnstile"},
	{"parking", "sedoparking.com", "sedoparking.com"},
	{"parking", "parkingcrew.net", "parkingcrew.net"},
	{"parking", "bodis.com", "bodis.com"},
	{"parking", "parklogic.com", "parklogic.com"},
	{"parking", "hugedomains.com", "hugedomains.com"},
	{"parking", "afternic.com", "afternic.com"},
	{"parking", "//dan.com/", "dan.com"},
	{"parking", "above.com/park", "above.com"},
	{"parking", "reg.ru/domain/shop", "reg.ru"},
}

// dealerOf names the dealer in domains or the vendor of challenges that an address is of.
func dealerOf(address string) string {
	for _, m := range pageMarkers {
		if strings.Contains(m.text, ".") && m.kind != "captcha" && strings.Contains(address, m.text) {
			return m.name
		}
	}
	return ""
}
