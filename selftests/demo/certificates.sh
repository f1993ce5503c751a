# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A certificate authority for one run of the demo. Elliptic curves: a key costs
# milliseconds even where the processor is emulated.

CURVE=P-256

# The authority signs itself; its key never leaves the directory.
make_authority() { # DIRECTORY
	openssl req -x509 -newkey ec -pkeyopt "ec_paramgen_curve:$CURVE" -nodes -days 2 \
		-subj "/CN=tun-alt demo authority" -keyout "$1/ca.key" -out "$1/ca.crt" \
		2> "$1/openssl.log" || die "openssl: $(tail -n 2 "$1/openssl.log")"
}

# One end of the tunnel: its role (server or client) is in the certificate, so that a
# client cannot pose as the server.
make_certificate() { # DIRECTORY ROLE
	printf 'extendedKeyUsage=%sAuth\nkeyUsage=digitalSignature\n' "$2" > "$1/$2.ext"
	openssl req -newkey ec -pkeyopt "ec_paramgen_curve:$CURVE" -nodes -subj "/CN=demo-$2" \
		-keyout "$1/$2.key" -out "$1/$2.csr" 2> "$1/openssl.log" ||
		die "openssl: $(tail -n 2 "$1/openssl.log")"
	openssl x509 -req -days 2 -in "$1/$2.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" \
		-CAcreateserial -extfile "$1/$2.ext" -out "$1/$2.crt" 2> "$1/openssl.log" ||
		die "openssl: $(tail -n 2 "$1/openssl.log")"
}

make_certificates() { # DIRECTORY
	make_authority "$1"
	make_certificate "$1" server
	make_certificate "$1" client
	chmod 600 "$1"/*.key
}
