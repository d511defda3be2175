#!/usr/bin/env bash
# Runs every fuzz target, one after the other, for the duration in the argument. A failing input
# is kept in testdata/fuzz of its package, and later runs of the tests include it.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${1:-30s}
go=${GO:-go}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
while IFS=: read -r file target; do
	package=./$(dirname "$file")
	if $go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$each" >"$log" 2>&1; then
		echo "$package $target: $(grep -oE 'execs: [0-9]+' "$log" | tail -n 1)"
	else
		echo "$package $target: FAILED"
		cat "$log"
		failed=1
	fi
done < <(git grep -oE '^func Fuzz[A-Za-z]+' -- '*_test.go' | sed 's/func //')
exit $failed
