package main

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"corridor/config"
)

// Processes of one installation, started at once, have one token, which outlives them.
func TestMailTokenIsOneForAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := &service{config: &config.Config{Server: config.Server{Data: dir}}}
	tokens := make([]string, 8)
	var group sync.WaitGroup
	for i := range tokens {
		group.Go(func() {
			var err error
			if tokens[i], err = s.mailToken(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, token := range tokens {
		if len(token) < 26 || token != tokens[0] {
			t.Errorf("tokens %q", tokens)
			break
		}
	}
	info, err := os.Stat(filepath.Join(dir, "mail-token"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("files %v", files)
	}
}

// serve says where captured mail is read, and nobody else reads it.
func TestServePrintsTheTokenOfCapturedMail(t *testing.T) {
	t.Parallel()
	in := install(t, minimal)
	ctx, stop := context.WithCancel(t.Context())
	cmd := in.command(ctx, "serve")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stop(); _ = cmd.Wait() }()
	url, base := "", ""
	for lines := bufio.NewScanner(said); base == "" && lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), "Read it at "); found {
			url = after
		}
		if m := upLine.FindStringSubmatch(lines.Text()); m != nil {
			base = m[1]
		}
	}
	if _, status := get(t, base+"/dev/mail"); status != http.StatusNotFound {
		t.Errorf("without the token: %d", status)
	}
	if !strings.HasPrefix(url, base+"/dev/mail?token=") {
		t.Fatalf("serve at %s says %q", base, url)
	}
	page, status := get(t, url)
	if status != http.StatusOK || !strings.Contains(page, "Captured mail") {
		t.Errorf("with the token: %d", status)
	}
}
