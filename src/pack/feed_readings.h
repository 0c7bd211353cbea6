#pragma once

#include <string>

#include "model/context.h"
#include "pack/backtest.h"
#include "pack/pack.h"

namespace musubi {

/// The readings of a feed's CSV files in the order in which they were published: source by source,
/// file by file in order of names, row by row, read as the feed reads them. Rows that can not be
/// read are passed over. Fails (when it is run): Unsupported for a source that is no CSV file or
/// folder; Io; BadRequest as RowMapper::compile.
[[nodiscard]] ReadingSource readings_of(FeedConfig feed, ContextPtr context);

/// A loader of the contexts that a pack brings, the core context among them.
[[nodiscard]] ContextLoader contexts_of(const Pack& pack);

/// The back-test of a pack over a folder of its published data (`musubi backtest`).
/// Fails: as load_rules, choose_feed, readings_of, run_backtest.
Result<std::unique_ptr<const BacktestResult>> backtest_pack(const Pack& pack,
                                                            const std::string& folder);

}  // namespace musubi
