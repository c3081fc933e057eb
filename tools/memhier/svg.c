// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tree as an SVG picture: boxes in boxes, each as large as what it stands
 * for. A group's box is what it holds of its parent. In it are what the group
 * uses itself, the boxes of the groups in it, and what is left. Nothing has a
 * margin, or areas would not be bytes; so names are on the parts, which do not
 * overlap, and not on the boxes, which do.
 */
#include <stdlib.h>
#include <string.h>

#include "svg.h"

#define WIDTH	960.0
#define HEIGHT	600.0
#define TOP	34.0
#define BOTTOM	34.0

enum part {
	PART_USED,
	PART_IDLE,
	PART_FREE,
	PART_GROUP,
};

static const struct {
	const char *name;
	const char *fill;
} parts[] = {
	[PART_USED] = { "used", "#7fb2e5" },
	[PART_IDLE] = { "idle", "#f6d58a" },
	[PART_FREE] = { "free", "#f4f4f4" },
};

struct rect {
	double x, y, w, h;
};

struct item {
	enum part part;
	struct group *group;	/* whose part it is, or the group in the box */
	double bytes;
	struct rect at;
};

static double worst(double least, double most, double sum, double side)
{
	double s2 = sum * sum, w2 = side * side;

	return max(w2 * most / s2, s2 / (w2 * least));
}

/* Lay out some items as a row along the shorter side of what is left. */
static void lay_row(struct item *item, size_t n, double sum, struct rect *left)
{
	bool upright = left->w >= left->h;
	double side = upright ? left->h : left->w;
	double thick = side > 0 ? sum / side : 0;
	double at = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		double length = thick > 0 ? item[i].bytes / thick : 0;

		if (upright)
			item[i].at = (struct rect){ left->x, left->y + at,
						    thick, length };
		else
			item[i].at = (struct rect){ left->x + at, left->y,
						    length, thick };
		at += length;
	}
	if (upright) {
		left->x += thick;
		left->w = max(left->w - thick, 0);
	} else {
		left->y += thick;
		left->h = max(left->h - thick, 0);
	}
}

static int by_size(const void *a, const void *b)
{
	const struct item *one = a, *two = b;

	if (one->part == PART_FREE || two->part == PART_FREE)
		return (one->part == PART_FREE) - (two->part == PART_FREE);
	return one->bytes > two->bytes ? -1 : one->bytes < two->bytes;
}

/*
 * A squarified treemap (Bruls, Huizing, van Wijk): a row takes items as long as
 * its least square one gets better by that. Bytes are areas from here on.
 */
static void lay_out(struct item *item, size_t n, struct rect box)
{
	double total = 0, scale;
	size_t i, from = 0;

	for (i = 0; i < n; i++)
		total += item[i].bytes;
	scale = total > 0 ? box.w * box.h / total : 0;
	for (i = 0; i < n; i++)
		item[i].bytes *= scale;
	while (from < n) {
		double side = min(box.w, box.h), sum = item[from].bytes;
		double least = sum, most = sum;
		size_t to;

		for (to = from + 1; to < n; to++) {
			double next = item[to].bytes;

			if (worst(min(least, next), max(most, next),
				  sum + next, side) >
			    worst(least, most, sum, side))
				break;
			sum += next;
			least = min(least, next);
			most = max(most, next);
		}
		lay_row(item + from, to - from, sum, &box);
		from = to;
	}
}

static void put_text(FILE *out, const char *text)
{
	const char *at = shown(text);

	for (; *at; at++) {
		/* U+FFFE and U+FFFF are in no XML. */
		if (!strncmp(at, "\xef\xbf\xbe", 3) ||
		    !strncmp(at, "\xef\xbf\xbf", 3)) {
			fprintf(out, "\\xef\\xbf\\x%02x",
				(unsigned char)at[2]);
			at += 2;
			continue;
		}
		switch (*at) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			fputc(*at, out);
		}
	}
}

static const char *name_of(const struct group *group, char **buffer)
{
	free(*buffer);
	*buffer = group_path(group);
	return **buffer ? *buffer : "/";
}

/* Lines as long as the box has room for; about 6.6 units a letter. */
static void put_label(FILE *out, const struct item *item, const char *name,
		      const char *size)
{
	size_t room = item->at.w > 12 ? (size_t)((item->at.w - 12) / 6.6) : 0;
	const char *what = parts[item->part].name;
	const char *last = strrchr(name, '/');
	double y = item->at.y + 16;

	if (strlen(name) > room && last && last[1])
		name = last + 1;
	if (item->at.h < 20 || strlen(name) > room)
		return;
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\">", item->at.x + 6, y);
	put_text(out, name);
	fputs("</text>\n", out);
	if (item->at.h < 36 || strlen(what) + strlen(size) + 1 > room)
		return;
	fprintf(out, "<text class=\"s\" x=\"%.1f\" y=\"%.1f\">%s %s</text>\n",
		item->at.x + 6, y + 15, what, size);
}

static void put_part(FILE *out, const struct item *item, u64 bytes)
{
	char *buffer = NULL;
	const char *name = name_of(item->group, &buffer);
	const char *size = SHORT(bytes);

	fprintf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>",
		item->at.x, item->at.y, item->at.w, item->at.h,
		parts[item->part].fill);
	put_text(out, name);
	fprintf(out, ": %s %s</title></rect>\n", parts[item->part].name,
		EXACT(bytes));
	put_label(out, item, name, size);
	free(buffer);
}

static u64 part_bytes(const struct tree *tree, const struct group *group,
		      const struct group *top, enum part part)
{
	if (part == PART_USED)
		return group->own;
	if (part == PART_IDLE)
		return group == top && !group->parent ? 0 : group->spare;
	/* What only the limit allows belongs to nobody, but in the top box. */
	if (group != top)
		return 0;
	if (group->room == UNLIMITED) {
		u64 scale = group_scale(tree, group);

		return less(scale, group->charged);
	}
	return group->room - group->spare;
}

static void draw(FILE *out, const struct tree *tree, struct group *group,
		 const struct group *top, struct rect box)
{
	struct group *child;
	struct item *items;
	size_t n = 3, i = 0;
	int part;

	for_each_child(child, group)
		n++;
	items = xalloc(n * sizeof(*items));
	for (part = PART_USED; part <= PART_FREE; part++) {
		items[i].part = part;
		items[i].group = group;
		items[i].bytes = part_bytes(tree, group, top, part);
		i += items[i].bytes > 0;
	}
	for_each_child(child, group) {
		items[i].part = PART_GROUP;
		items[i].group = child;
		items[i].bytes = group_held(tree, child);
		i += items[i].bytes > 0;
	}
	n = i;
	qsort(items, n, sizeof(*items), by_size);
	lay_out(items, n, box);
	for (i = 0; i < n; i++) {
		if (items[i].part == PART_GROUP)
			draw(out, tree, items[i].group, top, items[i].at);
		else
			put_part(out, &items[i],
				 part_bytes(tree, group, top, items[i].part));
	}
	free(items);
	fprintf(out, "<rect class=\"g\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" stroke-width=\"%.1f\"/>\n",
		box.x, box.y, box.w, box.h,
		max(4.0 - (group->depth - top->depth), 1.0));
}

static void put_legend(FILE *out, const struct tree *tree, struct group *top)
{
	u64 bytes[3] = { 0 };
	double x = 2, y = TOP + HEIGHT + 12;
	struct group *at;
	int part;

	for_each_down(at, top)
		for (part = PART_USED; part <= PART_FREE; part++)
			bytes[part] += part_bytes(tree, at, top, part);
	for (part = PART_USED; part <= PART_FREE; part++) {
		fprintf(out, "<rect x=\"%.0f\" y=\"%.0f\" width=\"14\" height=\"14\" fill=\"%s\" stroke=\"#555\"/>\n",
			x, y, parts[part].fill);
		fprintf(out, "<text x=\"%.0f\" y=\"%.0f\">%s %s</text>\n",
			x + 20, y + 12, parts[part].name, SHORT(bytes[part]));
		x += 130;
	}
	fprintf(out, "<text x=\"%.0f\" y=\"%.0f\">lent to groups %s: their boxes, the outer ones with thicker lines</text>\n",
		x, y + 12, SHORT(top->used_below + top->idle));
}

/**
 * svg_draw - draw a tree
 * @out: where to
 * @tree: the tree, accounted for
 * @top: whose subtree
 * @title: what the hierarchy is called
 *
 * Needs memory for the tree's depth on the stack.
 */
void svg_draw(FILE *out, struct tree *tree, struct group *top,
	      const char *title)
{
	struct rect box = { 2, TOP, WIDTH, HEIGHT };

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"12\">\n",
		WIDTH + 4, HEIGHT + TOP + BOTTOM, WIDTH + 4,
		HEIGHT + TOP + BOTTOM);
	fputs("<style>text { fill: #222 } .s { fill: #555; font-size: 11px } .g { fill: none; stroke: #222 }</style>\n"
	      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
	      "<text x=\"2\" y=\"22\" font-size=\"15\">", out);
	put_text(out, title);
	if (top->parent) {
		char *path = group_path(top);

		fputs(" ", out);
		put_text(out, path);
		free(path);
	}
	fprintf(out, ": %s; areas are bytes</text>\n",
		SHORT(group_scale(tree, top)));
	draw(out, tree, top, top, box);
	put_legend(out, tree, top);
	fputs("</svg>\n", out);
}
