// SPDX-License-Identifier: GPL-2.0-only
#include "reference.h"
#include "subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/res_counter_hier.h>

/* Text that is nearly a limit; what it means by strtoull() and 128 bits. */

static bool expect_parse(const char *text, unsigned long long *limit)
{
	static const char suffixes[] = "KMGTPE";
	const char *suffix;
	char *end;
	wide value;

	text += strspn(text, " \t\n\v\f\r");
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno)
		return false;
	suffix = *end ? strchr(suffixes, *end & ~0x20) : NULL;
	if (suffix && *suffix && *end >= 'A') {
		value <<= 10 * (suffix - suffixes + 1);
		end++;
	}
	end += strspn(end, " \t\n\v\f\r");
	if (*end || value > ULLONG_MAX)
		return false;
	return ref_parse(value, limit);
}

static void random_text(char *text, unsigned int *random)
{
	static const char * const pieces[] = {
		"0", "1", "4096", "18446744073709551615", "1844674407370955161",
		"0x", "0X", "ffffffff", "fffff000", "7", "8", "9", "07", "a",
		"G", "K", "k", "M", "m", "g", "T", "t", "P", "p", "E", "e",
		" ", "\n", "\t", "-", "+", ".", "z", "\x80",
	};
	int n = rand_r(random) % 5;

	*text = '\0';
	while (n--)
		strcat(text, pieces[rand_r(random) %
				    ARRAY_SIZE(pieces)]);
}

bool parse_fails(unsigned int seed)
{
	unsigned long long limit = 1, expected = 1;
	char text[128];
	bool ok;

	random_text(text, &seed);
	ok = expect_parse(text, &expected);
	if (res_counter_parse_limit(text, &limit) == (ok ? 0 : -EINVAL) &&
	    limit == expected)
		return false;
	printf("not ok: \"%s\" is read as %llu, not as %llu (%s)\n", text,
	       limit, expected, ok ? "a limit" : "EINVAL");
	return true;
}
