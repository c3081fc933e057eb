/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Users and their groups. Apart, since <grp.h> has a struct group of its own.
 */
#ifndef MEMHIER_OWNER_H
#define MEMHIER_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

bool owner_user(const char *name, uid_t *uid);
bool owner_group(const char *name, gid_t *gid);

#endif
