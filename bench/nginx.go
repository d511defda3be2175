package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"corridor/feeds"
)

// nginx measures nginx with the document as a file. It returns an error when nginx is not
// installed or does not start.
func (f Feeds) nginx(ctx context.Context, d *feeds.Document) (ServingRate, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			return ServingRate{}, err
		}
	}
	dir, err := os.MkdirTemp("", "corridor-nginx-")
	if err != nil {
		return ServingRate{}, err
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return ServingRate{}, err
	}
	addr := l.Addr().String()
	_ = l.Close() // nginx takes it
	config := fmt.Sprintf("daemon off; master_process off; pid %s/pid; error_log %s/log;\nevents {}\nhttp { access_log off; root %s; server { listen %s; } }\n", dir, dir, dir, addr)
	file, conf := filepath.Join(dir, "all.atom"), filepath.Join(dir, "nginx.conf")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(file, d.Body, 0o644), os.WriteFile(conf, []byte(config), 0o644)); err != nil {
		return ServingRate{}, err
	}
	server := exec.CommandContext(ctx, program, "-c", conf, "-p", dir)
	if err := server.Start(); err != nil {
		return ServingRate{}, err
	}
	defer func() { _ = server.Process.Kill(); _ = server.Wait() }()
	var response *http.Response
	for range 100 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/all.atom", nil)
		if err != nil {
			return ServingRate{}, err
		}
		if response, err = http.DefaultClient.Do(r); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if response == nil {
		return ServingRate{}, errors.New("nginx does not answer")
	}
	etag := response.Header.Get("Etag")
	_ = response.Body.Close()
	return f.measure(ctx, "nginx", "http://"+addr+"/all.atom", etag)
}
