package service

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"corridor/config"
)

// Processes of one installation, started at once, share one token, which outlives them.
func TestMailTokenIsOneForAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := &Service{Config: &config.Config{Server: config.Server{Data: dir}}}
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
