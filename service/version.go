package service

import (
	"runtime/debug"

	"corridor/postgres"
)

// Build describes the running program.
type Build struct {
	Version  string `json:"version"`  // the git tag; between tags a pseudo-version; "dev" without git
	Commit   string `json:"commit"`   // empty if built without git
	Modified bool   `json:"modified"` // files differed from the commit
	Schema   int64  `json:"schema"`   // number of the newest migration
}

// ReadBuild returns the build as the Go tool recorded it. The source code does not contain
// the version.
func ReadBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	b := Build{Version: info.Main.Version, Schema: postgres.SchemaVersion()}
	if b.Version == "" || b.Version == "(devel)" {
		b.Version = "dev"
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// Version is the version in Corridor's User-Agent.
func Version() string { return ReadBuild().Version }
