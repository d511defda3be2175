package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestHelpNamesEverySubcommand compares the help of each group, "Keys of signed links: list,
// rotate, retire.", with its commands.
func TestHelpNamesEverySubcommand(t *testing.T) {
	parser, err := kong.New(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	groups := 0
	for _, group := range parser.Model.Children {
		_, list, named := strings.Cut(strings.TrimSuffix(group.Help, "."), ": ")
		if !named || len(group.Children) == 0 {
			continue
		}
		groups++
		var names []string
		for _, command := range group.Children {
			names = append(names, command.Name)
		}
		if want := strings.Join(names, ", "); list != want {
			t.Errorf("the help of %s names %q; its commands are %q", group.Name, list, want)
		}
	}
	if groups < 5 {
		t.Errorf("%d groups name their commands", groups)
	}
}
