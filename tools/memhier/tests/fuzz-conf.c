// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any file as a configuration. If it is taken, its plan is done by the model
 * without a refusal: what is valid never needs room that is not there.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conf.h"
#include "model.h"
#include "plan.h"

static void try_kind(const uint8_t *data, size_t size, enum kind kind)
{
	struct model model;
	struct conf *conf = conf_new();
	struct tree *tree;
	FILE *file = fmemopen((void *)data, size, "r");

	conf_read_stream(conf, file, "fuzz.conf");
	fclose(file);
	model_init(&model, kind, 1ULL << 33);
	model_add(&model, "t", 1ULL << 32, 1ULL << 31, 0);
	model_add(&model, "t/a", 1ULL << 30, 1ULL << 30, 0);
	model.hier.ops->load(&model.hier, ~0U, &tree);
	if (!conf->errors && !target_make(conf, tree, size & 1)) {
		struct plan *plan = plan_order(tree);

		if (plan_apply(&model.hier, plan, NULL) != FINE ||
		    model.revoked || model.broken)
			abort();
		plan_free(plan);
	}
	tree_free(tree);
	conf_free(conf);
	model_end(&model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size) {
		try_kind(data, size, HARDWALL);
		try_kind(data, size, RESERVES);
	}
	return 0;
}
