# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the demo measures on a tunnel, whoever runs it: the driver's name, loss and
# round trip, byte counters, a file's way through it.

DRIVER=tun_alt
MINOR_FILE=/sys/class/misc/tun-alt/dev
PING_COUNT=20
PING_GAP=0.05
FILE_BYTES=20000000
FILE_PORT=4711

# The driver behind a device is ours, by the kernel's own word.
check_driver() { # NETNS DEVICE
	local driver
	driver=$(in_ns "$1" ethtool -i "$2" | awk '$1 == "driver:" { print $2 }') || true
	[ "$driver" = "$DRIVER" ] || die "ethtool -i $2 in $1 says '$driver', not $DRIVER"
}

# The program holds our character device, whatever path it asked for.
check_holder() { # PID NAME
	local fd ours
	ours=$(awk -F: '{ printf "%x:%x", $1, $2 }' "$MINOR_FILE")
	for fd in "/proc/$1/fd/"*; do
		[ "$(stat -Lc %t:%T "$fd" 2> /dev/null)" != "$ours" ] || return 0
	done
	die "$2 (pid $1) has no descriptor of character device $(cat "$MINOR_FILE")"
}

# Echo replies of both families that a namespace got. The kernel's count, because ping
# gives up on the last ones after two round trips, and on a busy machine they are late.
replies_in() { # NETNS
	in_ns "$1" nstat -asz IcmpInEchoReps Icmp6InEchoReplies |
		awk '/EchoRep/ { n += $2 } END { print n + 0 }'
}

replies_arrived() { # NETNS COUNT
	[ "$(replies_in "$1")" -ge "$2" ]
}

# Pings of one size must all come back. PINGS collects them for the report.
PINGS=()
ping_one() { # NETNS ADDRESS PAYLOAD
	local out before
	before=$(replies_in "$1")
	out=$(in_ns "$1" ping -n -q -c "$PING_COUNT" -i "$PING_GAP" -W 30 -s "$3" "$2" 2>&1) ||
		die "ping of $2 with $3 bytes: $(tail -n 2 <<< "$out" | tr '\n' ' ')"
	wait_for 30 "late replies" replies_arrived "$1" $((before + PING_COUNT)) ||
		die "ping of $2 with $3 bytes lost packets: $(grep received <<< "$out")"
	PINGS+=("$PING_COUNT $(($(replies_in "$1") - before)) $(ping_seen <<< "$out")")
	note "$(printf '%-9s %4d bytes: ' "$2" "$3")$(ping_summary "${PINGS[-1]}")"
}

ping_seen() { # ping's summary on stdin; prints received, then rtt min, avg, max
	awk -F'[ /=]+' '/ received/ { seen = $4 } /^rtt/ { print seen, $6, $7, $8 }'
}

ping_summary() { # "SENT BACK SEEN_BY_PING MIN AVG MAX"...
	printf '%s\n' "$@" | awk '
		{ sent += $1; back += $2; seen += $3; sum += $5 * $3 }
		NR == 1 || $4 < min { min = $4 }
		$6 > max { max = $6 }
		END {
			printf "%d of %d back, rtt %.1f/%.1f/%.1f ms (min/avg/max%s)", back, sent,
				min, sum / seen, max, seen < back ? " of " seen " in time" : ""
		}'
}

# An address answers pings of every size. 16 bytes are the least that carry a time.
ping_all() { # NETNS ADDRESS PAYLOAD...
	local ns=$1 address=$2 size
	shift 2
	PINGS=()
	for size in "$@"; do
		ping_one "$ns" "$address" "$size"
	done
	row "ping $address" "$(ping_summary "${PINGS[@]}"), sizes $*"
}

device_bytes() { # NETNS DEVICE tx|rx, as the device counts (tx: the program reads it)
	in_ns "$1" ip -s -j link show dev "$2" | tr -d ' \n' |
		sed -n "s/.*\"$3\":{\"bytes\":\([0-9]*\).*/\1/p"
}

file_arrived() { # FILE
	[ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -ge "$FILE_BYTES" ]
}

port_listens() { # NETNS
	in_ns "$1" ss -Hltn "sport = :$FILE_PORT" | grep -q .
}

# Says how far the file is, until it is killed.
watch_transfer() { # FILE
	local at
	while sleep 2 > /dev/null; do
		at=$(stat -c %s "$1" 2> /dev/null || echo 0)
		note "... $((at / 1000000)) of $((FILE_BYTES / 1000000)) MB"
	done
}

# Sends a file of random bytes by TCP and sets RATE (MB/s with one decimal).
send_file() { # FROM_NS TO_NS ADDRESS SOURCE DESTINATION
	local begin took receiver sender watcher rc=0
	become_in_ns "$2" socat -u "TCP-LISTEN:$FILE_PORT,bind=$3" "CREATE:$5" &
	receiver=$!
	wait_for 60 "the receiver to listen" port_listens "$2" || die "no receiver on $3:$FILE_PORT"
	begin=$(now_us)
	become_in_ns "$1" timeout 300 socat -u "FILE:$4" "TCP:$3:$FILE_PORT" &
	sender=$!
	watch_transfer "$5" &
	watcher=$!
	wait "$sender" || rc=$?
	[ "$rc" = 0 ] || die "sending the file ended with status $rc"
	wait_for 60 "the last bytes" file_arrived "$5" ||
		die "only $(stat -c %s "$5") bytes arrived"
	took=$(($(now_us) - begin))
	kill "$watcher"
	wait "$receiver" || die "the receiver failed"
	RATE=$(awk -v bytes="$FILE_BYTES" -v us="$took" 'BEGIN { printf "%.1f", bytes / us }')
}

# The whole file transfer: content by SHA-256, path by the counters of both devices.
check_transfer() { # FROM_NS FROM_DEV TO_NS TO_DEV ADDRESS DIRECTORY
	local sum_a sum_b sent got
	head -c "$FILE_BYTES" /dev/urandom > "$6/sent"
	sent=$(device_bytes "$1" "$2" tx)
	got=$(device_bytes "$3" "$4" rx)
	send_file "$1" "$3" "$5" "$6/sent" "$6/received"
	sent=$(($(device_bytes "$1" "$2" tx) - sent))
	got=$(($(device_bytes "$3" "$4" rx) - got))
	sum_a=$(sha256sum < "$6/sent")
	sum_b=$(sha256sum < "$6/received")
	[ "$sum_a" = "$sum_b" ] || die "SHA-256 differs: sent ${sum_a%% *}, received ${sum_b%% *}"
	[ "$sent" -ge "$FILE_BYTES" ] ||
		die "$2 in $1 counted only $sent bytes that the stack xmits"
	[ "$got" -ge "$FILE_BYTES" ] ||
		die "$4 in $3 counted only $got bytes that the program writes"
	row "file" "$FILE_BYTES bytes by TCP, $RATE MB/s (1 MB = 1000000 bytes)"
	row "SHA-256 sent" "${sum_a%% *}"
	row "SHA-256 received" "${sum_b%% *}"
	row "bytes of $2 ($1)" "$sent xmitted by the stack, read by the program"
	row "bytes of $4 ($3)" "$got written by the program, received by the stack"
	note "$RATE MB/s, SHA-256 agrees: ${sum_a:0:16}..."
}
