/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree as a picture.
 */
#ifndef MEMHIER_SVG_H
#define MEMHIER_SVG_H

#include "tree.h"

void svg_draw(FILE *out, struct tree *tree, struct group *top,
	      const char *title);

#endif
