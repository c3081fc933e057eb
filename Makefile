# SPDX-License-Identifier: GPL-2.0-only
#
# Nearly every target is a script in scripts/, which tells what it does in its
# first lines. "make help" lists them.

export KSRC HIERARCHY TEST TIMEOUT SIGNOFF STRESS DEBUG CLIENTS_SECONDS LTP
export START := $(shell date +%s)
base = $(or $(BASE),$$(scripts/source/base.sh))
memhier_packages = libinih-dev libncurses-dev libsmartcols-dev pkg-config

help:
	@sed -n 's/^#: //p' Makefile

#: make run		build, boot, play the walkthrough, leave you at a shell
run: packages
	@b=$(base) && scripts/boot/run.sh $$b

#: make check		all that takes no hours, of BASE or of every base that can be had
check: packages
	@scripts/check/all.sh $(BASE)

#: make kernel		out/<base>/bzImage and out/<base>/config
kernel: packages
	@b=$(base) && scripts/build/kernel.sh $$b $(VARIANT)

#: make kselftest		the selftests in a guest; TEST=program for one of them
kselftest: packages
	@b=$(base) && scripts/build/guest.sh $$b $(VARIANT) && \
		scripts/boot/kselftest.sh $$b$(addprefix -,$(VARIANT))

#: make check-host		the tests of the protocol on this machine
check-host:
	@scripts/source/packages.sh check clang libclang-rt-dev spin
	@$(MAKE) -s -C tests check

#: make fuzz		fuzz the protocol, FUZZ_SECONDS (600) for each target
fuzz:
	@scripts/source/packages.sh clang libclang-rt-dev
	@$(MAKE) -s -C tests/fuzz fuzz

#: make check-fresh	"make run" and "make check" in a minimal Debian 12 and 13 (root)
check-fresh:
	@scripts/check/fresh.sh

#: make series		the patches to mail, in out/<base>/series; SIGNOFF=1 signs them off
series: packages
	@b=$(base) && tree=$$(scripts/source/find.sh $$b) && \
		scripts/export/series.sh $$b "$$tree" out/$$b

#: make check-series	does the series give the tree that is built? its style
check-series: packages
	@scripts/source/packages.sh python3-docutils
	@b=$(base) && scripts/check/export.sh $$b

#: make check-strict	sparse of our files; W=1 and clang of what we touch, not on 2.6.26
check-strict: packages
	@b=$(base) && scripts/check/strict.sh $$b

#: make check-off	is it the unpatched kernel with the feature configured out?
check-off: packages
	@b=$(base) && scripts/build/kernel.sh $$b unpatched && scripts/build/kernel.sh $$b off && \
		scripts/check/off.sh $$b out/$$b-unpatched/build out/$$b-off/build

#: make check-i386	does 2.6.26 build where a word is 32 bits? are large limits right?
check-i386: packages
	@scripts/check/i386.sh $(or $(BASE),2.6.26)

#: make check-bisect	does it build after each patch, and boot after the last? (slow)
check-bisect: packages series
	@b=$(base) && scripts/check/bisect.sh $$b

#: make check-debug	selftests, stress and failing allocations on a debug build (slow)
check-debug: packages
	@b=$(base) && scripts/check/debug.sh $$b

#: make check-unchanged	v1 with memcg_hier=off, and v2: as on the unpatched kernel? (slow)
check-unchanged: packages
	@b=$(base) && scripts/check/unchanged.sh $$b

#: make check-clients	systemd, crun, runc, ... of a Debian 13 on memory.reserve (root, slow)
check-clients: packages
	@scripts/clients/check.sh $(CLIENTS)

#: make check-ltp		LTP's tests of the memory controller, as ever? LTP=folder (root, slow)
check-ltp: packages
	@scripts/clients/ltp.sh

#: make bench		what it costs, of every base at hand, or of BASE
bench: packages
	@scripts/bench/all.sh $(or $(BASE),$(shell scripts/bench/bases.sh))
	@$(MAKE) -s bench-memhier

#: make bench-check	the same figures a second time?
bench-check: packages
	@b=$(base) && scripts/bench/check.sh $$b

#: make bench-docs	put the figures into Documentation/bench
bench-docs:
	@scripts/bench/docs.sh

#: make deb BASE=6.12	Debian packages of Debian's configuration; CONFIG=small: of the tests'
deb: packages
	@scripts/build/deb.sh $(or $(BASE),6.12) $(or $(CONFIG),debian)

#: make memhier		out/memhier/memhier, the tool for users; see tools/memhier
memhier:
	@scripts/source/packages.sh $(memhier_packages)
	@$(MAKE) -s -C tools/memhier

#: make check-memhier	its tests on this machine
check-memhier:
	@scripts/source/packages.sh check clang libclang-rt-dev tmux $(memhier_packages)
	@$(MAKE) -s -C tools/memhier check

#: make deb-memhier	a Debian package of it, in out/memhier-deb
deb-memhier:
	@scripts/memhier/deb.sh

#: make guest-memhier	each verb of it in a guest of BASE, whose kernel is built
guest-memhier: packages
	@b=$(base) && scripts/memhier/guest.sh $$b

#: make bench-memhier	how fast it reads 10,000 groups, beside find and cat
bench-memhier: memhier
	@scripts/memhier/bench.sh

#: make readme		put what the newest runs say into README.md
readme:
	@scripts/export/readme.sh

packages:
	@scripts/source/packages.sh

#: make clean		remove out/
clean:
	rm -rf out

#:
#: BASE=2.6.26, 6.12 or latest	the base kernel, 6.12 if none is named; latest: the newest
#:			that Debian has
#: HIERARCHY=v1		with make run: limits of v1, where reserves of v2 can be had
#: VARIANT=name		another build of it: unpatched, off, debug; of 2.6.26: i386; of the
#:			others: lrugen, kcsan, bench, clients
#: CLIENTS="crun runc"	with make check-clients: of these only
#: STRESS=seconds		of the stress test with make check-debug
#: KSRC=folder		its sources, if not fetched
#: DEBUG=1		with make check: check-debug as well; DEBUG=2.6.26: of that base

.PHONY: help run check kernel kselftest check-host fuzz check-fresh packages clean \
	series check-series check-strict check-off check-i386 check-bisect check-debug \
	check-unchanged check-clients check-ltp bench bench-check bench-docs deb readme \
	memhier check-memhier deb-memhier guest-memhier bench-memhier
