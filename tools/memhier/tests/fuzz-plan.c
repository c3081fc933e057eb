// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any file as a saved plan. If it is taken, no step is outside the hierarchy.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model.h"
#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	struct model model;
	struct tree *tree;
	struct plan *plan;
	FILE *file;
	size_t i;

	if (!*path)
		snprintf(path, sizeof(path), "/dev/shm/memhier-fuzz-%d",
			 (int)getpid());
	file = fopen(path, "w");
	fwrite("memhier-plan 1\n", 1, 15, file);
	fwrite(data, 1, size, file);
	fclose(file);
	model_init(&model, HARDWALL, 1ULL << 33);
	model_add(&model, "t", 4096, 4096, 0);
	model.hier.ops->load(&model.hier, ~0U, &tree);
	plan = plan_load(&model.hier, tree, path);
	for (i = 0; plan && i < plan->nr; i++)
		if (*plan->ops[i].path && path_check(plan->ops[i].path))
			abort();
	plan_free(plan);
	tree_free(tree);
	model_end(&model);
	unlink(path);
	return 0;
}
