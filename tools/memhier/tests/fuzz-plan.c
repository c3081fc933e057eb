// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any file as a saved plan. If it is taken, no step is outside the hierarchy.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "memhier-plan 1\n";
	size_t length = strlen(head) + size, i;
	char *text = xalloc(length);
	struct model model;
	struct tree *tree;
	struct plan *plan;
	FILE *file;

	memcpy(text, head, strlen(head));
	memcpy(text + strlen(head), data, size);
	file = fmemopen(text, length, "r");
	model_init(&model, HARDWALL, 1ULL << 33);
	model_add(&model, "t", 4096, 4096, 0);
	model.hier.ops->load(&model.hier, ~0U, &tree);
	plan = plan_load(&model.hier, tree, file, "fuzz.plan");
	fclose(file);
	for (i = 0; plan && i < plan->nr; i++)
		if (*plan->ops[i].path && path_check(plan->ops[i].path))
			abort();
	plan_free(plan);
	tree_free(tree);
	model_end(&model);
	free(text);
	return 0;
}
