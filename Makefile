# SPDX-License-Identifier: GPL-2.0-only
#
# Every target is a script in scripts/, which tells what it does in its first
# lines. "make help" lists them.

# The base kernel, 2.6.26 or 6.12, and what was built of it: a variant is named
# by VARIANT=, see scripts/build.sh.
export KSRC TEST TIMEOUT
export START := $(shell date +%s)
base = $(or $(BASE),$(shell scripts/base.sh))
name = $(base)$(addprefix -,$(VARIANT))

help:
	@sed -n 's/^#: //p' Makefile

#: make run		build, boot, play the walkthrough, leave you at a shell
run:
	@scripts/run.sh $(base)

#: make kernel		out/<base>/bzImage and out/<base>/config
kernel:
	@scripts/packages.sh
	@scripts/build.sh $(base) $(VARIANT)

#: make kselftest		the selftests in a guest; TEST=program for one of them
kselftest:
	@b=$(base); scripts/guest.sh $$b $(VARIANT) && \
		scripts/kselftest.sh $$b$(addprefix -,$(VARIANT))

#: make clean		remove out/
clean:
	rm -rf out

#:
#: BASE=2.6.26 or 6.12	the base kernel
#: KSRC=folder		its sources, if not fetched

.PHONY: help run kernel kselftest clean
