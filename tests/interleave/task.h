/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task does whose operations return 0 or an error: one after the other.
 * Needs what table.h needs, and run_op().
 */
#ifndef TASK_H
#define TASK_H

void scenario_task(unsigned int task)
{
	unsigned int i;

	for (i = 0; i < OPS_PER_TASK; i++) {
		const struct op *op = &scenario->tasks[task][i];
		int ret = run_op(op);

		/* A fault can undo the work of another task, too. */
		if (ret && op->must && !fault_was_here())
			world_fail("task %u, step %u: error %d, but must work",
				   task, i, ret);
	}
}

#endif
