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
	mapfile -t lines < <(memhier tree "${where[@]}" --raw --noheadings -o GROUP 2>/dev/null)
	for line in "${lines[@]}"; do
		[[ $line != / ]] || continue
		printf -v name %b "$line"
		printf -v quoted %q "$name"
		if [[ $name == "$cur"* || $quoted == "$cur"* ]] &&
		   [[ $quoted == "$begun"* ]]; then
			COMPREPLY+=("$quoted")
		fi
	done
}

_memhier_files()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

# Words of this file only: compgen expands them.
_memhier_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
	[[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}

# Those of the columns that are not in the list yet.
_memhier_columns()
{
	local list=${cur%"${cur##*,}"} column left=''

	for column in $1; do
		[[ ,$list == *,"$column",* ]] || left+=" $column"
	done
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -P "$list" -W "$left" -- "${cur##*,}")
}

# The argument of an option; 1 if there is to be none.
_memhier_argument()
{
	local columns='GROUP LIMIT RESERVE USAGE OWN LENT IDLE ROOM PEAK FAILS BAR'

	# That of --color is behind "=" only.
	[[ $prev != --color ]] || return
	case $verb,${prev%=} in
	*,--root) _memhier_files -d ;;
	*,--color) _memhier_words 'auto always never' ;;
	tree,-o | tree,--output) _memhier_columns "$columns" ;;
	tree,--sort) _memhier_words "${columns% BAR}" ;;
	top,--sort) _memhier_words 'tree usage idle lent fails pressure' ;;
	*,--config | *,--replay | *,--record | *,-o | *,--output)
		_memhier_files -f
		;;
	*,--depth | *,--interval | *,--rounds | *,--rate | top,-n | top,-d) ;;
	*) return 1 ;;
	esac
}

_memhier()
{
	local words=() word line=$COMP_LINE cur prev begun verb='' root='' i
	local options='--root --color= --help'

	# COMP_WORDS has a word with one of "=:@" in it in pieces; only the last
	# of them, which is $2, is replaced.
	for word in "${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
		if [[ ${#words[@]} -gt 0 && -n $word && $line == "$word"* ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		line=${line#*"$word"}
	done
	cur=${words[-1]} prev=${words[-2]}
	if [[ $cur == --*=* ]]; then
		prev=${cur%%=*}=
		cur=${cur#*=}
	fi
	begun=${cur%"$2"}

	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		--root) root=${words[++i]} ;;
		--root=*) root=${words[i]#*=} ;;
		-*) ;;
		*) [[ -n $verb ]] || verb=${words[i]} ;;
		esac
	done
	COMPREPLY=()
	if ! _memhier_argument; then
		case $verb in
		tree) options+=' --depth --output --bytes --noheadings --json --raw --sort' ;;
		plan) options+=' --output --prune' ;;
		apply) options+=' --yes --prune' ;;
		move) options+=' --dry-run' ;;
		top) options+=' --batch --interval --sort' ;;
		balance) options+=' --daemon --config --interval --rounds --rate --replay --record' ;;
		draw) options+=' --output' ;;
		esac
		case $verb,$cur in
		,-*) _memhier_words "$options --version" ;;
		*,-*) _memhier_words "$options" ;;
		,*) _memhier_words 'tree check save plan apply move top balance draw systemd' ;;
		plan,* | apply,*) _memhier_files -f ;;
		tree,* | save,* | move,* | top,* | balance,* | draw,*) _memhier_groups ;;
		esac
	fi
	COMPREPLY=("${COMPREPLY[@]#"$begun"}")
}

complete -F _memhier memhier
