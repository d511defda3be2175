package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"time"

	"corridor/templates"
)

var staticTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
}

// static serves the embedded files. Their addresses bear a mark of their content, so
// that they may be kept for good.
func (s *Server) static(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	content, err := fs.ReadFile(templates.Static(), name)
	if err != nil {
		return errNoPage
	}
	w.Header().Set("Content-Type", staticTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=3600")
	if r.URL.RawQuery != "" {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return nil
}

// robots keeps crawlers from what is personal. Signed links say noindex themselves.
func (s *Server) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /confirm/\nDisallow: /preferences/\nDisallow: /unsubscribe/\nDisallow: /feeds/readers/\nDisallow: /console/\nDisallow: /api/\nDisallow: /dev/\n"))
	return nil
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
	return nil
}
