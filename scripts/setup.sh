#!/usr/bin/env bash
# Installs missing packages on Debian and Ubuntu, quietly. It always installs the PostgreSQL
# server; arguments add:
#   test         Chromium, for tests of pages; PgBouncer, which the service must refuse
#   race         a C compiler, for the race detector
#   conformance  feed readers that poll the service; Postfix and Dovecot, for emails that come back
#   bench        the references of the benchmarks
set -euo pipefail
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin # Debian's folder of nginx and smtp-source

packages=()
peers=no
have() { command -v "$1" >/dev/null 2>&1; }
want() { have "$1" || packages+=("$2"); } # want COMMAND PACKAGE

if [ -z "${PGBIN:-}" ] && ! have postgres && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
	packages+=(postgresql)
fi
for part in "$@"; do
	case "$part" in
	test)
		have chromium-browser || have google-chrome ||
			want chromium "$(grep -qs '^ID=ubuntu' /etc/os-release && echo chromium-browser || echo chromium)"
		want pgbouncer pgbouncer
		;;
	race)
		want gcc gcc
		[ -e /usr/include/stdlib.h ] || packages+=(libc6-dev)
		;;
	conformance)
		want newsboat newsboat
		want sfeed sfeed
		want curl curl # sfeed uses it
		want xmllint libxml2-utils
		want npm npm
		/usr/bin/python3 -c 'import feedparser' 2>/dev/null || packages+=(python3-feedparser)
		peers=yes
		want postfix postfix
		for part in imap pop3 lmtp; do
			[ -e /usr/lib/dovecot/$part ] || packages+=("dovecot-${part}d")
		done
		;;
	bench)
		want nginx nginx-light
		want wrk wrk
		# smtp-source is part of postfix, which would replace another mail server.
		have smtp-source || have sendmail || packages+=(postfix)
		;;
	*)
		echo "setup.sh: unknown part '$part'; known are test, race, conformance and bench" >&2
		exit 2
		;;
	esac
done

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
	if ! have apt-get; then
		echo "setup.sh: this is not Debian or Ubuntu; please install: ${packages[*]}" >&2
		exit 1
	fi
	if [ "$(id -u)" -ne 0 ] && ! have sudo; then
		echo "setup.sh: please run as root: apt-get install ${packages[*]}" >&2
		exit 1
	fi
	echo "setup.sh: installing ${packages[*]}"
	# Corridor starts its own servers from the installed programs. So the packages make no
	# cluster and start no service.
	as_root mkdir -p /etc/postgresql-common
	if ! grep -qs '^ *create_main_cluster' /etc/postgresql-common/createcluster.conf; then
		echo 'create_main_cluster = false' | as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
	fi
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
		as_root chmod 755 /usr/sbin/policy-rc.d
	fi
	as_root apt-get update -qq
	# The options keep existing configuration files, including the one written above.
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${packages[@]}" >/dev/null </dev/null
}

[ ${#packages[@]} -eq 0 ] || install_packages
if [ $peers = yes ] && ! [ peers/node_modules/.package-lock.json -nt peers/package-lock.json ]; then
	echo "setup.sh: installing feed readers from npm"
	npm ci --prefix peers --silent --no-audit --no-fund --ignore-scripts
	touch peers/node_modules/.package-lock.json
fi
