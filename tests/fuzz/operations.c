// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes as operations on a small tree, three a piece: what, where, how much.
 * After each the invariants of a tree with no resize in flight, and what the
 * result of the operation has to be.
 */
#include "world.h"

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#define MAX_OPERATIONS	64
#define COUNTERS	6
#define FIRST_EXTREME	252	/* the bytes from here stand for huge values */
#define ROOT_LIMIT	(64 * PAGE_SIZE)

/* Parents come first. */
static const int parent_of[COUNTERS] = { -1, 0, 0, 1, 1, 2 };
static struct res_counter counters[COUNTERS];

/* The callback: may free so much a call; nothing if 0. */
static unsigned long long reclaimable;
static bool callback_fails;

static struct res_counter *parent(int i)
{
	return parent_of[i] < 0 ? NULL : &counters[parent_of[i]];
}

static unsigned long long own(const struct res_counter *counter)
{
	return counter->usage - counter->security;
}

static unsigned long long least(unsigned long long a, unsigned long long b)
{
	return a < b ? a : b;
}

static int reclaim(struct res_counter *counter, unsigned long long val)
{
	(void)val;
	if (callback_fails)
		return -EIO;
	res_counter_uncharge(counter, least(own(counter), reclaimable));
	return 0;
}

/* A limit is whole pages, and so never -1, which a repay takes for "all". */
static unsigned long long value_of(uint8_t byte)
{
	static const unsigned long long extremes[256 - FIRST_EXTREME] = {
		RES_COUNTER_LIMIT_MAX, RES_COUNTER_LIMIT_MAX - PAGE_SIZE,
		1ULL << 63, ~0ULL - PAGE_SIZE + 1,
	};

	if (byte >= FIRST_EXTREME)
		return extremes[byte - FIRST_EXTREME];
	return (byte % 96) * PAGE_SIZE;
}

static void check_invariants(void)
{
	unsigned long long lent[COUNTERS] = { 0 };
	int i;

	shim_check_no_locks();
	for (i = COUNTERS - 1; i >= 0; i--) {
		struct res_counter *counter = &counters[i];

		if (counter->usage > counter->limit ||
		    counter->usage < counter->security ||
		    counter->max_usage < counter->usage)
			world_fail("%d: usage %llu, limit %llu, security %llu, max %llu",
				   i, counter->usage, counter->limit,
				   counter->security, counter->max_usage);
		if (counter->borrow != (parent(i) ? counter->limit : 0))
			world_fail("%d: borrow %llu, limit %llu", i,
				   counter->borrow, counter->limit);
		if (counter->security != lent[i])
			world_fail("%d: security %llu, children hold %llu", i,
				   counter->security, lent[i]);
		if (parent(i))
			lent[parent_of[i]] += counter->borrow;
	}
}

/* What can not be is EINVAL, and nothing has changed. */
static void expect_refused(const struct res_counter *old, int i,
			   unsigned long long val, int ret)
{
	if (ret != -EINVAL || memcmp(old, counters, sizeof(counters)))
		world_fail("%d: %llu returns %d", i, val, ret);
}

/* What a counter can lend with this limit: in a root, not all. */
static unsigned long long lendable(const struct res_counter *counter,
				   unsigned long long limit)
{
	if (!counter->whole)
		return limit;
	if (limit == RES_COUNTER_LIMIT_MAX)
		limit = counter->whole;
	return limit - limit / 64 / PAGE_SIZE * PAGE_SIZE;
}

/* Is ret what a resize of counter i from the books "old" may return? */
static bool plausible(const struct res_counter *old, int i,
		      unsigned long long limit, int ret)
{
	const struct res_counter *counter = &old[i], *lender;
	unsigned long long more, most;

	if (limit == counter->limit)
		return !ret;
	if (limit < counter->limit) {
		most = lendable(counter, limit);
		if (most < counter->security)
			return ret == -EBUSY;
		return counter->usage <= most ? !ret : ret != -ENOSPC;
	}
	if (!parent(i))
		return !ret;
	lender = &old[parent_of[i]];
	more = limit - counter->limit;
	most = lendable(lender, lender->limit);
	if (most < lender->security || more > most - lender->security)
		return ret == -ENOSPC;
	if (lender->limit == RES_COUNTER_LIMIT_MAX)
		most = lender->limit;
	return lender->usage <= most && more <= most - lender->usage ?
	       !ret : ret != -ENOSPC;
}

/* Is ret, and what has changed, right for counter i, which was to get limit? */
static void judge(const struct res_counter *old, int i,
		  unsigned long long limit, int ret)
{
	int j;

	if (!plausible(old, i, limit, ret))
		world_fail("%d: %llu to %llu returns %d", i,
			   old[i].limit, limit, ret);
	if (counters[i].limit != (ret ? old[i].limit : limit))
		world_fail("%d: %llu to %llu returns %d, limit is %llu",
			   i, old[i].limit, limit, ret, counters[i].limit);
	for (j = 0; j < COUNTERS; j++) {
		bool fails = ret && j == parent_of[i] && limit > old[i].limit;

		if (j != i && counters[j].limit != old[j].limit)
			world_fail("%d: limit changed by a write to %d", j, i);
		if (counters[j].failcnt != old[j].failcnt + fails)
			world_fail("%d: failcnt changed from %llu to %llu", j,
				   old[j].failcnt, counters[j].failcnt);
	}
}

static void resize(int i, unsigned long long limit, int retry)
{
	struct res_counter old[COUNTERS];
	int ret;

	memcpy(old, counters, sizeof(old));
	ret = res_counter_resize(&counters[i], parent(i), limit,
				 retry ? reclaim : NULL, retry);
	if (limit > RES_COUNTER_LIMIT_MAX)
		expect_refused(old, i, limit, ret);
	else
		judge(old, i, limit, ret);
}

static void borrow(int i, unsigned long long val, int retry)
{
	struct res_counter old[COUNTERS];
	int ret;

	/* Of nothing: whether it works is of no interest. */
	if (!val)
		return;
	memcpy(old, counters, sizeof(old));
	ret = res_counter_borrow_resource(&counters[i], parent(i), val,
					  retry ? reclaim : NULL, retry);
	if (val > RES_COUNTER_LIMIT_MAX - old[i].limit)
		expect_refused(old, i, val, ret);
	else
		judge(old, i, old[i].limit + val, ret);
}

static void repay(int i, unsigned long long val, int retry)
{
	struct res_counter old[COUNTERS];
	int ret;

	memcpy(old, counters, sizeof(old));
	ret = res_counter_repay_resource(&counters[i], parent(i), val,
					 retry ? reclaim : NULL, retry);
	if (val > old[i].limit)
		expect_refused(old, i, val, ret);
	else
		judge(old, i, old[i].limit - val, ret);
}

static void rehome(int i, unsigned long long val)
{
	struct res_counter old[COUNTERS];
	int ret;

	if (!parent(i))
		return;
	memcpy(old, counters, sizeof(old));
	ret = res_counter_rehome(&counters[i], parent(i), val);
	if (val > own(&old[i]))
		expect_refused(old, i, val, ret);
	else if (ret || counters[i].usage != old[i].usage - val)
		world_fail("%d: rehome of %llu returns %d", i, val, ret);
}

/* A failure counts; what the test expects of failcnt is about resizes. */
static void charge(int i, unsigned long long val)
{
	unsigned long long failcnt = counters[i].failcnt;
	bool fits = val <= counters[i].limit - counters[i].usage;

	if (!res_counter_charge(&counters[i], val) != fits)
		world_fail("%d: charge of %llu, limit %llu", i, val,
			   counters[i].limit);
	if (counters[i].failcnt != failcnt + !fits)
		world_fail("%d: failcnt is %llu", i, counters[i].failcnt);
}

/* rmdir and mkdir: the charges move up, the rest goes back. */
static void renew(int i, bool keep_charges)
{
	struct res_counter *counter = &counters[i];
	unsigned long long left = keep_charges ? own(counter) : 0;
	unsigned long long lender_own;

	if (!parent(i) || counter->security)
		return;
	lender_own = own(parent(i));
	if (!keep_charges)
		while (own(counter)) {
			res_counter_rehome(counter, parent(i), PAGE_SIZE);
			lender_own += PAGE_SIZE;
		}
	res_counter_repay_resource(counter, parent(i), RES_COUNTER_REPAY_ALL,
				   NULL, 0);
	if (res_counter_resize(counter, parent(i), 0, reclaim, 1) != -ENODEV)
		world_fail("%d: resized after its removal", i);
	counter->removed = false;
	if (counter->limit != left || counter->usage != left ||
	    own(parent(i)) != lender_own)
		world_fail("%d: removal: %llu left, limit %llu, parent's own %llu",
			   i, counter->usage, counter->limit, own(parent(i)));
}

static void operate(uint8_t what, uint8_t where, uint8_t how_much)
{
	int i = where % COUNTERS;
	struct res_counter *counter = &counters[i];
	unsigned long long val = value_of(how_much);

	callback_fails = where & 0x80;
	reclaimable = (where >> 4 & 7) * PAGE_SIZE;
	switch (what % 8) {
	case 0:
	case 1:
		resize(i, val, what >> 3 & 7);
		break;
	case 2:
		task.signal = true;
		resize(i, val, -1);
		task.signal = false;
		break;
	case 3:
		if (what & 0x80)
			borrow(i, val, what >> 3 & 7);
		else
			charge(i, (how_much % 32) * PAGE_SIZE);
		break;
	case 4:
		if (what & 0x80)
			repay(i, val, what >> 3 & 7);
		else
			res_counter_uncharge(counter, least(own(counter), val));
		break;
	case 5:
		if (what & 0x80)
			rehome(i, val);
		else
			counters[0].whole = least(val, RES_COUNTER_LIMIT_MAX);
		break;
	case 6:
		renew(i, false);
		break;
	case 7:
		renew(i, true);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at;
	int i;

	alone_start();
	for (i = 0; i < COUNTERS; i++) {
		res_counter_init(&counters[i]);
		res_counter_zero_limit(&counters[i]);
	}
	counters[0].limit = ROOT_LIMIT;

	for (at = 0; at + 3 <= size && at < 3 * MAX_OPERATIONS; at += 3) {
		operate(data[at], data[at + 1], data[at + 2]);
		check_invariants();
	}
	return 0;
}
