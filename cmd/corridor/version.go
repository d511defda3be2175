package main

import (
	"cmp"
	"fmt"

	"corridor/service"
)

// versionCommand describes this build.
type versionCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Run prints version, commit and schema.
func (c versionCommand) Run(p *program) error {
	b := service.ReadBuild()
	if c.JSON {
		return p.printJSON(b)
	}
	commit := cmp.Or(b.Commit, "unknown")
	if b.Modified {
		commit += " (modified)"
	}
	_, err := fmt.Fprintf(p.stdout, "corridor %s\ncommit   %s\nschema   %d\n", b.Version, commit, b.Schema)
	return err
}
