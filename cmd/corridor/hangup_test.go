package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
)

func TestServeOutlivesHangups(t *testing.T) {
	t.Parallel()
	in := install(t, minimal+"\n[server]\nlisten = \"127.0.0.1:0\"\ndata = \"DATA\"\n")
	served := in.serve()
	for n := 1; n <= 3; n++ {
		if err := served.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a line in the log", func() bool { return strings.Count(served.log.String(), "SIGHUP") == n })
	}
	if _, status := get(t, served.base+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz answers %d after SIGHUP", status)
	}
	if status := served.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("after SIGTERM serve ended with status %d", status)
	}
}
