/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
