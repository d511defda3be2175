package testkit

import "flag"

// Amount sets a flag of a test, such as rapid.checks, that the command line does not, until
// the returned function is called.
func Amount(name, value string) (restore func()) {
	f := flag.Lookup(name)
	given, old := false, f.Value.String()
	flag.Visit(func(other *flag.Flag) { given = given || other == f })
	if !given {
		_ = f.Value.Set(value)
	}
	return func() { _ = f.Value.Set(old) }
}
