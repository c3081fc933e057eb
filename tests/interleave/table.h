/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The end of each file of scenarios: how main.c gets at the table.  Needs
 * scenarios[], each with tasks[][] of struct op, and scenario, which points to the
 * one that is run.
 */
#ifndef TABLE_H
#define TABLE_H

unsigned int scenario_tasks(void)
{
	unsigned int n = 0;

	while (n < MAX_TASKS && scenario->tasks[n][0].action != NOTHING)
		n++;
	return n;
}

const char *scenario_choose(unsigned int i)
{
	if (i == ARRAY_SIZE(scenarios))
		return NULL;
	scenario = &scenarios[i];
	return scenario->name;
}

#endif
