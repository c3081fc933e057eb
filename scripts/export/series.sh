#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Turn overlay and hooks into patches to mail: one commit for each hook patch,
# with the overlay files that its "Overlay:" line names. The fixes that let
# today's tools build an old kernel become a series of their own.
#
# The author is whoever exports, by git's configuration; SIGNOFF=1 adds the
# Signed-off-by line. Who is to get it is what the base's own get_maintainer.pl
# says, if it has one.
#
# usage: series.sh BASE TREE OUT
#	TREE	pristine sources of BASE; only read
#	OUT	gets series/ and, where there are such fixes, series-toolchain/
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 3 ] || usage
base=$1
tree=$2
out=$3
[ -d "$tree" ] || die "$tree: no such tree"
mkdir -p "$out"
out=$(cd "$out" && pwd)
tree=$(cd "$tree" && pwd)
release=$(scripts/source/release.sh "$tree")
patches=$top/patches/$base
[ -f "$patches/series" ] || die "patches/$base/series is missing"

name=$(git config user.name || :)
mail=$(git config user.email || :)
if [ -z "$name" ] || [ -z "$mail" ]; then
	echo "${0##*/}: git does not know who you are. To tell it:" >&2
	echo "	git config --global user.name NAME" >&2
	echo "	git config --global user.email ADDRESS" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git -c init.defaultBranch=series init -q "$work/tree"
cd "$work/tree"
git config user.name "$name"
git config user.email "$mail"
git config commit.gpgSign false
git config core.autocrlf false

toolchain() {
	[ ! -f "$patches/toolchain/series" ] ||
		sed 's,^,toolchain/,' "$patches/toolchain/series"
}

# The files of the base that the patches touch are all we need of it.
{ toolchain; cat "$patches/series"; } | sed "s,^,$patches/," |
	xargs sed -n 's,^--- a/,,p' | LC_ALL=C sort -u |
	while read -r path; do
		# Else an earlier patch brings it.
		[ -f "$tree/$path" ] || continue
		mkdir -p "$(dirname "$path")"
		cp "$tree/$path" "$path"
	done
git add --force --all
git commit -q --allow-empty -m "Linux $release"
git branch base

# Copy the overlay files that the message in $work/message asks for.
add_overlay() {
	sed -n 's/^Overlay: *//p' "$work/message" | tr -s ' ' '\n' |
		while read -r path; do
			"$top/scripts/build/overlay-files.sh" "$base" "$path" \
				>"$work/overlay"
			[ -s "$work/overlay" ] ||
				die "$1: Overlay: $path: no such file"
			while IFS="$(printf '\t')" read -r from to; do
				[ ! -e "$to" ] ||
					die "$1: Overlay: $path: $to is there already"
				mkdir -p "$(dirname "$to")"
				cp -p "$top/$from" "$to"
			done <"$work/overlay"
		done
}

commit() {
	git mailinfo -k "$work/message" "$work/diff" <"$patches/$1" \
		>"$work/info"
	subject=$(sed -n 's/^Subject: *\(\[PATCH[^]]*\] *\)\{0,1\}//p' \
		"$work/info")
	git apply --index --whitespace=nowarn "$work/diff" ||
		die "patches/$base/$1 does not apply to Linux $release"
	add_overlay "$1"
	"$top/scripts/export/fill.sh" "$base" <"$work/message" >"$work/filled"
	git add --force --all
	{
		printf '%s\n\n' "$subject"
		sed '/^Overlay:/d' "$work/filled"
	} | git commit -q ${SIGNOFF:+--signoff} --cleanup=whitespace -F -
}

# export FOLDER [OPTION...]: what is committed since base
export_series() {
	dir=$out/$1
	shift
	rm -rf "$dir"
	git format-patch -q --zero-commit --no-signature -o "$dir" "$@" base
	for patch in "$dir"/*.patch; do
		echo "${patch#"$top"/}"
	done
}

if [ -f "$patches/toolchain/series" ]; then
	while read -r patch; do
		commit "toolchain/$patch"
	done <"$patches/toolchain/series"
	export_series series-toolchain
	git checkout -q -B series base
fi

while read -r patch; do
	commit "$patch"
done <"$patches/series"
"$top/scripts/export/cover.sh" "$base" >"$work/cover"
git config branch.series.description "$(cat "$work/cover")"
export_series series --cover-letter --cover-from-description=subject

# recipients HOW OPTION...: the addresses that get_maintainer.pl has for OPTIONs, as
# the options HOW of git send-email
recipients() {
	how=$1
	shift
	(cd "$tree" && find "$out/series" -name '*.patch' ! -name '0000-*' -exec \
		scripts/get_maintainer.pl --no-git --no-git-fallback --no-n \
		--no-rolestats "$@" {} +) |
		sed "s/.*<\(.*\)>/\1/; s/^/ --$how=/" | LC_ALL=C sort -u | tr -d '\n'
}
if [ -x "$tree/scripts/get_maintainer.pl" ]; then
	echo "To send it, once it is read and signed off:"
	echo "git send-email$(recipients to --no-m --no-r)$(recipients cc --no-l)" \
		"${out#"$top"/}/series/*.patch"
fi
