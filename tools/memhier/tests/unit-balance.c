// SPDX-License-Identifier: GPL-2.0-only
/*
 * How balancing behaves, by the simulator: what it must never do, and what it
 * must do in time. One property is tried on random demands.
 */
#include <stdlib.h>
#include <string.h>

#include "balance.h"
#include "unit.h"

static const struct balance_settings settings = {
	.page = 4096, .least = MIB, .rate = 64 * MIB, .hold = 2, .cooldown = 6,
};

struct seen {
	u64 at[4000][4];	/* the reserves after each round */
	u64 total;		/* of the first round */
	bool below_min, above_max, above_rate, created;
};

static void watch(size_t round, const struct balance_child *child,
		  const u64 *demand, size_t nr, u64 room, void *data)
{
	struct seen *seen = data;
	u64 total = room, moved = 0;
	size_t i;

	(void)demand;
	for (i = 0; i < nr; i++) {
		u64 before = round ? seen->at[round - 1][i] : child[i].reserve;

		seen->at[round][i] = child[i].reserve;
		seen->below_min |= child[i].reserve < child[i].min &&
			child[i].reserve < before;
		seen->above_max |= child[i].reserve > child[i].max &&
			child[i].reserve > before;
		if (child[i].reserve > before)
			moved += child[i].reserve - before;
		total += child[i].reserve;
	}
	seen->above_rate |= moved > settings.rate;
	if (!round)
		seen->total = total;
	seen->created |= total != seen->total;
}

static struct seen seen;
static struct replay_result result;

static void replay(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	struct trace *trace = trace_read(file, "test.trace");
	struct replay_watch watcher = { watch, &seen };

	fclose(file);
	ck_assert_ptr_nonnull(trace);
	memset(&seen, 0, sizeof(seen));
	trace_replay(trace, &settings, NULL, &watcher, &result);
	trace_free(trace);
	ck_assert(!seen.below_min);
	ck_assert(!seen.above_max);
	ck_assert(!seen.above_rate);
	ck_assert(!seen.created);
}

START_TEST(idle_goes_to_who_is_short)
{
	replay("group idle 512M\ngroup busy 512M\n"
	       "0 idle 100M\n0 busy 700M\nend 60\n");
	ck_assert_uint_ge(seen.at[59][1], 700 * MIB);
	/* What the idle one uses, and a tenth, stays with it. */
	ck_assert_uint_ge(seen.at[59][0], 110 * MIB);
	ck_assert_uint_eq(result.turns, 0);
}
END_TEST

START_TEST(nothing_moves_that_nobody_needs)
{
	replay("room 1G\ngroup a 512M\ngroup b 512M\n"
	       "0 a 1M\n0 b 500M\nend 200\n");
	ck_assert_uint_eq(result.moves, 0);
}
END_TEST

START_TEST(what_is_left_is_lent_first)
{
	replay("room 256M\ngroup a 512M\ngroup b 512M\n"
	       "0 a 100M\n0 b 700M\nend 40\n");
	ck_assert_uint_eq(seen.at[39][0], 512 * MIB);
	ck_assert_uint_ge(seen.at[39][1], 700 * MIB);
}
END_TEST

START_TEST(constant_demand_comes_to_rest)
{
	/* More is asked for than there is: each gets its share, and that is it. */
	replay("group a 900M\ngroup b 100M weight=100\ngroup c 200M weight=200\n"
	       "0 a 2G\n0 b 2G\n0 c 2G\nend 1000\n");
	ck_assert_uint_lt(result.last_move, 300);
	ck_assert_uint_le(result.turns, 0);
	ck_assert_uint_ge(seen.at[999][0], 290 * MIB);
	ck_assert_uint_ge(seen.at[999][1], 290 * MIB);
	ck_assert_uint_ge(seen.at[999][2], 590 * MIB);
}
END_TEST

START_TEST(fast_changes_are_ridden_out)
{
	char *text = xstrdup("group a 512M\ngroup b 512M\n");
	int i;

	/* Each wants more for three rounds, then the other. */
	for (i = 0; i < 600; i += 3) {
		char *more = xprintf("%s%d a %dM\n%d b %dM\n", text, i,
				     i % 6 ? 100 : 600, i, i % 6 ? 600 : 100);

		free(text);
		text = more;
	}
	replay(text);
	ck_assert_uint_le(result.turns, 2);
	free(text);
}
END_TEST

START_TEST(slow_changes_are_bounded_by_the_cooldown)
{
	char *text = xstrdup("group a 512M\ngroup b 512M\n");
	int i;

	for (i = 0; i < 2000; i += 40) {
		char *more = xprintf("%s%d a %dM\n%d b %dM\n", text, i,
				     i % 80 ? 100 : 700, i, i % 80 ? 700 : 100);

		free(text);
		text = more;
	}
	replay(text);
	/* No more than a turn of each for each change of the demand. */
	ck_assert_uint_le(result.turns, 2 * 50);
	free(text);
}
END_TEST

START_TEST(idle_memory_comes_back_in_time)
{
	/* a lent it while idle; b has no use for it any more when a wants it. */
	replay("group a 512M\ngroup b 512M\n"
	       "0 a 50M\n0 b 800M\n100 b 100M\n120 a 500M\nend 200\n");
	ck_assert_uint_lt(seen.at[99][0], 300 * MIB);
	/* A window, the rounds it has to wait, and the rate. */
	ck_assert_uint_ge(seen.at[120 + BALANCE_WINDOW + 6 + 20][0], 500 * MIB);
}
END_TEST

START_TEST(share_comes_back_though_all_are_busy)
{
	replay("group a 512M\ngroup b 512M\n"
	       "0 a 50M\n0 b 900M\n100 a 600M\nend 300\n");
	ck_assert_uint_lt(seen.at[99][0], 300 * MIB);
	ck_assert_uint_ge(seen.at[150][0], 500 * MIB);
	ck_assert_uint_lt(result.last_move, 200);
}
END_TEST

START_TEST(min_is_kept_and_given)
{
	replay("group a 512M min=400M\ngroup b 100M max=150M\ngroup c 10M min=50M\n"
	       "0 a 0\n0 b 1G\n0 c 0\nend 100\n");
	ck_assert_uint_ge(seen.at[99][0], 400 * MIB);
	ck_assert_uint_eq(seen.at[99][1], 150 * MIB);
	ck_assert_uint_ge(seen.at[99][2], 50 * MIB);
}
END_TEST

START_TEST(none_is_starved)
{
	/* One asks first, the others without end; little is idle. */
	replay("group first 64M\ngroup b 64M\ngroup c 64M\ngroup idle 640M\n"
	       "0 first 200M\n0 idle 10M\n5 b 2G\n5 c 2G\nend 80\n");
	ck_assert_uint_ge(seen.at[60][0], 150 * MIB);
	/* All get something, and none everything. */
	ck_assert_uint_ge(seen.at[60][1], 100 * MIB);
	ck_assert_uint_ge(seen.at[60][2], 100 * MIB);
}
END_TEST

START_TEST(nobody_gives_before_his_peak_is_known)
{
	replay("group idle 512M\ngroup busy 512M\n"
	       "0 idle 100M\n0 busy 700M\nend 11\n");
	ck_assert_uint_eq(seen.at[10][0], 512 * MIB);
}
END_TEST

START_TEST(who_gave_gets_nothing_at_once)
{
	struct balance_child child[2];
	struct balance_move moves[2];
	unsigned int round;

	balance_child_init(&child[0], "gave");
	balance_child_init(&child[1], "idle");
	for (round = 0; round < BALANCE_WINDOW; round++) {
		child[0].reserve = 100 * MIB;
		child[1].reserve = 500 * MIB;
		ck_assert_uint_eq(balance_round(&settings, child, 2, 0, moves,
						2), 0);
	}
	child[0].gave = 0;
	child[0].usage = child[0].reserve;
	child[0].pressed = true;
	for (round = 1; round < settings.cooldown; round++)
		ck_assert_uint_eq(balance_round(&settings, child, 2, 0, moves,
						2), 0);
	ck_assert_uint_eq(balance_round(&settings, child, 2, 0, moves, 2), 1);
	ck_assert_int_eq(moves[0].to, 0);
	free(child[0].name);
	free(child[1].name);
}
END_TEST

static u64 state = 88172645463325252ULL;

static unsigned int any(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/*
 * Whatever is asked for: nothing is created or lost, min, max and rate are
 * kept (replay() looks), and once the demand stays as it is the moves end.
 */
START_TEST(random_demand_comes_to_rest)
{
	unsigned int n, i, round;
	char *text, *more;

	/* Each test is a process of its own. */
	state += _i * 0x9e3779b97f4a7c15ULL;
	text = xprintf("room %uM\n", any(200));
	n = 2 + any(3);
	for (i = 0; i < n; i++) {
		unsigned int min = any(100);

		more = xprintf("%sgroup g%u %uM min=%uM max=%uM weight=%u\n",
			       text, i, min + any(500), min, min + 200 + any(900),
			       1 + any(300));
		free(text);
		text = more;
	}
	for (round = 0; round < 400; round += 1 + any(60)) {
		more = xprintf("%s%u g%u %uM\n", text, round, any(n),
			       any(1200));
		free(text);
		text = more;
	}
	more = xprintf("%send 2400\n", text);
	replay(more);
	ck_assert_msg(result.last_move < 1200, "moves until %zu: %s",
		      result.last_move, more);
	free(text);
	free(more);
}
END_TEST

static const struct {
	const char *text, *said;
} wrong[] = {
	{ "", "there is no group in it" },
	{ "group a\n", "test.trace:1: nothing: not a size" },
	{ "group\n", "test.trace:1: group: a name is missing" },
	{ "group a 1G\ngroup a 1G\n", "test.trace:2: group a was there before" },
	{ "group a 1G foo=3\n", "foo=3: there are min=, max= and weight=" },
	{ "group a 1G weight=0\n", "weight=0: not a number" },
	{ "group a 1G\n0 b 1G\n", "test.trace:2: there is no group b before" },
	{ "group a 1G\n0\n", "there is no group named before" },
	{ "group a 1G\n5 a 1G\n4 a 1G\n", "test.trace:3: round 4 comes after" },
	{ "group a 1G\nfoo\n", "neither room, group, a round nor end" },
	{ "group a 1G\n1x a 1G\n", "1x: not the number of a round" },
	{ "room x\n", "x: not a size" },
	{ "group a 1G\n0 a 5 M\n", "test.trace:2: M: nothing more is read in this line" },
	{ "room 1G 2G\n", "2G: nothing more is read" },
};

START_TEST(wrong_traces_are_told)
{
	const char *text = wrong[_i].text;
	FILE *file = *text ? fmemopen((void *)text, strlen(text), "r") :
		fopen("/dev/null", "r");

	said_begin();
	ck_assert_ptr_null(trace_read(file, "test.trace"));
	ck_said(wrong[_i].said);
	said_end();
	fclose(file);
}
END_TEST

Suite *balance_suite(void)
{
	Suite *suite = suite_create("balance");
	TCase *tcase = tcase_create("balance");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, idle_goes_to_who_is_short);
	tcase_add_test(tcase, nothing_moves_that_nobody_needs);
	tcase_add_test(tcase, what_is_left_is_lent_first);
	tcase_add_test(tcase, constant_demand_comes_to_rest);
	tcase_add_test(tcase, fast_changes_are_ridden_out);
	tcase_add_test(tcase, slow_changes_are_bounded_by_the_cooldown);
	tcase_add_test(tcase, idle_memory_comes_back_in_time);
	tcase_add_test(tcase, share_comes_back_though_all_are_busy);
	tcase_add_test(tcase, min_is_kept_and_given);
	tcase_add_test(tcase, none_is_starved);
	tcase_add_test(tcase, nobody_gives_before_his_peak_is_known);
	tcase_add_test(tcase, who_gave_gets_nothing_at_once);
	tcase_add_loop_test(tcase, random_demand_comes_to_rest, 0, 200);
	tcase_add_loop_test(tcase, wrong_traces_are_told, 0,
			    ARRAY_SIZE(wrong));
	suite_add_tcase(suite, tcase);
	return suite;
}
