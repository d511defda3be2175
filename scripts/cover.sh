#!/usr/bin/env bash
# Runs every test and prints the coverage of each package by the whole suite, including the
# program that tests start. Exits with 1 if a package is below 85 %. Test helpers, the demo and
# the benchmarks have no bar.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=85
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
chmod 777 "$data"
CORRIDOR_TEST_COVER=$data ${GO:-go} test -count=1 -coverpkg=./... ./... -args -test.gocoverdir="$data" | sed -u 's/\tcoverage:.*//'
# The list has no line for a package without statements.
${GO:-go} tool covdata percent -i="$data" | grep -oE 'corridor/[a-z/]+[[:space:]]+coverage: [0-9.]+%' | awk -v goal=$goal '
	{ name = $1; share = $3 + 0; sub(/^corridor\//, "", name)
	  free = name ~ /^(demo|bench|testkit|mailer\/sink|mailer\/mailertest|postgres\/postgrestest)$/
	  printf "%-24s %5.1f %%%s\n", name, share, free ? "  (no bar)" : share < goal ? "  below " goal " %" : ""
	  if (!free && share < goal) low = 1 }
	END { exit low }'
