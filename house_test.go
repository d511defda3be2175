// Package corridor_test holds the rules of the whole code base.
package corridor_test

import (
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

// mayImport has each package of the tree with the packages of Corridor that it imports.
// docs/design.md draws the same packages.
var mayImport = map[string][]string{
	"migrations":            {},
	"templates":             {},
	"fetch":                 {},
	"postgres":              {"migrations"},
	"postgres/private":      {"postgres", "trouble"},
	"postgres/postgrestest": {"postgres", "postgres/private"},
	"scheduler":             {"postgres", "trouble"},
	"testkit":               {},
	"trouble":               {},
	"logging":               {},
	"alerts":                {"logging", "postgres"},
	"articles":              {"articles/entries", "articles/hubs", "articles/pdf", "articles/places", "articles/reading", "postgres", "fetch"},
	"articles/entries":      {"articles/reading"},
	"articles/hubs":         {"postgres"},
	"articles/places":       {},
	"articles/pdf":          {"articles/reading"},
	"articles/pdftest":      {},
	"articles/reading":      {},
	"subscribers":           {"postgres"},
	"mailer":                {"mailer/deliveries", "mailer/message", "mailer/smtp", "postgres", "trouble"},
	"mailer/deliveries":     {"postgres"},
	"mailer/message":        {},
	"mailer/smtp":           {"trouble"},
	"mailer/sink":           {},
	"mailer/mailertest":     {"postgres", "postgres/postgrestest"},
	"editions":              {"articles", "subscribers", "mailer", "mailer/deliveries", "mailer/message", "postgres", "templates", "trouble"},
	"bounces/hooks":         {"bounces", "mailer/deliveries", "mailer/message", "trouble"},
	"bounces/mailbox":       {"postgres"},
	"bounces":               {"mailer", "mailer/deliveries", "mailer/message", "mailer/smtp", "postgres", "subscribers"},
	"bounces/receiver":      {"bounces", "mailer/deliveries", "subscribers", "trouble"},
	"feeds":                 {"articles", "postgres", "trouble"},
	"feeds/websub":          {"postgres", "fetch", "trouble"},
	"config":                {"articles/reading", "bounces/hooks", "bounces/mailbox", "editions", "logging", "subscribers", "mailer/deliveries", "mailer/message", "mailer/smtp"},
	"web":                   {"articles/hubs", "bounces/hooks", "feeds", "feeds/websub", "editions", "articles", "subscribers", "mailer", "templates"},
	"service":               {"alerts", "articles/hubs", "articles/reading", "bounces", "bounces/hooks", "bounces/mailbox", "bounces/receiver", "config", "web", "feeds", "feeds/websub", "editions", "articles", "subscribers", "mailer", "mailer/deliveries", "mailer/message", "mailer/smtp", "scheduler", "postgres", "postgres/private", "templates", "trouble", "fetch"},
	"demo":                  {"service", "config", "web", "editions", "articles", "subscribers", "mailer", "postgres", "templates"},
	"bench":                 {"articles", "articles/reading", "fetch", "web", "feeds", "editions", "mailer", "mailer/deliveries", "mailer/message", "mailer/smtp", "postgres", "postgres/private", "templates"},
	"check":                 {"alerts", "config", "service", "mailer/message", "mailer/smtp", "postgres", "subscribers"},
	"cmd/corridor":          {"bench", "bounces", "bounces/receiver", "check", "demo", "service", "config", "logging", "editions", "articles", "articles/pdf", "articles/reading", "subscribers", "postgres", "postgres/private"},
}

// eachFile calls fn for every file written by hand with one of the endings.
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

// importsOf returns the packages of Corridor with Go files, each with the packages of
// Corridor that its files import, tests left out.
func importsOf(t *testing.T) map[string]map[string]bool {
	t.Helper()
	imports := map[string]map[string]bool{}
	eachFile(t, func(path string) {
		if isTest(path) {
			return
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if imports[pkg] == nil {
			imports[pkg] = map[string]bool{}
		}
		for _, spec := range parse(t, path, parser.ImportsOnly).Imports {
			if ours, found := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "corridor/"); found {
				imports[pkg][ours] = true
			}
		}
	}, ".go")
	if len(imports) == 0 {
		t.Fatal("no packages: is this the top of the module?")
	}
	return imports
}

// The table allows exactly the imports that there are.
func TestImportsAreThoseOfTheTable(t *testing.T) {
	imports := importsOf(t)
	for pkg, imported := range imports {
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s is not in the table; give it a line in house_test.go and docs/design.md", pkg)
		}
		for ours := range imported {
			if !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s; it may only import %v", pkg, ours, allowed)
			}
		}
	}
	for pkg, allowed := range mayImport {
		if imports[pkg] == nil {
			t.Errorf("there is no package %s", pkg)
		}
		for _, ours := range allowed {
			if !imports[pkg][ours] {
				t.Errorf("%s does not import %s; take it out of the table", pkg, ours)
			}
		}
	}
}

// drawnPackage is a line of the tree in docs/design.md; a line that is indented is below
// the last one that is not.
var drawnPackage = regexp.MustCompile(`^( *)([a-z/]+)/ +\S`)

// design returns the packages that docs/design.md draws, and the layer of each in its line
// of the direction of imports.
func design(t *testing.T) (drawn map[string]bool, layer map[string]int) {
	t.Helper()
	text, err := os.ReadFile("docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tree, _ := strings.Cut(string(text), "## The house\n```\n")
	tree, after, found := strings.Cut(tree, "```\n")
	if !found {
		t.Fatal("docs/design.md has no tree below ## The house")
	}
	drawn, layer = map[string]bool{}, map[string]int{}
	parent := ""
	for line := range strings.Lines(tree) {
		m := drawnPackage.FindStringSubmatch(line)
		switch {
		case m == nil:
			t.Fatalf("docs/design.md: no package in %q", line)
		case m[1] == "":
			parent = m[2]
			drawn[parent] = true
		default:
			drawn[parent+"/"+m[2]] = true
		}
	}
	_, chain, _ := strings.Cut(after, "`")
	chain, _, _ = strings.Cut(chain, "`")
	for i, names := range strings.Split(chain, " -> ") {
		for _, name := range strings.Split(strings.Trim(names, "{}"), ", ") {
			layer[name] = i + 1
		}
	}
	if len(layer) < 10 {
		t.Fatalf("docs/design.md: the direction of imports is %q", chain)
	}
	return drawn, layer
}

// docs/design.md draws the packages of the import table, and their direction.
func TestDesignDrawsTheHouse(t *testing.T) {
	drawn, layer := design(t)
	for pkg := range drawn {
		if _, known := mayImport[pkg]; !known {
			t.Errorf("docs/design.md draws %s, which is not in the table", pkg)
		}
	}
	top := func(pkg string) string { name, _, _ := strings.Cut(pkg, "/"); return name }
	for pkg, allowed := range mayImport {
		if !drawn[pkg] {
			t.Errorf("docs/design.md does not draw %s", pkg)
		}
		for _, ours := range allowed {
			from, to := layer[top(pkg)], layer[top(ours)]
			if top(pkg) != top(ours) && from > 0 && to > 0 && from >= to {
				t.Errorf("%s imports %s against the direction that docs/design.md names", pkg, ours)
			}
		}
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

// Loose ends are issues or decisions. A skipped test looks like a test that passes, so only
// testkit.Heavy skips, under -short. This file names the words and is left out.
var looseEnds = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b|\b[tb]\.Skip(f|Now)?\(`)

func TestNoLooseEnds(t *testing.T) {
	eachFile(t, func(path string) {
		if path == "house_test.go" || path == filepath.Join("testkit", "testkit.go") {
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

var docPlace = regexp.MustCompile("`(\\w+)` in \\[[^\\]]+\\]\\(\\.\\./([^)]+\\.go)\\)")

// Each place in the table "Where to find it" of docs/design.md declares the name.
func TestPlacesOfTheDesign(t *testing.T) {
	text, err := os.ReadFile("docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	places := docPlace.FindAllStringSubmatch(string(text), -1)
	if len(places) < 15 {
		t.Errorf("only %d places found", len(places))
	}
	for _, m := range places {
		declared := false
		for _, decl := range parse(t, m[2], parser.SkipObjectResolution).Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				declared = declared || d.Name.Name == m[1]
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.Name == m[1] {
						declared = true
					}
				}
			}
		}
		if !declared {
			t.Errorf("docs/design.md looks for %s in %s, which does not declare it", m[1], m[2])
		}
	}
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

// Words that stand for a noun which the reader has to guess, and mannered phrases.
var (
	vagueWords    = regexp.MustCompile(`(?i)\b(nobody|somebody|whoever|whatever|everybody|who|whom|whose|what|so many|as many|none)\b`)
	manneredWords = regexp.MustCompile(`(?i)\b(bears?|besides|hence|likewise|of its own|at will|for good|is to be|are to be|needs? not|tells whether|save that|it is told)\b`)
	anyWord       = regexp.MustCompile(`[A-Za-z']+`)
)

// prose counts words, vague words and mannered phrases of texts.
type prose struct{ words, vague, mannered int }

// add counts text. A text with more than three vague words may have 12 in 1,000.
func (p *prose) add(t *testing.T, path, text string) {
	words, vague := len(anyWord.FindAllString(text, -1)), vagueWords.FindAllString(text, -1)
	p.words, p.vague, p.mannered = p.words+words, p.vague+len(vague), p.mannered+len(manneredWords.FindAllString(text, -1))
	if len(vague) > 3 && 1000*len(vague) > 12*words {
		t.Errorf("%s has %d vague words in %d: %s", path, len(vague), words, strings.Join(vague, ", "))
	}
}

// check allows three vague words and three mannered phrases in 1,000 words.
func (p *prose) check(t *testing.T, what string) {
	if 1000*p.vague >= 3*p.words || 1000*p.mannered >= 3*p.words {
		t.Errorf("%s have %d vague words and %d mannered phrases in %d words; fewer than 3 in 1,000 are allowed", what, p.vague, p.mannered, p.words)
	}
}

func TestDocumentationIsPlain(t *testing.T) {
	var docs prose
	eachFile(t, func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs.add(t, path, string(text))
	}, ".md")
	docs.check(t, "the pages")
}

func TestCommentsArePlain(t *testing.T) {
	var comments prose
	eachFile(t, func(path string) {
		if isTest(path) {
			return
		}
		var text strings.Builder
		for _, group := range parse(t, path, parser.ParseComments).Comments {
			text.WriteString(group.Text())
		}
		comments.add(t, path, text.String())
	}, ".go")
	comments.check(t, "the comments")
}
