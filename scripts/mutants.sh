#!/usr/bin/env bash
# Applies each mutant of the delivery protocol to a copy of the tree and runs the model
# test, which must fail. Prints a row a mutant, with its seconds. Names of mutants select some of them.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
patches=$(dirname "$(git ls-files '*/testdata/mutants/*.patch' | head -1)")
package=./${patches%/testdata/mutants}
tree=$(mktemp -d)
trap 'git worktree remove --force "$tree"' EXIT
changed=$(git stash create)
git worktree add --quiet --detach "$tree" "${changed:-HEAD}"

bad=0
for patch in "$patches"/*.patch; do
	name=$(basename "$patch" .patch)
	[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
	what=$(head -1 "$patch")
	if ! git -C "$tree" apply "$PWD/$patch"; then
		printf 'ERROR     %-24s the patch does not apply\n' "$name"
		bad=1
		continue
	fi
	start=$SECONDS
	out=$(cd "$tree" && "$go" test -count=1 "$package" -run '^TestTheProtocolHolds$' -rapid.nofailfile -rapid.shrinktime=0s -rapid.checks="${CHECKS:-1500}" 2>&1) &&
		result=SURVIVED || result=found
	# A failure that depends on the time of a lock is called flaky.
	grep -qE '\[rapid\] (failed after|flaky test)' <<<"$out" || [ $result = SURVIVED ] || result=ERROR
	[ $result = found ] || bad=1
	printf '%-9s %-24s %4d  %s\n' "$result" "$name" $((SECONDS - start)) "$what"
	[ $result != ERROR ] || tail -5 <<<"$out"
	git -C "$tree" checkout --quiet .
done
exit $bad
