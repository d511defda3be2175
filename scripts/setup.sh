#!/usr/bin/env bash
# Installs what is missing, on Debian and Ubuntu. Says nothing and takes no time when
# everything is there. Arguments name what is wanted besides the PostgreSQL server:
#   test         Chromium, for tests of pages
#   conformance  feed readers that poll the service
set -euo pipefail

packages=()
want() { # want COMMAND PACKAGE: installs PACKAGE unless COMMAND is there
	command -v "$1" >/dev/null 2>&1 || packages+=("$2")
}

if [ -z "${PGBIN:-}" ] && ! command -v postgres >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
	packages+=(postgresql)
fi
for part in "$@"; do
	case "$part" in
	test) want chromium chromium ;;
	conformance)
		want newsboat newsboat
		want sfeed sfeed
		/usr/bin/python3 -c 'import feedparser' 2>/dev/null || packages+=(python3-feedparser)
		;;
	*) echo "setup.sh: unknown part '$part'; known are test and conformance" >&2; exit 2 ;;
	esac
done
[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "setup.sh: please install: ${packages[*]}" >&2
	exit 1
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "setup.sh: installing ${packages[*]}"
# Corridor starts a server of its own; Debian's package would start another at boot.
"${as_root[@]}" mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
	echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
