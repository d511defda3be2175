// Package corridor_test holds the rules of the whole code base.
package corridor_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mayImport is the direction of docs/design.md. A package sees what its line names,
// and of ours nothing else.
var mayImport = map[string][]string{
	"migrations":            {},
	"templates":             {},
	"fetch":                 {},
	"postgres":              {"migrations"},
	"postgres/private":      {"postgres"},
	"postgres/postgrestest": {"postgres", "postgres/private"},
	"scheduler":             {"postgres"},
	"articles":              {"articles/reading", "postgres", "fetch"},
	"articles/reading":      {},
	"subscribers":           {"postgres"},
	"mailer":                {"postgres"},
	"mailer/sink":           {},
	"editions":              {"articles", "subscribers", "mailer", "postgres", "templates"},
	"feeds":                 {"articles", "subscribers", "mailer", "postgres", "templates", "fetch"},
	"feeds/websub":          {"postgres", "fetch"},
	"config":                {"editions", "subscribers"},
	"web":                   {"feeds", "feeds/websub", "editions", "articles", "subscribers", "mailer", "postgres", "templates"},
	"service":               {"config", "web", "feeds", "feeds/websub", "editions", "articles", "articles/reading", "subscribers", "mailer", "scheduler", "postgres", "postgres/private", "templates", "fetch"},
	"demo":                  {"service", "config", "web", "editions", "articles", "subscribers", "mailer", "postgres", "templates"},
	"bench":                 {"web", "feeds", "mailer", "mailer/sink", "postgres", "postgres/private", "templates"},
	"check":                 {"config", "service", "mailer", "postgres", "subscribers"},
	"cmd/corridor":          {"bench", "check", "demo", "service", "config", "web", "feeds", "feeds/websub", "editions", "articles", "articles/reading", "subscribers", "mailer", "mailer/sink", "scheduler", "postgres", "postgres/private", "templates", "migrations", "fetch"},
}

// eachFile calls fn for every file of the tree that we wrote and whose name ends so.
func eachFile(t *testing.T, fn func(path string), endings ...string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != "." && (strings.HasPrefix(name, ".") || slices.Contains(notOurs, name)) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && slices.Contains(endings, filepath.Ext(name)) {
			fn(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var notOurs = []string{"node_modules", "testdata", "bin", "corridor-data", "corridor-demo"}

func isTest(path string) bool { return strings.HasSuffix(path, "_test.go") }

func parse(t *testing.T, path string, mode parser.Mode) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImportsRunOneWay(t *testing.T) {
	seen := 0
	eachFile(t, func(path string) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		allowed, known := mayImport[pkg]
		switch {
		case isTest(path):
			return
		case !known:
			t.Errorf("%s: package %s has no place in the import direction; give it one in house_test.go and docs/design.md", path, pkg)
			return
		}
		for _, spec := range parse(t, path, parser.ImportsOnly).Imports {
			ours, found := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "corridor/")
			if seen++; found && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s; %s may only import %v", path, ours, pkg, allowed)
			}
		}
	}, ".go")
	if seen == 0 {
		t.Fatal("no imports seen: is this the top of the module?")
	}
}

func TestNothingRunsBeforeMain(t *testing.T) {
	eachFile(t, func(path string) {
		for _, decl := range parse(t, path, parser.SkipObjectResolution).Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function; let whoever needs the value make it", path)
			}
		}
	}, ".go")
}

// Loose ends are issues or decisions, and a test that is skipped looks like one that
// passes. This file names the words and is not looked at.
var looseEnds = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b|\b[tb]\.Skip(f|Now)?\(`)

func TestNoLooseEnds(t *testing.T) {
	eachFile(t, func(path string) {
		if path == "house_test.go" {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			if n++; looseEnds.MatchString(line) {
				t.Errorf("%s:%d: %s", path, n, strings.TrimSpace(line))
			}
		}
	}, ".go", ".sql", ".html", ".css", ".js", ".sh", ".mjs", ".py")
}

var docLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Every link of the documentation to another file leads to one.
func TestDocumentationLinksLeadSomewhere(t *testing.T) {
	eachFile(t, func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range docLink.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", path, target)
			}
		}
	}, ".md")
}

// The status line is the third line of a decision.
var decisionStatus = regexp.MustCompile(`^Status: ((?:accepted|(?:partly )?superseded by \[\d{4}\]\(\S+\)) · \d{4}-\d{2}-\d{2})$`)

// Decisions are numbered without gaps, and the index repeats the title and the status of each.
func TestDecisionsAreIndexed(t *testing.T) {
	index, err := os.ReadFile("docs/decisions/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("docs/decisions/[0-9]*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no decisions found", err)
	}
	for i, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, number := filepath.Base(path), fmt.Sprintf("%04d", i+1)
		lines := strings.SplitN(string(text), "\n", 4)
		title, found := strings.CutPrefix(lines[0], "# "+number+" ")
		if !strings.HasPrefix(name, number+"-") || !found {
			t.Fatalf("%s: the name and the first line of this decision begin with %s", path, number)
		}
		status := decisionStatus.FindStringSubmatch(lines[2])
		if status == nil {
			t.Errorf("%s: the third line is not like %q", path, "Status: accepted · 2026-11-23")
			continue
		}
		row := fmt.Sprintf("| [%s](%s) | %s | %s |", number, name, title, strings.Replace(status[1], " · ", " | ", 1))
		if !strings.Contains(string(index), row) {
			t.Errorf("docs/decisions/README.md lacks the row %s", row)
		}
	}
	if rows := strings.Count(string(index), "\n| ["); rows != len(files) {
		t.Errorf("docs/decisions/README.md has %d rows for %d decisions", rows, len(files))
	}
}

// Pronouns and amounts that stand for a noun, which a reader of technical English has to guess.
var vagueWords = regexp.MustCompile(`(?i)\b(nobody|somebody|whoever|whatever|everybody|who|whom|whose|what|so many|as many|none)\b`)

// The documentation has fewer than three vague words in 1,000, and no file more than twelve.
func TestDocumentationIsPlain(t *testing.T) {
	word := regexp.MustCompile(`[A-Za-z']+`)
	words, vague := 0, 0
	eachFile(t, func(path string) {
		if filepath.Dir(path) != "." && !strings.HasPrefix(filepath.ToSlash(path), "docs/") || path == "CHANGELOG.md" {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w, v := len(word.FindAll(text, -1)), vagueWords.FindAll(text, -1)
		if words, vague = words+w, vague+len(v); len(v) > 1 && 1000*len(v) > 12*w {
			t.Errorf("%s has %d vague words in %d: %s", path, len(v), w, bytes.Join(v, []byte(", ")))
		}
	}, ".md")
	if 1000*vague >= 3*words {
		t.Errorf("the documentation has %d vague words in %d", vague, words)
	}
}
