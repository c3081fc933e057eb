# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of memhier(8). Its functions use the variables of _memhier().

# The groups below a root, or in the hierarchy that is mounted. Whoever was
# delegated a group names those in it: no name may be expanded, neither here nor
# by the shell that the line is for.
_memhier_groups()
{
	local where=() lines=() line name quoted

	# What is quoted by itself can not stand behind an open quote.
	[[ ${cur//\\?/} != *[\"\']* ]] || return
	[[ -z $root ]] || where=(--root "$root")
	mapfile -t -s 1 lines < <(memhier tree "${where[@]}" --raw -o GROUP 2>/dev/null)
	for line in "${lines[@]}"; do
		[[ $line != / ]] || continue
		printf -v name %b "$line"
		printf -v quoted %q "$name"
		[[ $name != "$cur"* && $quoted != "$cur"* ]] ||
			COMPREPLY+=("$quoted")
	done
}

_memhier()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs='tree check plan apply move top balance draw systemd'
	local verb='' root='' options='--root --color --help' words='' i

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
			COMPREPLY=()
			_memhier_groups
			return
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _memhier memhier
