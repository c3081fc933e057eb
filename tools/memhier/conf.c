// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read memhier.conf and its drop-ins. libinih takes lines apart; what is a
 * section is looked at here, since libinih has 49 bytes for its name and does
 * not tell of one without keys.
 */
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "hier.h"
#include "owner.h"

/**
 * vsay_at - tell what is wrong in a file
 * @place: where
 * @format: as for printf(), one line without its end
 * @args: what it prints
 */
void vsay_at(const struct place *place, const char *format, va_list args)
{
	char *text = xvprintf(format, args);

	say("%s:%d: %s", shown(place->file), place->line, text);
	free(text);
}

/**
 * conf_new - a configuration that declares nothing
 *
 * Return: the configuration.
 */
struct conf *conf_new(void)
{
	struct conf *conf = xalloc(sizeof(*conf));

	conf->end = &conf->first;
	return conf;
}

static void keep(void *section)
{
	(void)section;
}

/**
 * conf_free - forget a configuration
 * @conf: the configuration, or NULL
 */
void conf_free(struct conf *conf)
{
	struct section *section, *next;
	size_t i;

	if (!conf)
		return;
	tdestroy(conf->by_group, keep);
	for (section = conf->first; section; section = next) {
		next = section->next;
		free(section->group);
		free(section->owner);
		free(section);
	}
	for (i = 0; i < conf->nr_files; i++)
		free(conf->files[i]);
	free(conf->files);
	free(conf);
}

static int groups_differ(const void *a, const void *b)
{
	return strcmp(((const struct section *)a)->group,
		      ((const struct section *)b)->group);
}

/**
 * conf_find - what is declared of a group
 * @conf: the configuration
 * @group: its path
 *
 * Return: the section, or NULL.
 */
struct section *conf_find(const struct conf *conf, const char *group)
{
	struct section key = { .group = (char *)group }, **found;

	found = tfind(&key, &conf->by_group, groups_differ);
	return found ? *found : NULL;
}

/* One file that is read. */
struct reader {
	struct conf *conf;
	FILE *stream;
	const char *name;
	int line;
	char *text;		/* of getline() */
	size_t size;
	struct section *section;
	bool skip;		/* the section's name was no good */
};

static void complain(struct reader *reader, const char *format, ...)
	__printf(2, 3);

static void complain(struct reader *reader, const char *format, ...)
{
	struct place place = { reader->name, reader->line };
	va_list args;

	va_start(args, format);
	vsay_at(&place, format, args);
	va_end(args);
	reader->conf->errors++;
}

static const char *name_error(const char *name)
{
	if (!*name)
		return "a section needs the name of a group; the root is [/]";
	if (*name == '/')
		return "the name of a group begins below the root, without a slash";
	if (path_check(name))
		return "the name of a group has no empty part, no \".\" and no \"..\"";
	return NULL;
}

/*
 * The "]" that ends a section's name: the first with nothing but a comment
 * behind it. There may be one in the name, and in the comment.
 */
static char *name_end(char *name)
{
	char *end;

	for (end = strchr(name, ']'); end; end = strchr(end + 1, ']')) {
		const char *next = end + 1 + strspn(end + 1, " \t\r\n");

		if (!*next || *next == ';' || *next == '#')
			return end;
	}
	return NULL;
}

/**
 * conf_can_name - can a section have this name?
 * @path: of a group
 *
 * Return: true if so: neither a line nor a comment ends it.
 */
bool conf_can_name(const char *path)
{
	char *name = xprintf("%s]", path);
	bool can = !strpbrk(path, "\r\n") &&
		name_end(name) == name + strlen(path);

	free(name);
	return can;
}

/* A line that begins with "[". */
static void begin_section(struct reader *reader, char *name)
{
	struct section *section;
	const char *error;
	char *end = name_end(name);

	reader->section = NULL;
	reader->skip = true;
	if (!end) {
		complain(reader, strchr(name, ']') ?
			 "there is something behind the \"]\"" :
			 "a section's name ends with \"]\"");
		return;
	}
	*end = '\0';
	error = strcmp(name, "/") ? name_error(name) : NULL;
	if (error) {
		complain(reader, "[%s]: %s", shown(name), error);
		return;
	}
	if (!strcmp(name, "/"))
		name = "";
	section = conf_find(reader->conf, name);
	if (section && section->place.file == reader->name) {
		complain(reader, "[%s] was declared in line %d",
			 *name ? shown(name) : "/", section->place.line);
		return;
	}
	if (!section) {
		section = xalloc(sizeof(*section));
		section->group = xstrdup(name);
		section->uid = -1;
		section->gid = -1;
		if (!tsearch(section, &reader->conf->by_group, groups_differ))
			die("out of memory");
		*reader->conf->end = section;
		reader->conf->end = &section->next;
	}
	section->place = (struct place){ reader->name, reader->line };
	reader->section = section;
	reader->skip = false;
}

/*
 * For libinih: the next line. It gets a section's as "[.]", and nothing of a
 * line that is no good.
 */
static char *next_line(char *buffer, int size, void *data)
{
	struct reader *reader = data;
	ssize_t n = getline(&reader->text, &reader->size, reader->stream);
	const char *from = reader->text;
	bool bom;

	if (n < 0)
		return NULL;
	reader->line++;
	strcpy(buffer, "\n");
	if (memchr(from, '\0', n)) {
		complain(reader, "there is a NUL byte");
		return buffer;
	}
	bom = reader->line == 1 && !strncmp(from, "\xef\xbb\xbf", 3);
	from += bom ? 3 : 0;
	from += strspn(from, " \t\r\n\v\f");
	if (*from == '[') {
		begin_section(reader, reader->text + (from - reader->text) + 1);
		strcpy(buffer, "[.]\n");
	} else if (*from == '#' || *from == ';') {
		/* A comment is as long as it likes. */
	} else if (strlen(from) >= (size_t)size) {
		complain(reader, "the line is longer than %d bytes", size - 1);
	} else {
		/* Without what is before: an indented line is no continuation. */
		strcpy(buffer, from);
	}
	return buffer;
}

static int parse_percent(const char *text, u64 *number)
{
	u64 whole, part = 0, unit = 100;
	char *end;

	if (!(*text >= '0' && *text <= '9'))
		return -EINVAL;
	errno = 0;
	whole = strtoull(text, &end, 10);
	if (errno || whole > 1000000)
		return -ERANGE;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++) {
			part += unit * (*end - '0');
			unit /= 10;
		}
	end += strspn(end, " \t");
	if (strcmp(end, "%"))
		return -EINVAL;
	*number = whole * 1000 + part;
	return 0;
}

#define ALLOW(type)	(1U << (type))
#define ALLOW_SIZE	(ALLOW(AMOUNT_BYTES) | ALLOW(AMOUNT_PERCENT))

struct key {
	const char *name;
	void (*parse)(struct reader *reader, const struct key *key,
		      const char *text);
	unsigned int allowed;	/* types of an amount */
	size_t amount;		/* where in a section it is */
};

/* Another file may give a key again, and then that counts. */
static bool given_before(struct reader *reader, const struct key *key,
			 const struct place *place)
{
	if (place->file != reader->name)
		return false;
	complain(reader, "%s was given in line %d", key->name, place->line);
	return true;
}

static void parse_amount(struct reader *reader, const struct key *key,
			 const char *text)
{
	struct amount *amount = (void *)((char *)reader->section + key->amount);
	struct amount new = { .place = { reader->name, reader->line } };
	unsigned int allowed = key->allowed;
	int ret = 0;

	if (!strcmp(text, "rest")) {
		new.type = AMOUNT_REST;
	} else if (!strcmp(text, "max")) {
		new.type = AMOUNT_MAX;
		new.number = UNLIMITED;
	} else if (strchr(text, '%')) {
		new.type = AMOUNT_PERCENT;
		ret = parse_percent(text, &new.number);
	} else {
		new.type = AMOUNT_BYTES;
		ret = size_parse(text, &new.number);
	}
	if (ret == -ERANGE) {
		complain(reader, "%s = %s: that is too large", key->name, shown(text));
		return;
	}
	if (ret || !(allowed & ALLOW(new.type))) {
		complain(reader, "%s = %s: not a size such as 512M%s%s%s", key->name,
			 shown(text),
			 allowed & ALLOW(AMOUNT_PERCENT) ? ", 25 %" : "",
			 allowed & ALLOW(AMOUNT_REST) ? ", rest" : "",
			 allowed & ALLOW(AMOUNT_MAX) ? ", max" : "");
		return;
	}
	if (new.type == AMOUNT_PERCENT && new.number > 100000) {
		complain(reader, "%s = %s: that is more than there is", key->name,
			 shown(text));
		return;
	}
	if (!given_before(reader, key, &amount->place))
		*amount = new;
}

static void parse_hardwall(struct reader *reader, const struct key *key,
			   const char *text)
{
	bool *value = &reader->section->hardwall;

	if (given_before(reader, key, &reader->section->hardwall_place))
		return;
	reader->section->hardwall_place =
		(struct place){ reader->name, reader->line };
	if (!strcmp(text, "yes") || !strcmp(text, "true") ||
	    !strcmp(text, "on") || !strcmp(text, "1"))
		*value = true;
	else if (!strcmp(text, "no") || !strcmp(text, "false") ||
		 !strcmp(text, "off") || !strcmp(text, "0"))
		*value = false;
	else
		complain(reader, "%s = %s: neither yes nor no", key->name,
			 shown(text));
}

static void parse_owner(struct reader *reader, const struct key *key,
			const char *text)
{
	struct section *section = reader->section;
	char *user, *group;

	if (given_before(reader, key, &section->owner_place))
		return;
	user = xstrdup(text);
	group = strchr(user, ':');
	if (group)
		*group++ = '\0';
	section->uid = -1;
	section->gid = -1;
	if (*user && !owner_user(user, &section->uid))
		complain(reader, "%s = %s: there is no user %s", key->name,
			 shown(text), shown(user));
	if (group && !owner_group(group, &section->gid))
		complain(reader, "%s = %s: there is no group %s of users",
			 key->name, shown(text), shown(group));
	free(user);
	free(section->owner);
	section->owner = xstrdup(text);
	section->owner_place = (struct place){ reader->name, reader->line };
}

static void parse_weight(struct reader *reader, const struct key *key,
			 const char *text)
{
	struct amount *weight = &reader->section->weight;
	char *end;

	if (given_before(reader, key, &weight->place))
		return;
	weight->type = AMOUNT_BYTES;
	weight->place = (struct place){ reader->name, reader->line };
	weight->number = strtoull(text, &end, 10);
	if (end == text || *end || *text == '-' || weight->number < 1 ||
	    weight->number > 10000)
		complain(reader, "%s = %s: not a number from 1 to 10000",
			 key->name, shown(text));
}

#define AMOUNT_KEY(name, member, allowed) \
	{ name, parse_amount, allowed, offsetof(struct section, member) }

static const struct key keys[] = {
	AMOUNT_KEY("limit", limit,
		   ALLOW_SIZE | ALLOW(AMOUNT_REST) | ALLOW(AMOUNT_MAX)),
	AMOUNT_KEY("reserve", reserve, ALLOW_SIZE | ALLOW(AMOUNT_REST)),
	AMOUNT_KEY("at least", at_least, ALLOW(AMOUNT_BYTES)),
	AMOUNT_KEY("keep", keep, ALLOW(AMOUNT_BYTES)),
	AMOUNT_KEY("min", min, ALLOW(AMOUNT_BYTES)),
	AMOUNT_KEY("max", max, ALLOW(AMOUNT_BYTES)),
	{ .name = "weight", .parse = parse_weight },
	{ .name = "owner", .parse = parse_owner },
	{ .name = "hardwall", .parse = parse_hardwall },
};

/**
 * conf_bounds_fit - is a section's min no more than its max?
 * @section: the section
 *
 * Return: true if so; false after it was said that it is.
 */
bool conf_bounds_fit(const struct section *section)
{
	const struct place *place = &section->min.place;

	if (!section->min.type || !section->max.type ||
	    section->min.number <= section->max.number)
		return true;
	say("%s:%d: [%s]: min is more than max = %s of %s:%d",
	    shown(place->file), place->line, shown(section->group),
	    EXACT(section->max.number), shown(section->max.place.file),
	    section->max.place.line);
	return false;
}

/* How many letters two words differ in, so that a typo can be told. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[32], i, j, n = strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; *a; a++, i++) {
		unsigned int corner = row[0];

		row[0] = i;
		for (j = 1; j <= n; j++) {
			unsigned int up = row[j];

			row[j] = min(min(row[j] + 1, row[j - 1] + 1),
				     corner + (*a != b[j - 1]));
			corner = up;
		}
	}
	return row[n];
}

static void unknown_key(struct reader *reader, const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (distance(key, keys[i].name) <= 2) {
			complain(reader, "there is no key \"%s\"; \"%s\"?",
				 shown(key), keys[i].name);
			return;
		}
	complain(reader, "there is no key \"%s\"", shown(key));
}

/* For libinih: a key with its value. 1: go on. */
static int take_key(void *data, const char *dot, const char *key,
		    const char *text)
{
	struct reader *reader = data;
	size_t i;

	(void)dot;
	if (!reader->section) {
		if (!reader->skip)
			complain(reader, "%s: before it, a section names a group",
				 shown(key));
		return 1;
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i].name)) {
			keys[i].parse(reader, &keys[i], text);
			return 1;
		}
	unknown_key(reader, key);
	return 1;
}

/**
 * conf_read_stream - read one file
 * @conf: what to add to; counts the errors
 * @stream: the file, open
 * @name: what it is called in messages
 */
void conf_read_stream(struct conf *conf, FILE *stream, const char *name)
{
	struct reader reader = { .conf = conf, .stream = stream };
	int line;

	conf->files = xrealloc(conf->files,
			       (conf->nr_files + 1) * sizeof(*conf->files));
	conf->files[conf->nr_files++] = xstrdup(name);
	reader.name = conf->files[conf->nr_files - 1];
	line = ini_parse_stream(next_line, &reader, take_key, &reader);
	if (line > 0) {
		reader.line = line;
		complain(&reader, "neither \"key = value\" nor a [section]");
	}
	if (ferror(stream)) {
		say("%s: %s", shown(name), strerror(errno));
		conf->errors++;
	} else if (stream == stdin && !reader.line) {
		/* Who was to write it has failed. */
		say("%s is empty", shown(name));
		conf->errors++;
	}
	free(reader.text);
}

/**
 * conf_open - open what an argument names
 * @path: a file; "-" is standard input
 * @name: gets what it is called in messages
 *
 * Return: the file, or NULL after it was said what is wrong.
 */
FILE *conf_open(const char *path, const char **name)
{
	FILE *stream;
	struct stat st;
	int error = 0;

	*name = path;
	if (!strcmp(path, "-")) {
		*name = "standard input";
		return stdin;
	}
	stream = fopen(path, "re");
	if (!stream || fstat(fileno(stream), &st))
		error = errno;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	if (!error)
		return stream;
	say("%s: %s", shown(path), strerror(error));
	if (stream)
		fclose(stream);
	return NULL;
}

static int read_file(struct conf *conf, const char *path)
{
	const char *name;
	FILE *stream = conf_open(path, &name);

	if (!stream)
		return -EINVAL;
	conf_read_stream(conf, stream, name);
	fclose(stream);
	return 0;
}

static int is_conf(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return *entry->d_name != '.' && n > 5 &&
	       !strcmp(entry->d_name + n - 5, ".conf");
}

/* Not by the locale: at boot that is another one than in a shell. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_folder(struct conf *conf, const char *folder)
{
	struct dirent **entries;
	int ret = 0, i, n;

	n = scandir(folder, &entries, is_conf, by_bytes);
	if (n < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		ret = -errno;
		say("%s: %s", shown(folder), strerror(errno));
		return ret;
	}
	for (i = 0; i < n; i++) {
		char *file = xprintf("%s/%s", folder, entries[i]->d_name);

		if (!ret)
			ret = read_file(conf, file);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

/**
 * conf_read_open - read a file, and what is in its folder of drop-ins
 * @conf: what to add to
 * @stream: the file, from conf_open()
 * @name: its name; drop-ins are name.d/NAME.conf, in the order of their names,
 *	and a key of a later one counts. Standard input has none.
 *
 * Return: 0, or a negative errno after it was said what is wrong.
 */
int conf_read_open(struct conf *conf, FILE *stream, const char *name)
{
	int ret = 0;

	conf_read_stream(conf, stream, name);
	if (stream != stdin) {
		char *folder = xprintf("%s.d", name);

		ret = read_folder(conf, folder);
		free(folder);
	}
	return !ret && conf->errors ? -EINVAL : ret;
}

/**
 * conf_read - the same of a file that is not open
 * @conf: what to add to
 * @path: as of conf_open()
 *
 * Return: 0, or a negative errno after it was said what is wrong.
 */
int conf_read(struct conf *conf, const char *path)
{
	const char *name;
	FILE *stream = conf_open(path, &name);
	int ret = -EINVAL;

	if (stream) {
		ret = conf_read_open(conf, stream, name);
		fclose(stream);
	}
	return ret;
}
