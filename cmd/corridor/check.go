package main

import (
	"context"
	"slices"

	"corridor/check"
)

// checkCommand makes every check of package check.
type checkCommand struct {
	JSON  bool `name:"json" help:"Print one JSON document."`
	Alert bool `help:"Also post a test alert to publication.alerts_webhook."`
}

// Run prints the findings. The exit status is 1 when a finding is wrong. A configuration
// that is refused ends it with status 2, like every other command.
func (c *checkCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	config, err := p.config()
	if err != nil {
		return err
	}
	findings := check.All(ctx, config, p.globals.Config, p.log)
	if c.Alert {
		findings = append(findings, check.Webhook(ctx, config))
	}
	rows := [][]string{}
	for _, f := range findings {
		rows = append(rows, []string{f.Check, string(f.State), f.Reason})
		if f.Remedy != "" {
			rows = append(rows, []string{"", "", "-> " + f.Remedy})
		}
	}
	if err := p.table(c.JSON, findings, []string{"check", "state", "reason and remedy"}, rows); err != nil {
		return err
	}
	if slices.ContainsFunc(findings, func(f check.Finding) bool { return f.State == check.Wrong }) {
		return errReported
	}
	return nil
}
