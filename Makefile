# SPDX-License-Identifier: GPL-2.0
#
# Targets only. What they do is in Kbuild (the module), tools/ and selftests/.

# KDIR decides which kernel the module is for, and nothing asks the machine which one it runs.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tun-alt
KDIR ?= $(wildcard $(CACHE)/kernels/6.1/kdir)
DESTDIR ?=
PREFIX ?= /usr/local
UDEVDIR ?= /etc/udev/rules.d
MODLOADDIR ?= /etc/modules-load.d
# One test or check by name, the kernels to test on, the node to test
T ?=
K ?= all
DEV ?=
# One boot of each kernel instead of three
QUICK ?=
# Seconds to fuzz for, what the random numbers begin with, a program to run instead, processors
FOR ?=
SEED ?=
PROG ?=
CPUS ?=

MAKEFLAGS += --no-print-directory
ktap := $(CACHE)/source/newest/tools/testing/selftests/kselftest/ktap_helpers.sh
kbuild = $(need-kdir)$(MAKE) -C $(KDIR) M=$(CURDIR)
places = DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' UDEVDIR='$(UDEVDIR)' MODLOADDIR='$(MODLOADDIR)'

no-kdir = No kernel to build for. Give the headers of one, KDIR=/lib/modules/RELEASE/build, \
	or run `make kernels'
no-headers = KDIR=$(KDIR) holds no kernel headers: is the headers package of that release installed?
no-choice = Say for which kernel, KDIR=/lib/modules/RELEASE/build: the one of the cache is for guests
need-kdir = $(if $(wildcard $(KDIR)/include/generated/utsrelease.h),,$(error \
	$(if $(KDIR),$(no-headers),$(no-kdir))))
need-choice = $(if $(filter file,$(origin KDIR)),$(error $(no-choice)))

##@ Build
all: modules cli library	## the module for KDIR, the command line tool and the library (the default)
modules:	## tun_alt.ko for the kernel whose headers are in KDIR
	$(kbuild) modules
cli:	## build/tun-alt
	@$(MAKE) -s -C tools/tun-alt all
library:	## build/libtunalt.so, build/libtunalt.a, and build/examples
	@$(MAKE) -s -C tools/libtunalt all examples
features:	## what the probes found in KDIR's headers
	@$(need-kdir)tools/build/features.sh '$(KDIR)'
compile_commands.json: all	## for editors and clang tools
	@tools/build/compile-commands.sh '$(KDIR)' >$@
clean:	## removes what was built; the cache of kernels stays
	@tools/build/clean.sh

##@ Check
check: check-deps	## all that is found without running the driver: no root, a minute [T=NAME]
	@selftests/static/run.sh $(T)
analyze: check-deps	## what takes longer: analyzers of clang and gcc, the kernel's coccinelle [T=NAME]
	@selftests/deps.sh analysis
	@selftests/static/run.sh -a $(T)
check-planted: check-deps	## each check goes red for a planted fault
	@selftests/deps.sh analysis
	@KTAP_HELPERS=$(ktap) selftests/host/planted.sh -a $(T)
litmus:	## the barriers of the rings in the kernel's memory model, and without each of them
	@selftests/litmus/litmus.sh
check-deps:
	@selftests/deps.sh build check
	@selftests/qemu/kernels.sh 6.1 6.12 source

##@ Test
kernels:	## fetches the kernels to test on into the cache; installs nothing
	@selftests/deps.sh guest
	@selftests/qemu/kernels.sh 6.1 6.12 newest source
debug-kernels:	## builds kernels that look for faults: KASAN (6.12, newest), KCSAN; takes an hour
	@selftests/deps.sh guest
	@READY_KERNELS= selftests/qemu/kernels.sh kasan kasan-newest kcsan
test:	## the driver in guests, against in-tree tun [T=PATTERN] [K=6.1|6.12|newest|all|kasan|...] [DEV=NODE]
	@selftests/run.sh T='$(T)' K='$(K)' DEV='$(DEV)'
fuzz:	## a fuzzer in a guest whose kernel looks for faults [FOR=SECONDS] [K=kasan] [SEED=N] [PROG=FILE]
	@selftests/fuzz/fuzz.sh FOR='$(FOR)' K='$(K)' CPUS='$(CPUS)' SEED='$(SEED)' PROG='$(PROG)'
fuzz-planted:	## the fuzzer finds a planted bug from nothing, in ten minutes at most
	@selftests/fuzz/fuzz.sh K='$(K)' CPUS='$(CPUS)' SEED='$(SEED)' planted
fuzz-parsers:	## the parsers under libFuzzer [FOR=SECONDS each]
	@selftests/deps.sh build check fuzz
	@selftests/qemu/kernels.sh source
	@selftests/fuzz/parsers.sh FOR='$(FOR)'
coverage:	## which lines of src/ the whole suite runs, on the KASAN kernels of both series; two hours
	@selftests/gcov/coverage.sh
bench:	## both drivers side by side, in instructions for a packet [K=] [QUICK=1] [T=CASE]
	@tools/bench/bench.sh K='$(K)' QUICK='$(QUICK)' T='$(T)'
bench-check: bench	## fails if a row lost more than 2 % against the figures that are kept
	@tools/bench/figures.py check build/bench/report.json
bench-store:	## keeps the last report's figures, its table into Documentation/performance.rst
	@tools/bench/figures.py store build/bench/report.json Documentation/performance.rst
plan:	## writes the list of tests that must run from the last results of all kernels
	@selftests/run.sh plan
demo:	## OpenVPN over tun-alt in a guest, from nothing
	@selftests/demo/demo.sh
shell:	## a prompt in a guest with the module loaded [K=6.1 (the default)|6.12|newest]
	@selftests/deps.sh build guest
	@tools/build/shell.sh $(K)

##@ Install
install: chosen all	## module, udev rule, tool, library and man pages [DESTDIR=] [PREFIX=]
	$(kbuild) DEPMOD=: $(unsigned) INSTALL_MOD_PATH='$(DESTDIR)' INSTALL_MOD_DIR=updates modules_install
	@$(MAKE) -s -C tools/tun-alt install DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	@$(MAKE) -s -C tools/libtunalt install DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	@$(places) tools/packaging/install.sh install '$(release)'
uninstall: chosen	## removes what install put there
	@$(places) tools/packaging/install.sh uninstall '$(release)'
	@$(MAKE) -s -C tools/libtunalt uninstall DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	@$(MAKE) -s -C tools/tun-alt uninstall DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'

chosen:
	@$(need-choice)$(need-kdir):

help:	## this list
	@awk -f tools/build/help.awk $(firstword $(MAKEFILE_LIST))

# Headers packages carry no key to sign with; kbuild would try and complain.
unsigned = $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)
# Debian's headers say another name when asked for kernelrelease than the one that they install to.
release = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)

.PHONY: all chosen modules cli library features compile_commands.json clean check analyze check-planted check-deps \
	litmus kernels debug-kernels test fuzz fuzz-planted fuzz-parsers coverage bench \
	bench-check bench-store plan demo shell install uninstall help
