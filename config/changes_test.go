package config

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMerge(t *testing.T) {
	const real = "[smtp]\nurl = \"smtp://mx.example.org\"\n"
	for _, test := range []struct{ name, old, next, applied, restart string }{
		{"nothing", real, real, "", ""},
		{"live keys", real, real + "rate = 5\nheaders = {X-Stream = \"news\"}\n[log]\nlevel = \"debug\"\n[sending.domains.\"example.net\"]\nrate = 1\n", "smtp.rate smtp.headers sending.domains log.level", ""},
		{"another server", real, "[smtp]\nurl = \"smtp://other.example.org\"\n", "smtp.url", ""},
		{"no longer captured", "", real, "", "smtp.url"},
		{"both", real, real + "connections = 3\n[server]\nlisten = \"127.0.0.1:9\"\n[[sources]]\nname = \"x\"\nkind = \"feed\"\nurl = \"https://example.org\"\n", "smtp.connections", "server.listen sources"},
	} {
		old, err := parse(t, minimal+test.old, nil)
		if err != nil {
			t.Fatal(err)
		}
		next, err := parse(t, minimal+test.next, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := *old
		merged, applied, restart := Merge(old, next)
		if got := strings.Join(applied, " "); got != test.applied {
			t.Errorf("%s: applied %q, want %q", test.name, got, test.applied)
		}
		if got := strings.Join(restart, " "); got != test.restart {
			t.Errorf("%s: restart %q, want %q", test.name, got, test.restart)
		}
		if diff := cmp.Diff(before, *old); diff != "" {
			t.Errorf("%s: the old configuration has changed: %s", test.name, diff)
		}
		if again, _, rest := Merge(merged, next); !reflect.DeepEqual(again, merged) || strings.Join(rest, " ") != test.restart {
			t.Errorf("%s: the second time is not the first", test.name)
		}
	}
}

func TestEarlyLog(t *testing.T) {
	variables := map[string]string{}
	getenv := func(name string) (string, bool) { v, ok := variables[name]; return v, ok }
	want := func(flags Flags, level, format string) {
		t.Helper()
		if got := EarlyLog(getenv, flags); got != (Log{level, format}) {
			t.Errorf("%+v with %v: %+v", flags, variables, got)
		}
	}
	want(Flags{}, "info", "text")
	variables["CORRIDOR_LOG_LEVEL"], variables["CORRIDOR_LOG_FORMAT"] = "debug", "json"
	want(Flags{}, "debug", "json")
	want(Flags{LogLevel: "warn"}, "warn", "json")
	variables["CORRIDOR_LOG_FORMAT"] = ""
	want(Flags{LogFormat: "json"}, "debug", "json")
	want(Flags{}, "debug", "text")
}
