package web

import (
	"fmt"
	"net/http"
	"net/url"
)

// origin is the set of sites whose pages may send a request that changes something.
// Browsers name the page's site; other programs do not and are allowed.
type origin int

const (
	ownPages   origin = iota // forms on our own pages
	siteToo                  // also forms on the publication's website
	everywhere               // any site: the request carries its own authority and there are no cookies
)

// guards returns the protection against cross-site request forgery for each origin.
func (s *Server) guards() (map[origin]func(http.Handler) http.Handler, error) {
	denied := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errOtherSite) })
	protect := func(trusted ...string) (func(http.Handler) http.Handler, error) {
		p := http.NewCrossOriginProtection()
		p.SetDenyHandler(denied)
		for _, address := range trusted {
			u, err := url.Parse(address)
			if err != nil || u.Host == "" {
				continue // a publication without a website
			}
			if err := p.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
				return nil, fmt.Errorf("web: %w", err)
			}
		}
		return p.Handler, nil
	}
	own, err := protect(s.Site.BaseURL)
	if err != nil {
		return nil, err
	}
	site, err := protect(s.Site.BaseURL, s.Site.SiteURL)
	if err != nil {
		return nil, err
	}
	return map[origin]func(http.Handler) http.Handler{
		ownPages: own, siteToo: site, everywhere: func(h http.Handler) http.Handler { return h },
	}, nil
}

// policy allows a page its own stylesheet, script and forms, and images and recordings from any host,
// because articles refer to theirs.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: http: data:; media-src https: http:; " +
	"form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

var nosniff = []string{"nosniff"}

// setHeaders sets the security and caching headers of a kind of route. A handler may
// replace them.
func setHeaders(h http.Header, k kind) {
	h["X-Content-Type-Options"] = nosniff
	if k >= machine {
		return
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if k == public {
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		return
	}
	h.Set("Referrer-Policy", "no-referrer") // the address holds a token
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}
