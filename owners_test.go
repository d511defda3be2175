package corridor_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"corridor/postgres/postgrestest"
)

var (
	isSQL = regexp.MustCompile(`(?i)\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|COPY|TRUNCATE)\b`)
	// writesTable finds the table that a statement writes.
	writesTable = regexp.MustCompile(`(?i)\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(\w+)`)
	// readsTables finds the tables of a FROM clause, with their aliases, up to the first
	// subquery or join, and those of the joins.
	readsTables = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|USING)\s+(\w+(?:\s+(?:AS\s+)?\w+)?(?:\s*,\s*\w+(?:\s+(?:AS\s+)?\w+)?)*)`)
	// ownerRow is a row of the table of owners in docs/design.md.
	ownerRow = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| ([\\w/]+) \\| ([\\w/, ]+|–) \\|$")
)

// fillsTables are packages that may write every table: benchmarks make millions of rows.
var fillsTables = []string{"bench"}

// tableUse holds the packages that write and read a table.
type tableUse struct{ writers, readers map[string]bool }

// tableUses finds the uses of tables in the string literals of the program, tests left out.
func tableUses(t *testing.T) map[string]tableUse {
	uses := map[string]tableUse{}
	for _, name := range schemaTables(t) {
		uses[name] = tableUse{map[string]bool{}, map[string]bool{}}
	}
	eachFile(t, func(path string) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if isTest(path) || slices.Contains(fillsTables, pkg) {
			return
		}
		ast.Inspect(parse(t, path, 0), func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil || !isSQL.MatchString(text) {
				return true
			}
			for _, m := range writesTable.FindAllStringSubmatch(text, -1) {
				if use, known := uses[m[1]]; known {
					use.writers[pkg] = true
				}
			}
			for _, m := range readsTables.FindAllStringSubmatch(text, -1) {
				for item := range strings.SplitSeq(m[1], ",") {
					if use, known := uses[strings.Fields(item)[0]]; known {
						use.readers[pkg] = true
					}
				}
			}
			return true
		})
	}, ".go")
	return uses
}

// schemaTables returns the tables and views of the migrated schema.
func schemaTables(t *testing.T) (names []string) {
	t.Helper()
	if err := postgrestest.New(t).Select(&names, `
		SELECT relname FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND relname NOT LIKE 'goose%'
		ORDER BY relname`); err != nil {
		t.Fatal(err)
	}
	return names
}

// Each table has one package that writes it, which docs/design.md names together with the
// other packages that read it.
func TestTablesHaveOneOwner(t *testing.T) {
	text, err := os.ReadFile("docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	uses, listed := tableUses(t), map[string]bool{}
	for _, row := range ownerRow.FindAllStringSubmatch(string(text), -1) {
		table, owner, readers := row[1], row[2], strings.Split(row[3], ", ")
		use, exists := uses[table]
		if !exists || listed[table] {
			t.Errorf("docs/design.md lists the table %s, which does not exist or is listed twice", table)
			continue
		}
		listed[table] = true
		for writer := range use.writers {
			if writer != owner {
				t.Errorf("%s writes the table %s, which only %s may write", writer, table, owner)
			}
		}
		if len(use.writers) == 0 && len(use.readers) == 0 {
			t.Errorf("no statement uses the table %s", table)
		}
		delete(use.readers, owner)
		for reader := range use.readers {
			if !slices.Contains(readers, reader) {
				t.Errorf("%s reads the table %s, and docs/design.md does not list it: call %s, or list it", reader, table, owner)
			}
		}
		for _, reader := range readers {
			if reader != "–" && !use.readers[reader] {
				t.Errorf("docs/design.md lists %s as a reader of the table %s, which it does not read", reader, table)
			}
		}
	}
	for table := range uses {
		if !listed[table] {
			t.Errorf("docs/design.md names no owner of the table %s", table)
		}
	}
}
