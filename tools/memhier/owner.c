// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users and their groups, by name or by number.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "owner.h"

static bool number(const char *text, unsigned int *id)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	/* (uid_t)-1 means "leave it". */
	if (errno || *end || value >= (uid_t)-1)
		return false;
	*id = value;
	return true;
}

/**
 * owner_user - find a user
 * @name: a name or a number
 * @uid: where to put the number
 *
 * Return: true if there is one.
 */
bool owner_user(const char *name, uid_t *uid)
{
	struct passwd *user = getpwnam(name);

	if (!user)
		return number(name, uid);
	*uid = user->pw_uid;
	return true;
}

/**
 * owner_group - find a group of users
 * @name: a name or a number
 * @gid: where to put the number
 *
 * Return: true if there is one.
 */
bool owner_group(const char *name, gid_t *gid)
{
	struct group *group = getgrnam(name);

	if (!group)
		return number(name, gid);
	*gid = group->gr_gid;
	return true;
}
