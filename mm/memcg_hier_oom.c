// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardwall hierarchy of memory groups, for 2.6.26: running out of memory.  A
 * part of mm/memcontrol.c, which includes it.
 */

/**
 * mem_cgroup_oom_lock - one OOM kill at a time
 * @mem: the group that is out of memory
 *
 * Without the hierarchy that is one in the machine, under cgroup_mutex. A fork
 * bomb at its limit has that mutex all the time, and who waits for it to make
 * or attach to a group waits for another group's shortage; and the page fault
 * that runs into the limit may hold mmap_sem, which cpuset takes under
 * cgroup_mutex when a task is attached. Nothing here needs it: a task that
 * leaves the group meanwhile may be killed as if it had not.
 *
 * Context: Process context. May hold mmap_sem. Sleeps.
 */
void mem_cgroup_oom_lock(struct mem_cgroup *mem)
{
	if (memcg_hier)
		mutex_lock(&mem->oom);
	else
		cgroup_lock();
}

/**
 * mem_cgroup_oom_unlock - end what mem_cgroup_oom_lock() began
 * @mem: the group that is out of memory
 *
 * Context: Process context.
 */
void mem_cgroup_oom_unlock(struct mem_cgroup *mem)
{
	if (memcg_hier)
		mutex_unlock(&mem->oom);
	else
		cgroup_unlock();
}

/**
 * mem_cgroup_oom_spares - must the OOM killer leave a task alone?
 * @task: a child of the victim
 * @mem: the group that is out of memory; NULL: the machine is
 *
 * The OOM killer takes a child in place of its victim, which need not be in
 * the group. Behind a hardwall nobody pays for another group's shortage.
 *
 * Context: Any. Takes task_lock.
 *
 * Return: non-zero if @task is outside of @mem and the hierarchy is on.
 */
int mem_cgroup_oom_spares(struct task_struct *task,
			  const struct mem_cgroup *mem)
{
	return memcg_hier && mem && !task_in_mem_cgroup(task, mem);
}

/**
 * mem_cgroup_oom_gives_up - is it enough if a group has nobody to kill?
 *
 * Then the charge fails. Without the hierarchy it is the turn of whoever
 * charges, or of his children, in the group or not.
 *
 * Context: Any.
 *
 * Return: non-zero if the hierarchy is on.
 */
int mem_cgroup_oom_gives_up(void)
{
	return memcg_hier;
}
