#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Verbs, options, help, version and completion: what needs no device.

. "${0%/*}/lib.sh"

verbs="add del show set run doctor help version"

test_help_lists_every_verb() {
	for ask in help -h --help; do
		expect 0 "$cli" $ask
		for verb in $verbs; do
			has "$out" "  $verb "
		done
	done
}

test_help_of_every_verb_shows_its_words() {
	for verb in $verbs; do
		expect 0 "$cli" help "$verb"
		has "$out" "Usage: tun-alt $verb"
	done
	expect 0 "$cli" help add
	has "$out" multi_queue txqueuelen address netns queues
}

test_manual_page_has_every_verb_and_option() {
	local page=$top/Documentation/man/tun-alt.8 version
	version=$(sed -n 's/^TUN_ALT_VERSION *:= *//p' "$top/Kbuild")
	grep -q "^\.TH .*\"tun-alt $version\"" "$page" || fail "the page is not of $version"
	for verb in $verbs; do
		grep -q "^\.SS .*\b$verb\b" "$page" || fail "no section for $verb"
	done
	for option in json pretty statistics details brief oneline color netns batch force Version \
		help user no-caps unit; do
		grep -qF -- "\\-${option//-/\\-}" "$page" || fail "no option $option"
	done
}

test_version_is_that_of_the_module() {
	local version
	version=$(sed -n 's/^TUN_ALT_VERSION *:= *//p' "$top/Kbuild")
	for ask in version -V --version; do
		expect 0 "$cli" $ask
		is "$out" "tun-alt $version"
	done
	expect 0 "$cli" -j version
	is "$out" "[{\"version\":\"$version\"}]"
}

test_unknown_verb_names_the_nearest() {
	expect 1 "$cli" shwo
	has "$err" 'no verb "shwo"' 'perhaps "show"'
	expect 1 "$cli" help docter
	has "$err" 'perhaps "doctor"'
	expect 1 "$cli" xyzzy
	has "$err" 'no verb "xyzzy"'
	has_not "$err" perhaps
}

test_verb_without_its_words_shows_them() {
	for verb in add del set run; do
		expect 1 "$cli" "$verb"
		has "$err" "Usage: tun-alt $verb"
	done
	expect 1 "$cli" add dev vpn0
	has_not "$err" Usage
}

test_prefix_of_one_verb_is_that_verb() {
	expect 0 "$cli" sh
	expect 0 "$cli" he ad
	has "$out" "Usage: tun-alt add"
}

test_prefix_of_two_verbs_is_an_error() {
	expect 1 "$cli" s
	has "$err" '"show" or "set"'
	expect 1 "$cli" d
	has "$err" '"del" or "drops"'
}

test_unknown_option_is_an_error() {
	expect 1 "$cli" -frobnicate
	has "$err" 'no option "-frobnicate"'
	expect 1 "$cli" --jsn
	has "$err" 'perhaps "-json"'
	expect 1 "$cli" -n
	has "$err" "needs a value"
	expect 1 "$cli" -c=purple
}

test_missing_netns_is_an_error() {
	expect 2 "$cli" -n nope show
	has "$err" 'network namespace "nope"' "ip netns"
	expect 2 "$cli" -n /dev/null show
	has "$err" "not a network namespace"
	expect 0 "$cli" -n $$ show
}

complete_line() { # WORD...: what the completion offers for the last word
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_tun_alt
	echo "${COMPREPLY[@]}"
}

test_completion_offers_verbs_words_and_devices() {
	# shellcheck source=/dev/null
	. "$top/tools/tun-alt/completion/tun-alt"
	"$cli" add dev vpn7 mode tun
	PATH=$tmp:$PATH
	ln -s "$cli" "$tmp/tun-alt"
	is "$(complete_line tun-alt sh)" show
	has "$(complete_line tun-alt '')" add doctor version
	has "$(complete_line tun-alt add dev x m)" mode mtu multi_queue
	is "$(complete_line tun-alt add dev x mode '')" "tun tap"
	is "$(complete_line tun-alt del '')" vpn7
	is "$(complete_line tun-alt set vpn7 carrier o)" "on off"
	is "$(complete_line tun-alt -j show v)" vpn7
	has "$(complete_line tun-alt run --)" "--user" "--netns"
	has "$(complete_line tun-alt -)" "-json"
}

test_completion_knows_the_words_of_help() {
	# shellcheck source=/dev/null
	. "$top/tools/tun-alt/completion/tun-alt"
	for verb in add set; do
		for word in $("$cli" help $verb | grep -o '\[ [a-z_]*' | tr -d '[ '); do
			[ "$word" = dev ] || has " $(complete_line tun-alt $verb x '') " " $word "
		done
	done
}

main "$@"
