// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find a memory hierarchy among what is mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "hier.h"

#ifndef MOUNTINFO
#define MOUNTINFO	"/proc/self/mountinfo"
#endif

#define CGROUP_MAGIC	0x27e0eb
#define CGROUP2_MAGIC	0x63677270
#define TMPFS_MAGIC	0x01021994

const struct kind_info kind_info[NR_KINDS] = {
	[HARDWALL] = {
		.name = "v1 hardwall",
		.file = {
			[LIMIT] = "memory.limit_in_bytes",
			[RESERVE] = "memory.borrow",
			[USAGE] = "memory.usage_in_bytes",
			[LENT] = "memory.security",
			[PEAK] = "memory.max_usage_in_bytes",
			[FAILS] = "memory.failcnt",
		},
	},
	[RESERVES] = {
		.name = "v2 reserves",
		.file = {
			[LIMIT] = "memory.max",
			[RESERVE] = "memory.reserve",
			[USAGE] = "memory.current",
			[LENT] = "memory.reserved",
			[PEAK] = "memory.peak",
			[FAILS] = "memory.events.local",
			[PRESSURE] = "memory.pressure",
		},
	},
	[STOCK_V1] = {
		.name = "v1",
		.file = {
			[LIMIT] = "memory.limit_in_bytes",
			[USAGE] = "memory.usage_in_bytes",
			[PEAK] = "memory.max_usage_in_bytes",
			[FAILS] = "memory.failcnt",
		},
	},
	[STOCK_V2] = {
		.name = "v2",
		.file = {
			[LIMIT] = "memory.max",
			[USAGE] = "memory.current",
			[PEAK] = "memory.peak",
			[FAILS] = "memory.events.local",
			[PRESSURE] = "memory.pressure",
		},
	},
	[FLAT_V1] = {
		.name = "v1 without a hierarchy",
		.file = {
			[LIMIT] = "memory.limit_in_bytes",
			[USAGE] = "memory.usage_in_bytes",
			[PEAK] = "memory.max_usage_in_bytes",
			[FAILS] = "memory.failcnt",
		},
	},
};

/**
 * attr_file - the file that has a value
 * @kind: of the hierarchy
 * @attr: the value
 *
 * Return: its name, or NULL if there is none.
 */
const char *attr_file(enum kind kind, enum attr attr)
{
	return kind_info[kind].file[attr];
}

/* Undo the \ooo of mountinfo; 0, or -EINVAL if what is there is no such. */
static int unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\\') {
			unsigned int c = 0;
			int i;

			for (i = 1; i <= 3; i++) {
				if (text[i] < '0' || text[i] > '7')
					return -EINVAL;
				c = 8 * c + (text[i] - '0');
			}
			if (!c || c > 255)
				return -EINVAL;
			*to++ = c;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
	return 0;
}

static bool has_option(const char *options, const char *option)
{
	size_t n = strlen(option);

	while (*options) {
		size_t length = strcspn(options, ",");

		if (length == n && !strncmp(options, option, n))
			return true;
		options += length;
		options += strspn(options, ",");
	}
	return false;
}

/* One line; a line of another form is none of ours. */
static void parse_line(char *line,
		       void (*found)(const struct mount *mount, void *data),
		       void *data)
{
	char *field[6], *word, *type = NULL, *options = NULL;
	struct mount mount;
	int n = 0;

	/* What is mounted may have no name: two blanks are a field. */
	while ((word = strsep(&line, " "))) {
		if (n < 6) {
			field[n++] = word;
		} else if (!strcmp(word, "-")) {
			type = strsep(&line, " ");
			if (strsep(&line, " "))
				options = strsep(&line, " ");
			break;
		}
	}
	if (!options)
		return;
	mount.v2 = !strcmp(type, "cgroup2");
	if (!mount.v2 &&
	    (strcmp(type, "cgroup") || !has_option(options, "memory")))
		return;
	mount.root = field[3];
	mount.path = field[4];
	if (unescape(mount.root) || unescape(mount.path) || *mount.path != '/')
		return;
	found(&mount, data);
}

/**
 * mountinfo_parse - find the memory hierarchies in /proc/self/mountinfo
 * @text: what is in it, which need not end with NUL
 * @length: of @text
 * @found: called for each v1 mount with memory, and each v2 mount
 * @data: for @found
 *
 * Return: 0.
 */
int mountinfo_parse(const char *text, size_t length,
		    void (*found)(const struct mount *mount, void *data),
		    void *data)
{
	const char *end = text + length;

	while (text < end) {
		const char *stop = memchr(text, '\n', end - text);
		size_t n = (stop ? stop : end) - text;
		char *line = xalloc(n + 1);

		memcpy(line, text, n);
		parse_line(line, found, data);
		free(line);
		text += n + 1;
	}
	return 0;
}

/* All of a file of /proc, which has no size. */
static char *read_all(const char *path, size_t *length)
{
	size_t size = 0, used = 0;
	char *text = NULL;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	do {
		if (size - used < 4096) {
			size += 65536;
			text = xrealloc(text, size);
		}
		n = read(fd, text + used, size - used - 1);
		if (n > 0)
			used += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	close(fd);
	text[used] = '\0';
	*length = used;
	return text;
}

/**
 * machine_memory - how much memory the machine has
 *
 * Return: bytes, as /proc/meminfo has them.
 */
u64 machine_memory(void)
{
	size_t length;
	char *text = read_all("/proc/meminfo", &length);
	const char *line = text ? strstr(text, "MemTotal:") : NULL;
	u64 kib = 0;

	if (line)
		kib = strtoull(line + strlen("MemTotal:"), NULL, 10);
	free(text);
	if (!kib)
		die("/proc/meminfo does not tell how much memory there is");
	return kib << 10;
}

static bool has_file(int fd, const char *name)
{
	return !faccessat(fd, name, F_OK, 0);
}

/**
 * lists_memory - is the memory controller among those that a file lists?
 * @dir: the folder of a group, open
 * @file: cgroup.controllers or cgroup.subtree_control
 *
 * Return: true if so.
 */
bool lists_memory(int dir, const char *file)
{
	char text[4096], *word, *save = NULL;
	ssize_t n;
	int fd;

	fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	for (word = strtok_r(text, " \n", &save); word;
	     word = strtok_r(NULL, " \n", &save))
		if (!strcmp(word, "memory"))
			return true;
	return false;
}

/*
 * With memcg_hier=off the kernel has the files of the hardwall, and they read
 * 0. A root that limits nothing and lends nothing could be either; then no
 * group has a reservation to lose.
 */
static bool hardwall_is_off(void)
{
	size_t length;
	char *text = read_all("/proc/cmdline", &length);
	bool off = false;
	char *word, *save = NULL;

	for (word = text ? strtok_r(text, " \n", &save) : NULL; word;
	     word = strtok_r(NULL, " \n", &save))
		if (!strncmp(word, "memcg_hier=", 11))
			off = !strcmp(word + 11, "off");
	free(text);
	return off;
}

static int find_kind(int fd, bool is_cgroup, enum kind *kind)
{
	if (has_file(fd, "memory.limit_in_bytes")) {
		if (has_file(fd, "memory.borrow") &&
		    !(is_cgroup && hardwall_is_off()))
			*kind = HARDWALL;
		else if (has_file(fd, "memory.use_hierarchy"))
			*kind = STOCK_V1;
		else
			*kind = FLAT_V1;
		return 0;
	}
	if (has_file(fd, "memory.reserve")) {
		*kind = RESERVES;
		return 0;
	}
	if (has_file(fd, "memory.max") || has_file(fd, "memory.stat")) {
		*kind = STOCK_V2;
		return 0;
	}
	if (lists_memory(fd, "cgroup.controllers")) {
		*kind = STOCK_V2;
		return 0;
	}
	return -ENODATA;
}

/* Is there a memory hierarchy? Then it is in @hier. */
static int try_open(struct hier *hier, const char *path)
{
	struct statfs fs;
	struct stat st;
	bool is_cgroup;
	int fd, ret;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || fstatfs(fd, &fs)) {
		ret = -errno;
		close(fd);
		return ret;
	}
	is_cgroup = fs.f_type == CGROUP_MAGIC || fs.f_type == CGROUP2_MAGIC;
	ret = find_kind(fd, is_cgroup, &hier->kind);
	if (ret) {
		close(fd);
		return ret;
	}
	hier->fd = fd;
	hier->dev = st.st_dev;
	hier->counts_links = is_cgroup || fs.f_type == TMPFS_MAGIC;
	hier->where = xstrdup(path);
	hier->ops = &hier_dir_ops;
	return 0;
}

struct search {
	struct hier *hier;
	bool v2, whole;	/* what is looked for now */
	bool done;
};

static void try_mount(const struct mount *mount, void *data)
{
	struct search *search = data;

	if (search->done || mount->v2 != search->v2 ||
	    search->whole != !strcmp(mount->root, "/"))
		return;
	search->done = !try_open(search->hier, mount->path);
}

/**
 * hier_open - open a memory hierarchy
 * @hier: what to fill in
 * @root: the folder of its root group; NULL to look at what is mounted: a v1
 *	hierarchy with the memory controller comes before a v2 one, which does
 *	not have it then
 *
 * Return: 0, or a negative errno after it was said what is wrong.
 */
int hier_open(struct hier *hier, const char *root)
{
	struct search search = { .hier = hier };
	size_t length;
	char *text;
	int ret, i;

	memset(hier, 0, sizeof(*hier));
	hier->fd = -1;
	hier->lock = -1;
	hier->machine = machine_memory();
	if (root) {
		ret = try_open(hier, root);
		if (ret == -ENODATA)
			say("%s is no memory hierarchy: it has neither memory.limit_in_bytes nor memory.stat",
			    shown(root));
		else if (ret)
			say("%s: %s", shown(root), strerror(-ret));
		return ret;
	}
	text = read_all(MOUNTINFO, &length);
	if (!text) {
		ret = -errno;
		say("%s: %s", MOUNTINFO, strerror(errno));
		return ret;
	}
	/* A mount of some group is for want of a better one: as in a container. */
	for (i = 0; i < 4; i++) {
		search.v2 = i >= 2;
		search.whole = i % 2 == 0;
		mountinfo_parse(text, length, try_mount, &search);
	}
	free(text);
	if (search.done)
		return 0;
	say("no memory hierarchy is mounted: mount -t cgroup -o memory, or -t cgroup2; or name one with --root");
	return -ENOENT;
}

/**
 * hier_close - close a hierarchy
 * @hier: what hier_open() opened
 */
void hier_close(struct hier *hier)
{
	if (hier->fd >= 0)
		close(hier->fd);
	if (hier->lock >= 0)
		close(hier->lock);
	free(hier->where);
}

/**
 * path_check - may this be the path of a group?
 * @path: below the root of a hierarchy
 *
 * Return: 0, or -EINVAL if it is absolute or has a part that is empty, "." or
 * "..".
 */
int path_check(const char *path)
{
	while (1) {
		size_t length = strcspn(path, "/");

		if (!length || (length == 1 && *path == '.') ||
		    (length == 2 && !strncmp(path, "..", 2)))
			return -EINVAL;
		if (!path[length])
			return 0;
		path += length + 1;
	}
}

/* How much of a path is the one to a folder, without what is behind. */
static size_t length_of_prefix(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	return !strncmp(path, folder, n) && (!path[n] || path[n] == '/') ?
		n : 0;
}

/**
 * path_of_user - the group that somebody means
 * @hier: the hierarchy
 * @text: below the root, with or without a slash before; or the whole path of
 *	the folder
 *
 * Return: new memory: a path as of group_path(); or NULL after it was said what
 * is wrong.
 */
char *path_of_user(const struct hier *hier, const char *text)
{
	const char *from = text;
	char *where, *path;
	size_t n;

	/* Relative, it is below the root, also where a group is called like that. */
	if (*text == '/')
		from += length_of_prefix(text, hier->where);
	if (*text == '/' && from == text) {
		where = realpath(hier->where, NULL);
		from += where ? length_of_prefix(text, where) : 0;
		free(where);
	}
	from += strspn(from, "/");
	path = xstrdup(from);
	for (n = strlen(path); n && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	if (*path && strcmp(path, ".") && path_check(path)) {
		say("%s is no group of %s", shown(text), shown(hier->where));
		free(path);
		return NULL;
	}
	if (!strcmp(path, "."))
		*path = '\0';
	return path;
}
