// SPDX-License-Identifier: GPL-2.0-only
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_CHOICES 4096

static struct {
	unsigned int taken;
	unsigned int ways;
} choices[MAX_CHOICES];

static unsigned int known, position;

void explore_start(void)
{
	known = 0;
	position = 0;
}

unsigned int choose(unsigned int n)
{
	if (n <= 1)
		return 0;
	if (position == MAX_CHOICES) {
		fprintf(stderr, "a run makes more than %d choices\n",
			MAX_CHOICES);
		exit(1);
	}
	if (position == known) {
		choices[known].taken = 0;
		choices[known].ways = n;
		known++;
	}
	return choices[position++].taken;
}

void explore_rewind(void)
{
	position = 0;
}

bool explore_next(void)
{
	while (known && choices[known - 1].taken + 1 == choices[known - 1].ways)
		known--;
	if (!known)
		return false;
	choices[known - 1].taken++;
	explore_rewind();
	return true;
}
