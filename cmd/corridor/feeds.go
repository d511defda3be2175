package main

import (
	"context"
	"fmt"
)

// feedsCommand writes feeds as files.
type feedsCommand struct {
	Export feedsExport `cmd:"" help:"Write every feed as a static file, for a CDN."`
}

type feedsExport struct {
	Out  string `help:"Folder for the files." required:"" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Run exports.
func (c feedsExport) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	n, err := s.Publisher(0).Export(ctx, c.Out)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(map[string]any{"files": n, "out": c.Out})
	}
	_, err = fmt.Fprintf(p.stdout, "%s written to %s.\n", number(n, "file", "files"), c.Out)
	return err
}
