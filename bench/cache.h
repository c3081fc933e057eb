/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory to use: page cache that can be reclaimed, and anonymous pages. */
#ifndef BENCH_CACHE_H
#define BENCH_CACHE_H

/* Mount the file system that the files are on. */
void cache_mount(void);
/* A file of so many pages, all holes: what is read is cached, then clean. */
int cache_open(const char *name, unsigned int pages);
void cache_read(int fd, unsigned int first, unsigned int pages);
/* How many of its pages are in the page cache? */
unsigned int cache_resident(int fd, unsigned int pages);

char *anon_map(unsigned int pages);
void anon_touch(char *memory, unsigned int pages);
/* Free the pages and keep the mapping. */
void anon_drop(char *memory, unsigned int pages);
void anon_unmap(char *memory, unsigned int pages);

#endif /* BENCH_CACHE_H */
