// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hierarchy that is a folder: read it, and write to it.
 *
 * Whatever is opened is opened in a folder that is open, by one name, and no
 * symbolic link is followed; a folder of another file system is not entered. So
 * nothing outside is read or written, whoever changes what meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hier.h"

#define DIR_FLAGS	(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* What the kernel returns; no C library declares it everywhere. */
struct dirent64_raw {
	u64 ino;
	s64 off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static u64 unlimited_if_huge(u64 value)
{
	return value >= 0x7fffffffffff0000ULL ? UNLIMITED : value;
}

/* The value behind a key of a flat keyed file, 0 if it is not there. */
static u64 keyed(const char *text, const char *key)
{
	size_t n = strlen(key);

	while (text && *text) {
		if (!strncmp(text, key, n) && text[n] == ' ')
			return strtoull(text + n + 1, NULL, 10);
		text = strchr(text, '\n');
		text += !!text;
	}
	return 0;
}

/* "some avg10=1.23 ..." in hundredths. */
static u64 pressure(const char *text)
{
	const char *at = strstr(text, "avg10=");
	char *end;
	u64 value;

	if (!at)
		return 0;
	value = 100 * strtoull(at + 6, &end, 10);
	if (end[0] == '.' && end[1] && end[2])
		value += 10 * (end[1] - '0') + (end[2] - '0');
	return value;
}

static int parse_value(enum attr attr, const char *text, u64 *value)
{
	char *end;

	if (attr == PRESSURE) {
		*value = pressure(text);
		return 0;
	}
	if (attr == FAILS && !(*text >= '0' && *text <= '9')) {
		*value = keyed(text, "max") + keyed(text, "reserve_refused");
		return 0;
	}
	if (!strcmp(text, "max\n") || !strcmp(text, "max")) {
		*value = UNLIMITED;
		return 0;
	}
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (end == text || errno || (*end && *end != '\n'))
		return -EBADMSG;
	if (attr == LIMIT)
		*value = unlimited_if_huge(*value);
	return 0;
}

static int read_value(int dir, const char *file, enum attr attr, u64 *value)
{
	char text[1024];
	ssize_t n;
	int fd;

	fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	text[n] = '\0';
	return parse_value(attr, text, value);
}

/* Who reads again and again is told once what is skipped. */
static void tell_unreadable(const struct hier *hier, const struct group *group,
			    const char *name, int error)
{
	char *path;

	if (hier->skipped)
		return;
	path = group_path(group);
	say("%s/%s%s%s: %s", shown(hier->where), shown(path), *path ? "/" : "",
	    shown(name),
	    error == -EBADMSG ? "not a number" : strerror(-error));
	free(path);
}

/* 0, 1 if there is no such group for the memory controller, or an error. */
static int read_group(struct hier *hier, int dir, unsigned int attrs,
		      struct group *group)
{
	int attr;

	for (attr = 0; attr < NR_ATTRS; attr++) {
		const char *file = attr_file(hier->kind, attr);
		int ret;

		if (!(attrs & BIT(attr)) || !file)
			continue;
		ret = read_value(dir, file, attr, &group->value[attr]);
		if (!ret) {
			group->has |= BIT(attr);
			continue;
		}
		if (!is_gone(ret) && ret != -EOPNOTSUPP) {
			tell_unreadable(hier, group, file, ret);
			return ret;
		}
		if (attr == LIMIT)
			group->value[LIMIT] = UNLIMITED;
		if (attr == USAGE && group->parent)
			return 1;
	}
	return 0;
}

struct names {
	char *text;	/* one behind the other, each with its NUL */
	size_t used, size;
};

static void names_add(struct names *names, const char *name)
{
	size_t n = strlen(name) + 1;

	if (names->size - names->used < n) {
		names->size = 2 * names->size + n + 256;
		names->text = xrealloc(names->text, names->size);
	}
	memcpy(names->text + names->used, name, n);
	names->used += n;
}

static bool is_folder(int dir, const struct dirent64_raw *entry)
{
	struct stat st;

	if (entry->type != DT_UNKNOWN)
		return entry->type == DT_DIR;
	return !fstatat(dir, entry->name, &st, AT_SYMLINK_NOFOLLOW) &&
	       S_ISDIR(st.st_mode);
}

static int list_folders(int dir, struct names *names)
{
	static char buffer[1 << 16] __aligned(8);

	while (1) {
		long n = syscall(SYS_getdents64, dir, buffer, sizeof(buffer));
		long at = 0;

		if (n < 0)
			return -errno;
		if (!n)
			return 0;
		while (at < n) {
			struct dirent64_raw *entry = (void *)(buffer + at);

			if (strcmp(entry->name, ".") &&
			    strcmp(entry->name, "..") && is_folder(dir, entry))
				names_add(names, entry->name);
			at += entry->reclen;
		}
	}
}

struct walk {
	struct hier *hier;
	struct tree *tree;
	unsigned int attrs;
	bool skipped;
};

/* Without files to open nothing more can be read; else the rest is as good. */
static int skip_child(struct walk *walk, struct group *parent, int error)
{
	if (!walk->hier->skips || error == -EMFILE || error == -ENFILE)
		return error;
	parent->partial = true;
	walk->skipped = true;
	return 0;
}

static int walk_below(struct walk *walk, int dir, struct group *group,
		      const struct stat *st);

static int walk_child(struct walk *walk, int dir, struct group *parent,
		      const char *name)
{
	struct group *group;
	struct stat st;
	int fd, ret;

	fd = openat(dir, name, DIR_FLAGS);
	if (fd < 0) {
		ret = -errno;
		if (is_gone(ret) || ret == -ENOTDIR || ret == -ELOOP)
			return 0;
		tell_unreadable(walk->hier, parent, name, ret);
		return skip_child(walk, parent, ret);
	}
	if (fstat(fd, &st) || st.st_dev != walk->hier->dev) {
		close(fd);
		return 0;
	}
	group = tree_add(walk->tree, parent, name);
	group->uid = st.st_uid;
	group->gid = st.st_gid;
	ret = read_group(walk->hier, fd, walk->attrs, group);
	if (ret)
		tree_drop(walk->tree, group);
	else
		ret = walk_below(walk, fd, group, &st);
	close(fd);
	return ret < 0 ? skip_child(walk, parent, ret) : 0;
}

static int walk_below(struct walk *walk, int dir, struct group *group,
		      const struct stat *st)
{
	struct names names = { 0 };
	size_t at;
	int ret;

	/* "." and the name in the parent are two links. */
	if (walk->hier->counts_links && st->st_nlink == 2)
		return 0;
	ret = list_folders(dir, &names);
	if (ret && !is_gone(ret))
		tell_unreadable(walk->hier, group, "", ret);
	for (at = 0; !ret && at < names.used;
	     at += strlen(names.text + at) + 1) {
		ret = walk_child(walk, dir, group, names.text + at);
		if (ret == -EMFILE)
			say("the tree is too deep: raise the limit of open files (ulimit -n)");
	}
	free(names.text);
	return is_gone(ret) ? 0 : ret;
}

static void raise_open_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int dir_load(struct hier *hier, unsigned int attrs, struct tree **tree)
{
	struct walk walk = { .hier = hier, .attrs = attrs };
	struct stat st;
	int dir, ret;

	raise_open_files();
	/* Of its own, for the position in the folder. */
	dir = openat(hier->fd, ".", DIR_FLAGS);
	if (dir < 0 || fstat(dir, &st)) {
		ret = -errno;
		say("%s: %s", shown(hier->where), strerror(errno));
		if (dir >= 0)
			close(dir);
		return ret;
	}
	walk.tree = tree_new(hier->kind, hier->machine);
	walk.tree->root->uid = st.st_uid;
	walk.tree->root->gid = st.st_gid;
	ret = read_group(hier, dir, attrs, walk.tree->root);
	if (!ret)
		ret = walk_below(&walk, dir, walk.tree->root, &st);
	close(dir);
	if (ret) {
		tree_free(walk.tree);
		return ret;
	}
	hier->skipped |= walk.skipped;
	tree_sort(walk.tree);
	tree_account(walk.tree);
	*tree = walk.tree;
	return 0;
}

/* Open the folder of a group, or of its parent with its name in @last. */
static int open_below(struct hier *hier, const char *path, const char **last)
{
	int dir = openat(hier->fd, ".", DIR_FLAGS);
	struct stat st;

	if (dir < 0)
		return -errno;
	if (*path && path_check(path)) {
		close(dir);
		return -EINVAL;
	}
	while (*path) {
		size_t n = strcspn(path, "/");
		char name[256];
		int next;

		if (last && !path[n]) {
			*last = path;
			break;
		}
		if (n >= sizeof(name)) {
			close(dir);
			return -ENAMETOOLONG;
		}
		memcpy(name, path, n);
		name[n] = '\0';
		next = openat(dir, name, DIR_FLAGS);
		close(dir);
		if (next < 0)
			return -errno;
		dir = next;
		if (fstat(dir, &st) || st.st_dev != hier->dev) {
			close(dir);
			return -EXDEV;
		}
		path += n + !!path[n];
	}
	return dir;
}

static int write_text(int dir, const char *file, const char *text)
{
	ssize_t n, length = strlen(text);
	int fd, ret = 0;

	fd = openat(dir, file,
		    O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, text, length);
	if (n != length)
		ret = n < 0 ? -errno : -EIO;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

static int dir_get(struct hier *hier, const char *path, enum attr attr,
		   u64 *value)
{
	int dir = open_below(hier, path, NULL);
	int ret;

	if (dir < 0)
		return dir;
	ret = read_value(dir, attr_file(hier->kind, attr), attr, value);
	close(dir);
	return ret;
}

static int dir_set(struct hier *hier, const char *path, enum attr attr,
		   u64 value)
{
	char text[SIZE_TEXT] = "max";
	int dir = open_below(hier, path, NULL);
	int ret;

	if (dir < 0)
		return dir;
	if (value != UNLIMITED)
		snprintf(text, sizeof(text), "%llu", value);
	else if (hier->kind == HARDWALL)
		strcpy(text, "9223372036854771712");
	ret = write_text(dir, attr_file(hier->kind, attr), text);
	close(dir);
	return ret;
}

static bool is_v2(const struct hier *hier)
{
	return hier->kind == RESERVES || hier->kind == STOCK_V2;
}

static const char control[] = "cgroup.subtree_control";

/* On v2 a group has the files of the controller once its parent enables it. */
static int enable_memory(struct hier *hier, int dir)
{
	int ret;

	if (!is_v2(hier) || lists_memory(dir, control))
		return 0;
	ret = write_text(dir, control, "+memory");
	if (ret == -ENOENT && !hier->counts_links)
		return 0;	/* a folder, no cgroup */
	return ret ? ret : CREATE_ENABLED;
}

/* On v2 the folder may have been there before, for other controllers. */
static int make_folder(struct hier *hier, int dir, const char *name)
{
	if (!mkdirat(dir, name, 0755))
		return 0;
	return errno == EEXIST && is_v2(hier) ? CREATE_KEPT : -errno;
}

static int dir_create(struct hier *hier, const char *path)
{
	const char *name = NULL;
	int dir = open_below(hier, path, &name);
	int enabled, ret;

	if (dir < 0)
		return dir;
	enabled = name ? enable_memory(hier, dir) : -EEXIST;
	ret = enabled < 0 ? enabled : make_folder(hier, dir, name);
	if (ret >= 0)
		ret |= enabled;
	else if (enabled == CREATE_ENABLED)
		write_text(dir, control, "-memory");
	close(dir);
	return ret;
}

static int dir_disable(struct hier *hier, const char *path)
{
	const char *name = NULL;
	int dir = open_below(hier, path, &name);
	int ret;

	if (dir < 0)
		return dir;
	ret = name ? write_text(dir, control, "-memory") : -EINVAL;
	close(dir);
	return ret;
}

static int dir_remove(struct hier *hier, const char *path)
{
	const char *name = NULL;
	int dir = open_below(hier, path, &name);
	int ret = 0;

	if (dir < 0)
		return dir;
	if (!name)
		ret = -EBUSY;
	else if (unlinkat(dir, name, AT_REMOVEDIR))
		ret = -errno;
	close(dir);
	return ret;
}

/*
 * The folder, and that with which an owner makes groups below and moves processes
 * among them.
 */
static const char * const delegated[] = {
	".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control",
};

/* A file that is not there belongs to nobody. */
static int own_file(int dir, const char *file, uid_t uid, gid_t gid,
		    struct stat *was)
{
	if (fstatat(dir, file, was, AT_SYMLINK_NOFOLLOW)) {
		was->st_uid = -1;
		was->st_gid = -1;
		return errno == ENOENT ? 0 : -errno;
	}
	return fchownat(dir, file, uid, gid, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
}

static void own_again(int dir, const char *file, const struct stat *was)
{
	if (fchownat(dir, file, was->st_uid, was->st_gid,
		     AT_SYMLINK_NOFOLLOW) && errno != ENOENT)
		say("not undone: the owner of %s, which was %u:%u: %s",
		    *file == '.' ? "the folder" : file, was->st_uid,
		    was->st_gid, strerror(errno));
}

/* All of them or none. */
static int dir_own(struct hier *hier, const char *path, uid_t uid, gid_t gid)
{
	size_t nr = is_v2(hier) ? ARRAY_SIZE(delegated) : 1, i;
	int dir = open_below(hier, path, NULL);
	struct stat was[ARRAY_SIZE(delegated)];
	int ret = 0;

	if (dir < 0)
		return dir;
	for (i = 0; !ret && i < nr; i++)
		ret = own_file(dir, delegated[i], uid, gid, &was[i]);
	/* Not that which failed. */
	while (ret && --i > 0)
		own_again(dir, delegated[i - 1], &was[i - 1]);
	close(dir);
	return ret;
}

#ifndef LOCK_FILE
#define LOCK_FILE	"/run/memhier.lock"
#endif

/*
 * Two that move reservations at a time would take each other's room. The folder
 * is open to everybody, and who locks it keeps others out for as long as he
 * likes: so root has a file that nobody else can open, and it is one, for a
 * hierarchy may be in another. Who is not root has the folder, for he has no
 * better place; what is locked there is in nobody's way but of those like him.
 */
static int open_lock(const struct hier *hier)
{
	if (!geteuid()) {
		int fd = open(LOCK_FILE, O_RDONLY | O_CREAT | O_NOFOLLOW |
			      O_CLOEXEC, 0600);

		/* A system without /run has the folder, too. */
		if (fd >= 0 || errno != ENOENT)
			return fd;
	}
	return openat(hier->fd, ".", DIR_FLAGS);
}

static int dir_lock(struct hier *hier)
{
	int fd = open_lock(hier);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		ret = -errno;
		close(fd);
	} else {
		hier->lock = fd;
	}
	return ret;
}

static void dir_unlock(struct hier *hier)
{
	close(hier->lock);
	hier->lock = -1;
}

const struct hier_ops hier_dir_ops = {
	.load = dir_load,
	.get = dir_get,
	.set = dir_set,
	.create = dir_create,
	.disable = dir_disable,
	.remove = dir_remove,
	.own = dir_own,
	.lock = dir_lock,
	.unlock = dir_unlock,
};
