// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "cache.h"
#include "group.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DISK	"/dev/ram0"
#define IMAGE	"/disk.img"
#define FILES	"/files"

/* Put the image that the host made into a RAM disk. */
void cache_mount(void)
{
	char page[PAGE];
	int disk, image;

	mkdir("/dev", 0755);
	mkdir(FILES, 0755);
	mknod(DISK, S_IFBLK | 0600, makedev(1, 0));
	image = open(IMAGE, O_RDONLY);
	disk = open(DISK, O_WRONLY);
	if (image < 0 || disk < 0)
		die("open", DISK);
	while (read(image, page, PAGE) == PAGE)
		if (write(disk, page, PAGE) != PAGE)
			die("write", DISK);
	close(image);
	close(disk);
	if (mount(DISK, FILES, "ext2", MS_NOATIME, NULL))
		die("mount", DISK);
}

int cache_open(const char *name, unsigned int pages)
{
	int fd;

	if (chdir(FILES))
		die("chdir", FILES);
	fd = open(name, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, pages * PAGE))
		die("open", name);
	return fd;
}

void cache_read(int fd, unsigned int first, unsigned int pages)
{
	static char page[PAGE];

	for (unsigned int i = first; i < first + pages; i++)
		if (pread(fd, page, PAGE, i * PAGE) != PAGE)
			die("read", "page cache");
}

unsigned int cache_resident(int fd, unsigned int pages)
{
	unsigned char *core = malloc(pages);
	unsigned int resident = 0;
	void *map = mmap(NULL, pages * PAGE, PROT_READ, MAP_SHARED, fd, 0);

	if (!core || map == MAP_FAILED || mincore(map, pages * PAGE, core))
		die("mincore", "page cache");
	for (unsigned int i = 0; i < pages; i++)
		resident += core[i] & 1;
	munmap(map, pages * PAGE);
	free(core);
	return resident;
}

char *anon_map(unsigned int pages)
{
	char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap", "anonymous memory");
	return memory;
}

void anon_touch(char *memory, unsigned int pages)
{
	for (unsigned int i = 0; i < pages; i++)
		*(volatile char *)(memory + i * PAGE) = 1;
}

void anon_drop(char *memory, unsigned int pages)
{
	if (madvise(memory, pages * PAGE, MADV_DONTNEED))
		die("madvise", "anonymous memory");
}

void anon_unmap(char *memory, unsigned int pages)
{
	if (munmap(memory, pages * PAGE))
		die("munmap", "anonymous memory");
}
