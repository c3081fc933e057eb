// SPDX-License-Identifier: GPL-2.0-only
/*
 * The limit parser against a second one, which first cuts the text into its
 * parts and then calculates in 128 bits.
 */
#include "world.h"

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#define MAX_LENGTH	128
#define SPACES		" \t\n\v\f\r"
#define HEX_DIGITS	"0123456789abcdefABCDEF"

/* Any value from here on is too large, so it need not be told from others. */
#define TOO_LARGE	((unsigned __int128)1 << 64)

static int reference(const char *text, unsigned long long *limit)
{
	static const char suffixes[] = "KkMmGgTtPpEe";
	const char *digits = "0123456789", *suffix;
	unsigned __int128 value = 0;
	unsigned int base = 10;
	size_t length, i;

	text += strspn(text, SPACES);
	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2)) {
		base = 16;
		digits = HEX_DIGITS;
		text += 2;
	} else if (*text == '0') {
		base = 8;
		digits = "01234567";
	}

	length = strspn(text, digits);
	if (!length)
		return -EINVAL;
	for (i = 0; i < length && value < TOO_LARGE; i++) {
		size_t digit = strchr(HEX_DIGITS, text[i]) - HEX_DIGITS;

		value = value * base + (digit < 16 ? digit : digit - 6);
	}
	text += length;

	suffix = *text ? strchr(suffixes, *text) : NULL;
	if (suffix && value < TOO_LARGE) {
		for (i = 0; i <= (size_t)(suffix - suffixes) / 2; i++)
			value *= 1024;
	}
	text += suffix ? 1 : 0;
	text += strspn(text, SPACES);

	value = (value + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	if (*text || value >= TOO_LARGE)
		return -EINVAL;
	if (value > (unsigned long long)LLONG_MAX)
		value = ((unsigned long long)LLONG_MAX) / PAGE_SIZE * PAGE_SIZE;
	*limit = value;
	return 0;
}

/* Is there no NUL, or none but the last byte? */
static bool one_nul_at_most(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;

	return !nul || nul == data + size - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned long long expected = 1, limit = 1;
	char text[MAX_LENGTH + 1], original[MAX_LENGTH + 1];
	int expected_ret, ret;

	if (size > MAX_LENGTH)
		return -1;
	memcpy(text, data, size);
	text[size] = '\0';
	memcpy(original, text, size + 1);

	if (res_counter_text_ends(text, size) != one_nul_at_most(data, size))
		world_fail("\"%s\" of %zu bytes", text, size);

	expected_ret = reference(text, &expected);
	ret = res_counter_parse_limit(text, &limit);
	if (ret != expected_ret || limit != expected)
		world_fail("\"%s\": %d, %llu instead of %d, %llu", original,
			   ret, limit, expected_ret, expected);
	return 0;
}
