package main

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
)

// serve prints the address of captured emails; requests without the token are refused.
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
		if _, after, found := strings.Cut(lines.Text(), "Read them at "); found {
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
	if status != http.StatusOK || !strings.Contains(page, "Captured emails") {
		t.Errorf("with the token: %d", status)
	}
}
