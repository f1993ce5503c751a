#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A private apt state, derived from the machine's own sources: it sees the kernels
# of this Debian release and of the next one, and never touches what is installed.
# Sourced by kernels.sh, after lib.sh.

APT_DIR=$CACHE/apt
# The first is what a package without ":ARCHITECTURE" is of.
APT_ARCHES=amd64

# Prints the suites of the private state that stand for one suite of the machine's.
# Backports are asked from where the main suite comes from, security from where
# security comes from, since mirrors keep the two apart.
apt_suites() {
	[ "$APT_ARCHES" = amd64 ] || { machine_suites "$1"; return; }
	case $1 in
	bookworm) echo "bookworm bookworm-backports trixie trixie-backports" ;;
	bookworm-updates) echo "bookworm-updates trixie-updates" ;;
	bookworm-security) echo "bookworm-security trixie-security" ;;
	esac
}

apt_map_suites() {
	local suite
	for suite in $1; do
		apt_suites "$suite"
	done | paste -sd ' '
}

# deb822 form: one paragraph a source; a Signed-By may be a key of many lines.
apt_from_deb822() { # FILE
	local line field=
	local -A f=()
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'#'*) ;;
		[[:space:]]*[![:space:]]*) [ -n "$field" ] && f[$field]+=$'\n'$line ;;
		*:*) field=${line%%:*}; field=${field,,}; f[$field]=${line#*:} ;;
		*) apt_put_deb822; f=(); field= ;;
		esac
	done < "$1"
	apt_put_deb822
}

apt_put_deb822() { # reads the caller's fields f
	local suites
	[[ ${f[enabled]:-yes} != *no* ]] || return 0
	[[ " ${f[types]:-} " == *" deb "* ]] || return 0
	suites=$(apt_map_suites "${f[suites]:-}")
	[ -n "$suites" ] || return 0
	printf 'Types: deb\nURIs:%s\nSuites: %s\nComponents: main\nArchitectures: %s\n' \
		"${f[uris]}" "$suites" "$APT_ARCHES"
	[ -z "${f[signed-by]:-}" ] || printf 'Signed-By:%s\n' "${f[signed-by]}"
	[ -z "${f[trusted]:-}" ] || printf 'Trusted:%s\n' "${f[trusted]}"
	echo
}

# One-line form: deb [options] URI SUITE COMPONENT...
apt_from_oneline() { # FILE
	local line opts uri suite new
	local word='([^[:space:]]+)' gap='[[:space:]]+'
	local re="^[[:space:]]*deb$gap(\\[[^]]*\\]$gap)?$word$gap$word"
	while IFS= read -r line || [ -n "$line" ]; do
		[[ $line =~ $re ]] || continue
		opts=${BASH_REMATCH[1]} uri=${BASH_REMATCH[2]} suite=${BASH_REMATCH[3]}
		opts=$(tr -d '[]' <<< "$opts" | xargs -n 1 | sed '/^arch/d' | paste -sd ' ')
		for new in $(apt_suites "$suite"); do
			echo "deb [arch=${APT_ARCHES// /,}${opts:+ $opts}] $uri $new main"
		done
	done < "$1"
}

# Derives the private sources from what ETC holds; fails if there is nothing of use.
apt_derive() { # ETC DIR
	local file
	rm -rf "$2"
	mkdir -p "$2"
	for file in "$1"/sources.list.d/*.sources; do
		[ ! -f "$file" ] || apt_from_deb822 "$file"
	done > "$2/derived.sources"
	for file in "$1"/sources.list "$1"/sources.list.d/*.list; do
		[ ! -f "$file" ] || apt_from_oneline "$file"
	done > "$2/derived.list"
	cat "$2"/derived.* | grep -q bookworm ||
		die "no apt source of this machine has a Debian 12 (bookworm) suite: add one to $1"
}

# The machine's own apt.conf.d (a proxy, say) stays in force, and so do its keys:
# nothing unsigned is taken.
apt_configure() {
	mkdir -p "$APT_DIR"/{state/lists/partial,cache/archives/partial}
	: > "$APT_DIR/status"
	apt_derive /etc/apt "$APT_DIR/sources.d"
	cat > "$APT_DIR/apt.conf" <<-X
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$APT_DIR/sources.d";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	Dir::State "$APT_DIR/state";
	Dir::State::status "$APT_DIR/status";
	Dir::Cache "$APT_DIR/cache";
	APT::Architecture "${APT_ARCHES%% *}";
	APT::Architectures { $(printf '"%s"; ' $APT_ARCHES)};
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
	Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
	X
	export APT_CONFIG=$APT_DIR/apt.conf
}

# Brings the package lists up to date and writes the table PACKAGE VERSION of every
# kernel package, newest version of a package first.
apt_update() {
	apt_configure
	say "reading Debian's package lists for $APT_ARCHES (private state, nothing is installed)"
	heartbeat 10 arrived "$APT_DIR/state/lists" apt-get -qq update ||
		die "apt-get update failed, see above; the sources are in $APT_DIR/sources.d"
	apt-cache pkgnames linux- |
		grep -E '^linux-(image|binary|modules|base|headers|kbuild|source)-[0-9]' |
		xargs apt-cache madison |
		awk -F ' *[|] *' '$3 ~ /Packages$/ { sub(/^ */, "", $1); print $1, $2 }' |
		sort -u | sort -k1,1 -k2,2Vr > "$APT_DIR/table"
	[ -s "$APT_DIR/table" ] || die "the package lists name no kernel"
}

# The package with the kernel's source, of a series or of the newest one
apt_source_package() { # SERIES
	if [ "$1" = newest ]; then
		sed -nE 's/^(linux-source-[0-9]+\.[0-9]+) .*/\1/p' "$APT_DIR/table" | sort -uV |
			tail -n 1
	else
		echo "linux-source-$1"
	fi
}

# Newest version of a package, optionally only versions that match a pattern.
apt_version() { # PACKAGE [REGEX]
	awk -v p="$1" -v re="${2:-.}" '$1 == p && $2 ~ re { print $2; exit }' "$APT_DIR/table"
}

# Downloads PACKAGE=VERSION... into DIR. apt checks each against the signed lists.
apt_download() { # DIR PACKAGE=VERSION...
	local dir=$1
	shift
	mkdir -p "$dir"
	(cd "$dir" && heartbeat 10 arrived "$dir" apt-get -qq download "$@") ||
		die "cannot download: $*"
}

arrived() { # DIR
	echo "$(du -sm "$1" 2> /dev/null | cut -f1) MB so far"
}

# Runs a command and says at intervals how far it is: what FUNCTION prints of PLACE.
heartbeat() { # SECONDS FUNCTION PLACE COMMAND...
	local every=$1 far=$2 place=$3 pid rc=0
	shift 3
	( while sleep "$every"; do
		say "  ... $("$far" "$place")"
	done ) &
	pid=$!
	"$@" || rc=$?
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	return "$rc"
}
