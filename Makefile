# SPDX-License-Identifier: GPL-2.0-only
#
# Every target is a script in scripts/, which tells what it does in its first
# lines. "make help" lists them.

export KSRC TEST TIMEOUT
export START := $(shell date +%s)
base = $(or $(BASE),$$(scripts/base.sh))

help:
	@sed -n 's/^#: //p' Makefile

#: make run		build, boot, play the walkthrough, leave you at a shell
run: packages
	@b=$(base) && scripts/run.sh $$b

#: make check		all checks of BASE, or of every base that can be had
check: packages
	@scripts/check.sh $(BASE)

#: make kernel		out/<base>/bzImage and out/<base>/config
kernel: packages
	@b=$(base) && scripts/build.sh $$b $(VARIANT)

#: make kselftest		the selftests in a guest; TEST=program for one of them
kselftest: packages
	@b=$(base) && scripts/guest.sh $$b $(VARIANT) && \
		scripts/kselftest.sh $$b$(addprefix -,$(VARIANT))

#: make check-host		the tests of the protocol on this machine
check-host:
	@$(MAKE) -s -C tests check

#: make check-fresh	"make run" and "make check" in a minimal Debian 12 and 13
check-fresh:
	@scripts/check-fresh.sh

packages:
	@scripts/packages.sh

#: make clean		remove out/
clean:
	rm -rf out

#:
#: BASE=2.6.26 or 6.12	the base kernel
#: VARIANT=name		another build of it: unpatched, off
#: KSRC=folder		its sources, if not fetched

.PHONY: help run check kernel kselftest check-host check-fresh packages clean
