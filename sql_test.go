package corridor_test

import (
	"errors"
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"sync"
	"testing"

	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/tools/go/packages"
)

// statement is a string constant of the program that is SQL.
type statement struct {
	at, text  string
	temporary bool // it makes a temporary table
}

var (
	isStatement = regexp.MustCompile(`^\s*(WITH|SELECT|INSERT|UPDATE|DELETE|VALUES)\s`)
	isTemporary = regexp.MustCompile(`^\s*CREATE TEMP(ORARY)? TABLE\s`)
)

// program returns the type-checked packages of the program, tests left out.
func program(t *testing.T) []*packages.Package {
	t.Helper()
	loaded, err := loadProgram()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
	}
	return loaded
}

var loadProgram = sync.OnceValues(func() ([]*packages.Package, error) {
	return packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps}, "./...")
})

// statements returns the SQL of every package of the program, tests left out, and how
// many pieces of statements there are that the program puts together as it runs.
func statements(t *testing.T) (found []statement, pieces int) {
	t.Helper()
	for _, p := range program(t) {
		parts := partsOf(p)
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := stringConstant(p.TypesInfo, e)
				if !ok {
					return true
				}
				if _, named := e.(*ast.Ident); named { // what it names is looked at where it is declared
					return false
				}
				temporary := isTemporary.MatchString(text)
				switch {
				case !temporary && !isStatement.MatchString(text):
				case parts[e]:
					pieces++
				default:
					found = append(found, statement{p.Fset.Position(e.Pos()).String(), text, temporary})
				}
				return false
			})
		}
	}
	return found, pieces
}

// partsOf returns the constant expressions of a package that are no whole statement: an
// operand of +, or an argument of a function of package strings.
func partsOf(p *packages.Package) map[ast.Expr]bool {
	values := map[types.Object]ast.Expr{} // of named constants
	parts := map[ast.Expr]bool{}
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
				for i, name := range spec.Names {
					values[p.TypesInfo.Defs[name]] = spec.Values[i]
				}
			}
			return true
		})
	}
	mark := func(e ast.Expr) {
		parts[e] = true
		if name, ok := e.(*ast.Ident); ok && values[p.TypesInfo.Uses[name]] != nil {
			parts[values[p.TypesInfo.Uses[name]]] = true
		}
	}
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				mark(n.X)
				mark(n.Y)
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.SelectorExpr); ok {
					if object := p.TypesInfo.Uses[called.Sel]; object != nil && object.Pkg() != nil && object.Pkg().Path() == "strings" {
						for _, argument := range n.Args {
							mark(argument)
						}
					}
				}
			}
			return true
		})
	}
	return parts
}

func stringConstant(info *types.Info, e ast.Expr) (string, bool) {
	v := info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// PostgreSQL accepts every SQL statement of the program on the present schema.
func TestStatementsFitTheSchema(t *testing.T) {
	testkit.Heavy(t)
	found, pieces := statements(t) // before the transaction: the server ends one that idles
	db := postgrestest.New(t)
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	whole := makeTemporaryTables(t, tx, found)
	for _, s := range whole {
		if err := try(t, tx, "PREPARE a_statement AS "+s.text); err != nil {
			t.Errorf("%s: %v", s.at, err)
			continue
		}
		if err := try(t, tx, "DEALLOCATE a_statement"); err != nil {
			t.Fatal(err)
		}
	}
	if len(whole) < 250 || pieces > 21 {
		t.Errorf("%d statements were found, and %d pieces of others; write statements whole", len(whole), pieces)
	}
}

// makeTemporaryTables makes the temporary tables that statements use, in whichever order
// they need each other, and returns the other statements.
func makeTemporaryTables(t *testing.T, tx *sqlx.Tx, found []statement) (whole []statement) {
	var tables []statement
	for _, s := range found {
		if s.temporary {
			tables = append(tables, s)
		} else {
			whole = append(whole, s)
		}
	}
	for len(tables) > 0 {
		var failed []statement
		var reason error
		for _, s := range tables {
			err := try(t, tx, s.text)
			var e *pq.Error
			if err != nil && !(errors.As(err, &e) && e.Code == "42P07") { // two places make the same table
				failed, reason = append(failed, s), err
			}
		}
		if len(failed) == len(tables) {
			t.Fatalf("%s: %v", failed[0].at, reason)
		}
		tables = failed
	}
	return whole
}

// try runs a statement, and rolls it back if it fails.
func try(t *testing.T, tx *sqlx.Tx, text string) error {
	t.Helper()
	if _, err := tx.Exec("SAVEPOINT before"); err != nil {
		t.Fatal(err)
	}
	_, err := tx.Exec(text)
	if err != nil {
		if _, err := tx.Exec("ROLLBACK TO before"); err != nil {
			t.Fatal(err)
		}
	}
	return err
}
