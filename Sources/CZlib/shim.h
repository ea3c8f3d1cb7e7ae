#pragma once
#include <zlib.h>

/// `deflateInit2` is a macro over the stream's size and the header's version, which Swift does not import.
static inline int imagefactory_deflateInit2(z_streamp stream, int level, int windowBits, int memoryLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY);
}
