#pragma once
#include <linux/falloc.h>
#include <sys/types.h>
#include <sys/uio.h>

/// The C library declares `fallocate` only for programs in GNU's dialect, which Swift does not speak.
int fallocate(int descriptor, int mode, off_t offset, off_t length);

/// Neither this, which writes past the page cache if it is asked to.
ssize_t pwritev2(int descriptor, const struct iovec *pieces, int count, off_t offset, int flags);
