// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first program of a guest whose kernel has words of 32 bits: limits that
 * a word can not hold.  It needs no C library, so that the compiler of a 64-bit
 * system builds it as it is; numbers stay text, so that it divides none.
 */
#include <asm/errno.h>
#include <asm/unistd_32.h>

#define LIMIT(group)	"/cg/" group "memory.limit_in_bytes"
#define BORROW(group)	"/cg/" group "memory.borrow"
#define SECURITY(group)	"/cg/" group "memory.security"

/* 2^31 - 1 pages */
#define LIMIT_MAX	"8796093018112"

#define O_RDONLY	0
#define O_WRONLY	1

static int failures;

static int call(int number, const void *a, long b, long c, long d, long e)
{
	int ret;

	asm volatile("int $0x80"
		     : "=a" (ret)
		     : "0" (number), "b" (a), "c" (b), "d" (c), "S" (d), "D" (e)
		     : "memory");
	return ret;
}

static int call_fd(int number, int fd, const void *buf, long length)
{
	return call(number, (const void *)(long)fd, (long)buf, length, 0, 0);
}

static long length_of(const char *text)
{
	long length = 0;

	while (text[length])
		length++;
	return length;
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static void say(const char *text)
{
	call_fd(__NR_write, 1, text, length_of(text));
}

static void judge(int right, const char *what, const char *text,
		  const char *got)
{
	say(right ? "=== ok: " : "=== not ok: ");
	say(what);
	say(" ");
	say(text);
	if (!right) {
		failures++;
		say(", not ");
		say(got);
	}
	say("\n");
}

static int write_bytes(const char *file, const char *bytes, long length)
{
	int fd = call(__NR_open, file, O_WRONLY, 0, 0, 0);
	int ret;

	if (fd < 0)
		return fd;
	ret = call_fd(__NR_write, fd, bytes, length);
	call_fd(__NR_close, fd, 0, 0);
	return ret;
}

static void write_fails(const char *file, const char *bytes, long length,
			int error)
{
	judge(write_bytes(file, bytes, length) == -error, file, bytes,
	      "that error");
}

static void write_ok(const char *file, const char *text)
{
	judge(write_bytes(file, text, length_of(text)) == length_of(text),
	      file, text, "written");
}

static void reads(const char *file, const char *expected)
{
	char text[64] = "";
	int fd = call(__NR_open, file, O_RDONLY, 0, 0, 0);
	int length = call_fd(__NR_read, fd, text, sizeof(text) - 1);

	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	call_fd(__NR_close, fd, 0, 0);
	judge(same(text, expected), file, expected, text);
}

static void make(const char *group)
{
	judge(!call(__NR_mkdir, group, 0755, 0, 0, 0), group, "made", "made");
}

static void root_limit(void)
{
	reads(LIMIT(""), LIMIT_MAX);
	write_ok(LIMIT(""), "1e");
	reads(LIMIT(""), LIMIT_MAX);
	write_ok(LIMIT(""), "8T");
	reads(LIMIT(""), LIMIT_MAX);
	write_fails(LIMIT(""), "16E", 3, EINVAL);
	write_fails(LIMIT(""), "18446744073709551616", 20, EINVAL);
	write_ok(LIMIT(""), "7T");
	reads(LIMIT(""), "7696581394432");
}

static void tree(void)
{
	make("/cg/A");
	write_ok(LIMIT("A/"), "6G");
	reads(LIMIT("A/"), "6442450944");
	reads(BORROW("A/"), "6442450944");
	reads(SECURITY(""), "6442450944");

	make("/cg/A/B");
	make("/cg/A/C");
	write_ok(LIMIT("A/B/"), "4294967296");
	write_ok(LIMIT("A/C/"), "1G");
	reads(SECURITY("A/"), "5368709120");
	write_fails(LIMIT("A/C/"), "3G", 2, ENOSPC);
	write_fails(LIMIT("A/C/"), "8T", 2, ENOSPC);
	write_fails(LIMIT("A/C/"), "2M\0junk", 7, EINVAL);
	write_fails(LIMIT("A/"), "4G", 2, EBUSY);
	reads(LIMIT("A/C/"), "1073741824");
	write_ok(LIMIT("A/B/"), "0");
	reads(SECURITY("A/"), "1073741824");
	write_ok(LIMIT("A/C/"), "4295000064");
	reads(BORROW("A/C/"), "4295000064");
	reads(SECURITY("A/"), "4295000064");
}

__attribute__((noreturn, used)) static void run(void)
{
	/* The kernel has opened /dev/console. */
	judge(!call(__NR_mount, "none", (long)"/cg", (long)"cgroup", 0,
		    (long)"memory"), "/cg", "mounted", "mounted");
	root_limit();
	tree();
	say(failures ? "=== i386 failed\n" : "=== i386 passed\n");
	/* LINUX_REBOOT_MAGIC1, MAGIC2, CMD_RESTART */
	call(__NR_reboot, (const void *)0xfee1dead, 672274793, 0x1234567, 0, 0);
	for (;;)
		;
}

asm(".globl _start\n"
    "_start:\n"
    "	andl $-16, %esp\n"
    "	call run\n");
