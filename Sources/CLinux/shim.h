#pragma once
#include <linux/falloc.h>
#include <sys/types.h>

/// The C library declares `fallocate` only for programs in GNU's dialect, which Swift does not speak.
int fallocate(int descriptor, int mode, off_t offset, off_t length);
