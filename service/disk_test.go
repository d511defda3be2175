package service

import (
	"bytes"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"corridor/config"
	"corridor/trouble"
)

func TestAFullDiskIsToldOnce(t *testing.T) {
	var out bytes.Buffer
	c := config.Default()
	c.Server.Data = t.TempDir()
	s := &Service{Config: c, Troubles: trouble.New(slog.New(slog.NewTextHandler(&out, nil)))}
	for _, step := range []struct {
		space uint64
		err   error
		lines int
	}{{1 << 30, nil, 0}, {3 << 20, nil, 1}, {0, nil, 1}, {1 << 30, nil, 2}, {0, fs.ErrNotExist, 2}} {
		s.noteSpace(t.Context(), func(string) (uint64, error) { return step.space, step.err })
		if n := strings.Count(out.String(), "\n"); n != step.lines {
			t.Errorf("%d bytes, %v: %d lines, want %d:\n%s", step.space, step.err, n, step.lines, out.String())
		}
	}
	if !strings.Contains(out.String(), `"3 MiB are free"`) {
		t.Error(out.String())
	}
}

func TestFreeBytes(t *testing.T) {
	folder := t.TempDir()
	if n, err := freeBytes(folder); err != nil || n == 0 {
		t.Errorf("%d bytes are free in a folder for tests, %v", n, err)
	}
	if _, err := freeBytes(filepath.Join(folder, "none")); err == nil {
		t.Error("a folder that does not exist has free space")
	}
}
