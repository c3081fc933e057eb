# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of memhier(8).

# The groups below the root of the hierarchy that is used.
_memhier_groups()
{
	local IFS=$'\n' root=()

	[[ -n $1 ]] && root=(--root "$1")
	memhier tree "${root[@]}" --raw -o GROUP 2>/dev/null |
		sed -e 1d -e '/^\/$/d' -e '/\\x/d'
}

_memhier()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs='tree check plan apply move top balance draw systemd'
	local verb='' root='' options='--root --color --help' i words=''

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--root)
			root=${COMP_WORDS[i + 1]}
			((i++))
			;;
		-*) ;;
		*) [[ -n $verb ]] || verb=${COMP_WORDS[i]} ;;
		esac
	done
	case $prev in
	--root)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--config | --replay | --record | -o)
		if [[ $verb != tree ]]; then
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		fi
		words='GROUP LIMIT RESERVE USAGE OWN LENT IDLE ROOM PEAK FAILS BAR'
		;;
	--color) words='auto always never' ;;
	--sort)
		words='tree usage idle lent fails pressure'
		[[ $verb != tree ]] ||
			words='LIMIT RESERVE USAGE OWN LENT IDLE ROOM PEAK FAILS'
		;;
	--depth | --interval | --rounds | --rate | -n | -d) return ;;
	esac
	if [[ -z $words ]]; then
		case $verb in
		'') options="$options --version" words=$verbs ;;
		tree) options="$options --depth --output --bytes --json --raw --sort" ;;
		plan) options="$options --output --prune" ;;
		apply) options="$options --yes --prune" ;;
		top) options="$options --batch --interval --sort" ;;
		balance) options="$options --daemon --config --interval --rounds --rate --replay --record" ;;
		draw) options="$options --output" ;;
		esac
		case $verb,$cur in
		*,-*) words=$options ;;
		plan,* | apply,*)
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
			;;
		tree,* | move,* | top,* | balance,* | draw,*)
			words=$(_memhier_groups "$root")
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _memhier memhier
