#pragma once

#include <string>
#include <string_view>

#include "project/towns/municipality_statistics.h"

namespace musubi {

/// A file of SSDSE-A is about 1 MB.
inline constexpr std::size_t kMaxRegionsFile = 32U << 20U;

/// An edition of SSDSE-A as published: CSV in cp932, or in UTF-8. Fails: as StatisticsReader;
/// BadRequest also for a line that is not of the encoding or has a quote that is never closed.
Result<StatisticsEdition> read_regions(std::string_view bytes, const std::string& file);
/// The same of a file. Fails: Io, TooLarge as well.
Result<StatisticsEdition> read_regions_file(const std::string& file);

}  // namespace musubi
