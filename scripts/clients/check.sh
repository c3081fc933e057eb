#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot a Debian 13 with systemd on 6.12 and let clients of cgroups, as Debian has
# them, use memory.reserve: what scripts/clients/guest/ tests.
# CLIENTS_SECONDS is how long stress-ng runs. Needs root.
#
# usage: check.sh [CLIENT...]
#	CLIENT	systemd, slices, memhier, crun, runc, libcgroup, kubelet, stress-ng; all
#		if none is named
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

all='systemd slices memhier crun runc libcgroup kubelet stress-ng'
clients=${*:-$all}
for client in $clients; do
	case " $all " in
	*" $client "*) ;;
	*) die "$client: there is no such client; there are: $all" ;;
	esac
done
[ "$(id -u)" -eq 0 ] || die "only root can make another Debian here"

name=6.12-clients
scripts/build/guest.sh 6.12 clients
scripts/clients/image.sh
console=out/clients/console.log
stage "clients: booting, log in $console"
DISK=out/clients/disk.img TIMEOUT=${TIMEOUT:-3600} scripts/boot/boot.sh "$name" \
	quiet loglevel=5 panic_on_oops=1 systemd.show_status=no \
	"clients=$(echo "$clients" | tr ' ' ,)" \
	"clients_seconds=${CLIENTS_SECONDS:-60}" \
	</dev/null >"$console" 2>&1 || :
awk -v complaint="$(complaint)" \
	-v clients="$clients" -f scripts/clients/judge.awk "$console"
