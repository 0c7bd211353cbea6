#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "history/bytes.h"

namespace musubi {

/// Appends a column of integers in few bytes. The numbers are taken relative to the first and
/// divided by what divides them all; then they, their first or their second differences,
/// whichever is narrowest, are packed as offsets from a frame of reference (Goldstein,
/// Ramakrishnan, Shaft 1998), a frame for the whole column or for each 64 or 128 numbers; the
/// few that would widen a frame stand beside it (patched frame of reference: Zukowski, Heman, Nes,
/// Boncz 2006). Any int64 is allowed; differences wrap.
void put_column(std::string& out, std::span<const std::int64_t> numbers);

/// Reads back `out.size()` numbers; how many there were is the caller's to know.
/// Fails by failing `in`; `out` is then of no meaning.
void get_column(ChunkReader& in, std::span<std::int64_t> out);

}  // namespace musubi
