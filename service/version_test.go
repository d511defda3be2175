package service

import (
	"runtime/debug"
	"testing"

	"corridor/postgres"
)

func TestBuildIsReadFromTheBuildInformation(t *testing.T) {
	schema := postgres.SchemaVersion()
	if schema < 13 {
		t.Fatalf("the schema is %d", schema)
	}
	settings := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "1c28f09"}, {Key: "vcs.modified", Value: modified}}
	}
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want Build
	}{
		{"tag", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: settings("false")}, Build{"v1.2.3", "1c28f09", false, schema}},
		{"changed files", debug.BuildInfo{Main: debug.Module{Version: "v1.2.4-0.20261128+dirty"}, Settings: settings("true")}, Build{"v1.2.4-0.20261128+dirty", "1c28f09", true, schema}},
		{"without git", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, Build{"dev", "", false, schema}},
		{"nothing recorded", debug.BuildInfo{}, Build{"dev", "", false, schema}},
	} {
		if got := buildOf(&test.info); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}
