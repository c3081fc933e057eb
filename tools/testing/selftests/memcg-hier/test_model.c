// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model and the operations: what each does to which book.
 */
#include <string.h>
#include <unistd.h>

#include "memcg_hier_util.h"

/* Nothing but the four quantities of a group, its own usage being nil. */
static void expect_books(const char *group, uint64_t limit, uint64_t security)
{
	expect_eq(book(group, LIMIT), limit);
	expect_eq(book(group, BORROW), limit);
	expect_eq(book(group, SECURITY), security);
	expect_near(book(group, USAGE), security);
}

static void create_starts_with_nothing(void)
{
	expect_ok(group_mkdir("A"));
	expect_eq(book("A", LIMIT), 0);
	expect_eq(book("A", BORROW), 0);
	expect_eq(book("A", SECURITY), 0);
	expect_eq(book("A", USAGE), 0);
}

static void create_takes_nothing_from_the_parent(void)
{
	uint64_t root = book("", SECURITY);

	expect_ok(group_mkdir("A"));
	expect_eq(book("", SECURITY), root);
	expect_ok(set_limit("A", 8 * MB));
	expect_ok(group_mkdir("A/B"));
	expect_books("A", 8 * MB, 0);
	expect_eq(book("", SECURITY), root + 8 * MB);
}

static void create_again_starts_with_nothing(void)
{
	make_group("A", 8 * MB);
	make_group("A/B", 4 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_ok(group_mkdir("A/B"));
	expect_books("A/B", 0, 0);
}

static void grow_takes_the_parents_room(void)
{
	uint64_t before;

	make_group("A", 32 * MB);
	expect_ok(group_mkdir("A/B"));
	before = room("A");
	expect_ok(set_limit("A/B", 8 * MB));
	expect_books("A/B", 8 * MB, 0);
	expect_books("A", 32 * MB, 8 * MB);
	expect_near(room("A"), before - 8 * MB);
	expect_invariants();
}

static void grow_takes_only_the_difference(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	expect_ok(set_limit("A/B", 12 * MB));
	expect_books("A/B", 12 * MB, 0);
	expect_books("A", 32 * MB, 12 * MB);
	expect_ok(set_limit("A/B", 12 * MB + PAGE));
	expect_books("A", 32 * MB, 12 * MB + PAGE);
}

static void grow_exact_fit_succeeds(void)
{
	uint64_t rest;

	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	rest = room("A");
	expect_ok(set_limit("A/B", 8 * MB + rest));
	expect_eq(book("A/B", BORROW), 8 * MB + rest);
	expect_eq(book("A", SECURITY), 8 * MB + rest);
	expect_near(room("A"), 0);
	expect_invariants();
}

/* On 2.6.26 a parent owns nothing by itself, so all of it can be lent. */
static void grow_to_all_of_the_parent(void)
{
	if (!old_base())
		test_skip("a group's own structures are charged to its parent");
	make_group("A", 32 * MB);
	make_group("A/B", 32 * MB);
	expect_books("A", 32 * MB, 32 * MB);
	expect_eq(book("A", USAGE), 32 * MB);
	expect_invariants();
}

static void grow_of_siblings_adds_up(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 4 * MB);
	make_group("A/D", 2 * MB);
	expect_books("A", 32 * MB, 14 * MB);
	expect_invariants();
}

static void grow_takes_from_the_parent_alone(void)
{
	uint64_t root = book("", SECURITY);

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	make_group("A/B/C", 8 * MB);
	expect_books("A/B", 16 * MB, 8 * MB);
	expect_books("A", 32 * MB, 16 * MB);
	expect_eq(book("", SECURITY), root + 32 * MB);
	expect_invariants();
}

static void grow_at_depth_eight(void)
{
	char group[64] = "A";
	uint64_t limit = 32 * MB;
	int depth;

	make_group(group, limit);
	for (depth = 1; depth < 8; depth++) {
		char parent[64];

		memcpy(parent, group, sizeof(parent));
		strcat(group, "/B");
		limit -= 2 * MB;
		make_group(group, limit);
		expect_eq(book(parent, SECURITY), limit);
	}
	expect_books(group, limit, 0);
	expect_invariants();
}

static void shrink_gives_back_in_the_same_call(void)
{
	uint64_t before;

	make_group("A", 32 * MB);
	expect_ok(group_mkdir("A/B"));
	before = room("A");
	expect_ok(set_limit("A/B", 16 * MB));
	expect_ok(set_limit("A/B", 4 * MB));
	expect_books("A/B", 4 * MB, 0);
	expect_books("A", 32 * MB, 4 * MB);
	expect_near(room("A"), before - 4 * MB);
	expect_invariants();
}

static void shrink_to_nothing(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_ok(set_limit("A/B", 0));
	expect_books("A/B", 0, 0);
	expect_books("A", 32 * MB, 0);
}

static void shrink_exactly_to_usage(void)
{
	uint64_t usage;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	usage = book("A", USAGE);
	expect_ge(usage, 16 * MB);
	expect_ok(set_limit("A", usage));
	expect_eq(book("A", LIMIT), usage);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

static void what_a_shrink_gave_back_can_be_borrowed(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 28 * MB);
	make_group("A/C", 0);
	expect_limit_refused("A/C", 16 * MB, -ENOSPC, "A");
	expect_ok(set_limit("A/B", 8 * MB));
	expect_ok(set_limit("A/C", 16 * MB));
	expect_books("A", 32 * MB, 24 * MB);
}

static void same_value_changes_nothing(void)
{
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	expect_ok(set_limit("A/B", 8 * MB + room("A")));
	snapshot_take(&before);
	expect_ok(set_limit("A/B", book("A/B", LIMIT)));
	expect_ok(set_limit("A", 32 * MB));
	expect_unchanged(&before, NULL);
}

static void same_value_after_rounding_changes_nothing(void)
{
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	snapshot_take(&before);
	expect_ok(set_limit("A/B", 8 * MB - PAGE + 1));
	expect_unchanged(&before, NULL);
}

static void values_are_whole_pages(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB + 1);
	expect_books("A/B", 8 * MB + PAGE, 0);
	expect_books("A", 32 * MB, 8 * MB + PAGE);
	expect_ok(set_limit("A/B", 1));
	expect_books("A/B", PAGE, 0);
	expect_eq(book("A", USAGE) % PAGE, 0);
	expect_eq(book("A", MAX_USAGE) % PAGE, 0);
}

static void root_borrows_nothing(void)
{
	expect_eq(book("", BORROW), 0);
	make_group("A", 8 * MB);
	expect_eq(book("", BORROW), 0);
	expect_ok(set_limit("", 1024 * MB));
	expect_eq(book("", BORROW), 0);
	expect_ok(set_limit("", 2048 * MB));
	expect_eq(book("", BORROW), 0);
	expect_eq(book("", LIMIT), 2048 * MB);
}

static void root_security_is_what_it_lends(void)
{
	uint64_t before = book("", SECURITY);

	make_group("A", 8 * MB);
	make_group("D", 4 * MB);
	expect_eq(book("", SECURITY), before + 12 * MB);
	expect_ge(book("", USAGE), before + 12 * MB);
	expect_ok(group_rmdir("D"));
	expect_eq(book("", SECURITY), before + 8 * MB);
}

static void root_grows_freely(void)
{
	expect_ok(set_limit("", 1024 * MB));
	expect_ok(set_limit("", 4096 * MB));
	expect_eq(book("", LIMIT), 4096 * MB);
	expect_ok(set_limit("", LIMIT_MAX));
	expect_eq(book("", LIMIT), LIMIT_MAX);
}

/* More is lent than there is, and then the root shall have no limit. */
static void root_grows_whatever_it_has_lent(void)
{
	uint64_t others = book("", SECURITY);

	expect_ok(set_limit("", 64 * 1024 * MB));
	make_group("A", 32 * 1024 * MB);
	make_group("B", 1 * MB);
	expect_ok(set_limit("", LIMIT_MAX));
	expect_eq(book("", LIMIT), LIMIT_MAX);
	expect_limit_refused("B", 2 * MB, -ENOSPC, "");
	expect_ok(set_limit("A", 1 * MB));
	expect_ok(set_limit("B", 2 * MB));
	expect_eq(book("", SECURITY), others + 3 * MB);
	expect_invariants();
}

static void thresholds_see_what_is_lent(void)
{
	int lender, root;

	if (old_base())
		test_skip("this base has no thresholds");
	make_group("A", 32 * MB);
	make_group("A/B", 2 * MB);
	lender = threshold("A", USAGE, 6 * MB);
	root = threshold("", USAGE, book("", USAGE) + 6 * MB);
	expect_ok(set_limit("A/B", 8 * MB));
	expect_eq(crossings(lender), 1);
	expect_ok(set_limit("A/B", 4 * MB));
	expect_eq(crossings(lender), 1);
	expect_ok(set_limit("A/B", 8 * MB));
	expect_eq(crossings(lender), 1);
	expect_ok(group_rmdir("A/B"));
	expect_eq(crossings(lender), 1);
	expect_eq(crossings(root), 0);
	expect_ok(set_limit("A", 40 * MB));
	expect_eq(crossings(root), 1);
}

static void root_caps_what_can_be_lent(void)
{
	uint64_t cap = book("", SECURITY) + 512 * MB;

	expect_ok(group_mkdir("A"));
	expect_ok(set_limit("", cap));
	expect_limit_refused("A", 512 * MB + PAGE, -ENOSPC, "");
	expect_ok(set_limit("A", 256 * MB));
	expect_ok(set_limit("", cap + 512 * MB));
	expect_ok(set_limit("A", 512 * MB + PAGE));
	expect_invariants();
}

static void root_does_not_shrink_below_its_usage(void)
{
	make_group("A", 512 * MB);
	make_group("D", 512 * MB);
	expect_limit_refused("", book("", SECURITY) - PAGE, -EBUSY, NULL);
	expect_limit_refused("", 0, -EBUSY, NULL);
	expect_ok(set_limit("", book("", SECURITY) + 512 * MB));
}

/* What a root keeps for its own tasks: a 64th, in whole pages. */
static uint64_t kept_of(uint64_t cap)
{
	return cap / 64 / PAGE * PAGE;
}

static int use_a_little(void *arg)
{
	(void)arg;
	return touch_anon(2 * MB) ? 1 : 0;
}

static void root_keeps_a_part_for_itself(void)
{
	uint64_t others = book("", SECURITY);
	uint64_t cap, kept, start;

	if (!old_base())
		test_skip("this base does not charge the root's own pages");
	expect_ok(group_mkdir("A"));
	cap = book("", USAGE) + 256 * MB;
	kept = kept_of(cap);
	expect_ok(set_limit("", cap));
	expect_ok(set_limit("A", cap - kept - book("", USAGE)));
	expect_limit_refused("A", cap - others - kept + PAGE, -ENOSPC, "");
	expect_limit_refused("A", cap - others, -ENOSPC, "");
	/* All of its room: no, whether or not its own pages fill what it keeps. */
	expect(set_limit("A", book("A", LIMIT) + room("")));

	start = now_ms();
	expect_eq(kid_wait(spawn(use_a_little, NULL)), 0);
	expect_ok(touch_anon(1 * MB));
	expect_le(now_ms() - start, 5000);
	expect_result(set_limit("", book("", USAGE)), -EBUSY);
	expect_eq(book("", LIMIT), cap);
}

static int idle(void *arg)
{
	(void)arg;
	return 0;
}

static void attach_to_limit_0_is_refused(void)
{
	struct snapshot before;

	make_group("A", 8 * MB);
	make_group("A/B", 0);
	snapshot_take(&before);
	expect_result(attach("A/B", getpid()), -ENOSPC);
	expect(!holds_task("A/B", getpid()));
	expect(holds_task("", getpid()));
	expect_unchanged(&before, NULL);
}

static void attach_after_a_limit_is_set(void)
{
	make_group("A", 16 * MB);
	make_group("A/B", 0);
	expect_result(attach("A/B", getpid()), -ENOSPC);
	expect_ok(set_limit("A/B", 8 * MB));
	expect_eq(kid_wait(kid_start("A/B", idle, NULL)), 0);
}

static void attach_after_a_shrink_to_0_is_refused(void)
{
	make_group("A", 16 * MB);
	make_group("A/B", 8 * MB);
	expect_ok(set_limit("A/B", 0));
	expect_result(attach("A/B", getpid()), -ENOSPC);
}

static void charge_is_in_one_counter(void)
{
	const struct use use = { .anon = 4 * MB };
	uint64_t root, top, middle, leaf;

	make_group("A", 48 * MB);
	make_group("A/B", 32 * MB);
	make_group("A/B/C", 16 * MB);
	root = book("", SECURITY);
	top = book("A", USAGE);
	middle = book("A/B", USAGE);
	leaf = book("A/B/C", USAGE);
	hold_in("A/B/C", &use);
	expect_ge(book("A/B/C", USAGE), leaf + use.anon);
	expect_near(book("A/B", USAGE), middle);
	expect_near(book("A", USAGE), top);
	expect_eq(book("", SECURITY), root);
	expect_invariants();
}

static void charge_raises_max_usage(void)
{
	const struct use use = { .anon = 4 * MB };

	make_group("A", 32 * MB);
	expect_eq(use_in("A", &use), 0);
	expect_ge(book("A", MAX_USAGE), use.anon);
	expect_settles(book("A", USAGE) < use.anon);
	expect_ge(book("A", MAX_USAGE), use.anon);
}

static void lending_raises_max_usage(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_ok(set_limit("A/B", 0));
	expect_ge(book("A", MAX_USAGE), 16 * MB);
	expect_near(book("A", MAX_USAGE), 16 * MB);
}

static void remove_returns_the_reservation(void)
{
	uint64_t root = book("", SECURITY);
	uint64_t before;

	make_group("A", 32 * MB);
	before = room("A");
	make_group("A/B", 16 * MB);
	make_group("A/C", 8 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_eq(book("A", SECURITY), 8 * MB);
	expect_near(book("A", USAGE), 8 * MB);
	expect_ok(group_rmdir("A/C"));
	expect_eq(book("A", SECURITY), 0);
	expect_near(room("A"), before);
	expect_ok(group_rmdir("A"));
	expect_eq(book("", SECURITY), root);
}

static void remove_waits_for_the_children(void)
{
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	snapshot_take(&before);
	expect_result(group_rmdir("A"), -EBUSY);
	expect_unchanged(&before, NULL);
}

static void remove_of_a_group_in_use_changes_nothing(void)
{
	const struct use use = { .anon = 1 * MB };
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	hold_in("A/B", &use);
	snapshot_take(&before);
	expect_result(group_rmdir("A/B"), -EBUSY);
	expect_unchanged(&before, NULL);
	/* And it works on as before. */
	expect_eq(use_in("A/B", &use), 0);
	expect_ok(set_limit("A/B", 20 * MB));
	expect_eq(book("A", SECURITY), 20 * MB);
}

static void force_empty_needs_a_group_without_tasks(void)
{
	const struct use use = { .anon = 1 * MB };
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	hold_in("A/B", &use);
	snapshot_take(&before);
	expect_result(group_write("A/B", FORCE_EMPTY, "0"), -EBUSY);
	expect_unchanged(&before, NULL);
}

static void force_empty_keeps_limit_and_borrow(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_ok(group_write("A/B", FORCE_EMPTY, "0"));
	expect_books("A/B", 16 * MB, 0);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

/* The leftovers are shared memory that has nowhere to be swapped to. */
static void leave_shm_behind(const char *group, uint64_t bytes)
{
	const struct use use = {
		.file = SHM_DIR "/left", .file_bytes = bytes,
	};

	use_shm();
	expect_eq(use_in(group, &use), 0);
	expect_ge(book(group, USAGE), bytes);
}

/* What it can not reclaim stays where it is; the parent has room for it. */
static void force_empty_refuses_what_it_cannot_reclaim(void)
{
	struct snapshot before;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_shm_behind("A/B", 4 * MB);
	snapshot_take(&before);
	expect_result(group_write("A/B", FORCE_EMPTY, "0"), -EBUSY);
	expect_unchanged(&before, NULL);
	expect_ge(book("A/B", USAGE), 4 * MB);
	expect_invariants();
}

/* Its pages have no parent to go to, and its tasks are always there. */
static void force_empty_of_the_root_is_refused(void)
{
	struct snapshot before;

	make_group("A", 16 * MB);
	snapshot_take(&before);
	expect_result(group_write("", FORCE_EMPTY, "0"),
		      old_base() ? -EBUSY : -EINVAL);
	expect_unchanged(&before, NULL);
	/* The root's tasks still charge and uncharge. */
	expect_eq(kid_wait(spawn(use_a_little, NULL)), 0);
	expect_invariants();
}

struct step {
	uint64_t a_limit, a_security, b_limit, c_limit;
};

static void expect_step(unsigned int number, const struct step *step)
{
	test_note("walkthrough step %u", number);
	expect_books("A", step->a_limit, step->a_security);
	if (group_exists("A/B"))
		expect_books("A/B", step->b_limit, 0);
	expect_books("A/C", step->c_limit, 0);
	expect_invariants();
}

/*
 * The table of section 1.  What the exact fit is depends on what the base
 * charges to A for its children's structures.
 */
static void walkthrough(void)
{
	struct step step = { .a_limit = 1024 * MB };

	expect_ok(group_mkdir("A"));
	expect_ok(group_write("A", LIMIT, "1G"));
	expect_ok(group_mkdir("A/B"));
	expect_ok(group_mkdir("A/C"));
	expect_step(1, &step);

	expect_ok(group_write("A/B", LIMIT, "300M"));
	step.b_limit = 300 * MB;
	step.a_security = 300 * MB;
	expect_step(2, &step);

	expect_ok(group_write("A/C", LIMIT, "500M"));
	step.c_limit = 500 * MB;
	step.a_security = 800 * MB;
	expect_step(3, &step);

	expect_ok(group_write("A/B", LIMIT, "100M"));
	step.b_limit = 100 * MB;
	step.a_security = 600 * MB;
	expect_step(4, &step);

	expect_refused("A/C", "1G", -ENOSPC, "A");
	expect_step(5, &step);

	expect_refused("A", "512M", -EBUSY, NULL);
	expect_step(6, &step);

	step.c_limit = 500 * MB + room("A");
	step.a_security = 100 * MB + step.c_limit;
	if (old_base())
		expect_eq(step.c_limit, 924 * MB);
	expect_ok(set_limit("A/C", step.c_limit));
	expect_step(7, &step);

	expect_ok(group_rmdir("A/B"));
	step.a_security -= 100 * MB;
	expect_eq(book("A", SECURITY), step.a_security);
	expect_step(8, &step);
}

/* Who makes a group pays for it, not the group it is made in. */
static void groups_are_made_where_there_is_no_memory(void)
{
	expect_ok(group_mkdir("A"));
	expect_ok(group_mkdir("A/B"));
	expect_ok(group_mkdir("A/B/C"));
	expect_eq(book("A", USAGE), 0);
	expect_eq(book("A/B", USAGE), 0);

	make_group("D", 8 * MB);
	make_group("D/E", 8 * MB);
	expect_eq(room("D"), 0);
	expect_ok(group_mkdir("D/F"));
	expect_eq(own("D"), 0);
	expect_eq(book("D", FAILCNT), 0);
}

static const struct test_case cases[] = {
	CASE(groups_are_made_where_there_is_no_memory),
	CASE(create_starts_with_nothing),
	CASE(create_takes_nothing_from_the_parent),
	CASE(create_again_starts_with_nothing),
	CASE(grow_takes_the_parents_room),
	CASE(grow_takes_only_the_difference),
	CASE(grow_exact_fit_succeeds),
	CASE(grow_to_all_of_the_parent),
	CASE(grow_of_siblings_adds_up),
	CASE(grow_takes_from_the_parent_alone),
	CASE(grow_at_depth_eight),
	CASE(shrink_gives_back_in_the_same_call),
	CASE(shrink_to_nothing),
	CASE(shrink_exactly_to_usage),
	CASE(what_a_shrink_gave_back_can_be_borrowed),
	CASE(same_value_changes_nothing),
	CASE(same_value_after_rounding_changes_nothing),
	CASE(values_are_whole_pages),
	CASE(root_borrows_nothing),
	CASE(root_security_is_what_it_lends),
	CASE(root_grows_freely),
	CASE(root_grows_whatever_it_has_lent),
	CASE(thresholds_see_what_is_lent),
	CASE(root_caps_what_can_be_lent),
	CASE(root_does_not_shrink_below_its_usage),
	SLOW_CASE(root_keeps_a_part_for_itself, 120),
	CASE(attach_to_limit_0_is_refused),
	CASE(attach_after_a_limit_is_set),
	CASE(attach_after_a_shrink_to_0_is_refused),
	CASE(charge_is_in_one_counter),
	CASE(charge_raises_max_usage),
	CASE(lending_raises_max_usage),
	CASE(remove_returns_the_reservation),
	CASE(remove_waits_for_the_children),
	CASE(remove_of_a_group_in_use_changes_nothing),
	CASE(force_empty_needs_a_group_without_tasks),
	CASE(force_empty_keeps_limit_and_borrow),
	CASE(force_empty_refuses_what_it_cannot_reclaim),
	CASE(force_empty_of_the_root_is_refused),
	CASE(walkthrough),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
