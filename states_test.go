package corridor_test

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"testing"

	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"golang.org/x/tools/go/packages"
)

// storedTypes are the Go types of columns with a fixed set of values, and the constants that
// no row of the column has.
var storedTypes = []struct {
	typ    string // package and name
	column string // table and column
	never  []string
}{
	{"corridor/articles.State", "articles.state", nil},
	{"corridor/subscribers.State", "subscribers.state", nil},
	{"corridor/subscribers.Reason", "suppressions.reason", nil},
	{"corridor/editions.State", "editions.state", nil},
	{"corridor/mailer/deliveries.State", "deliveries.state", []string{"sending"}}, // the batch has the mark
	{"corridor/mailer/deliveries.State", "outbox.state", []string{"bounced", "skipped"}},
}

// The constants of a type are the values that the schema permits.
func TestConstantsAreTheValuesOfTheSchema(t *testing.T) {
	testkit.Heavy(t)
	db, loaded := postgrestest.New(t), program(t)
	for _, stored := range storedTypes {
		var checks []string
		if err := db.Select(&checks, `
			SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
			WHERE c.contype = 'c' AND c.conrelid = split_part($1, '.', 1)::regclass AND a.attname = split_part($1, '.', 2)`, stored.column); err != nil {
			t.Fatal(err)
		}
		if len(checks) != 1 {
			t.Errorf("%s has the constraints %q, want one", stored.column, checks)
			continue
		}
		var permitted []string
		for _, m := range regexp.MustCompile(`'(\w+)'::text`).FindAllStringSubmatch(checks[0], -1) {
			permitted = append(permitted, m[1])
		}
		constants := slices.DeleteFunc(constantsOf(loaded, stored.typ), func(value string) bool { return slices.Contains(stored.never, value) })
		slices.Sort(permitted)
		slices.Sort(constants)
		if !slices.Equal(permitted, constants) {
			t.Errorf("%s permits %q; the constants of %s are %q", stored.column, permitted, stored.typ, constants)
		}
	}
}

// constantsOf returns the values of a type's constants.
func constantsOf(loaded []*packages.Package, typ string) (values []string) {
	for _, p := range loaded {
		for _, name := range p.Types.Scope().Names() {
			if c, ok := p.Types.Scope().Lookup(name).(*types.Const); ok && c.Type().String() == typ {
				values = append(values, constant.StringVal(c.Val()))
			}
		}
	}
	return values
}

// Go code names the values of these types by their constants. SQL has them as text.
func TestValuesAreNamedByTheirConstants(t *testing.T) {
	testkit.Heavy(t)
	for _, p := range program(t) {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if declared, ok := n.(*ast.GenDecl); ok && (declared.Tok == token.CONST || declared.Tok == token.IMPORT) {
					return false
				}
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING || literal.Value == `""` || p.TypesInfo.TypeOf(literal) == nil { // as in the tag of a field
					return true
				}
				typ := types.TypeString(p.TypesInfo.TypeOf(literal), nil)
				for _, stored := range storedTypes {
					if stored.typ == typ {
						t.Errorf("%s: name %s by its constant in %s", p.Fset.Position(literal.Pos()), literal.Value, typ)
						break
					}
				}
				return true
			})
		}
	}
}
