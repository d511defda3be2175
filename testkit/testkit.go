// Package testkit contains helpers for the tests of several packages.
package testkit

import "testing"

// Heavy skips the test under go test -short. Tests call it that need a browser, run or kill
// whole programs, or take longer than a second or two. It is the only reason for which a
// test of this project is skipped.
func Heavy(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("heavy: it runs without -short")
	}
}
