package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"corridor/postgres"
	"corridor/service"
)

func TestVersionNamesTheSchema(t *testing.T) {
	print := func(args ...string) string {
		t.Helper()
		var out, complaints bytes.Buffer
		if status := run(t.Context(), append([]string{"version"}, args...), &out, &complaints); status != 0 {
			t.Fatalf("status %d: %s", status, complaints.String())
		}
		return out.String()
	}
	var b service.Build
	if err := json.Unmarshal([]byte(print("--json")), &b); err != nil || b != service.ReadBuild() {
		t.Errorf("--json prints %+v: %v", b, err)
	}
	lines := strings.Split(print(), "\n")
	if len(lines) != 4 || lines[0] != "corridor "+b.Version || lines[2] != fmt.Sprintf("schema   %d", postgres.SchemaVersion()) {
		t.Errorf("it prints %q", lines)
	}
}
