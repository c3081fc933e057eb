#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build all of a guest that is not there yet: the kernel of a base (and variant
# of it), the userland, the selftests.
#
# usage: guest.sh BASE [VARIANT]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
scripts/build/kernel.sh "$@"
scripts/build/busybox.sh
scripts/build/selftests.sh
scripts/build/initramfs.sh "$1${2:+-$2}"
