#pragma once

#include <functional>
#include <vector>

#include "base/log.h"
#include "store/key_value.h"

namespace musubi {

/// The format of the data folder that this program writes. docs/formats.md tells what each is.
inline constexpr std::uint32_t kFolderFormat = 1;

/// Brings a folder from format `from` to `from + 1`. Must be repeatable: a crash in the middle
/// starts it anew.
struct Conversion {
    std::uint32_t from = 0;
    /// Says how far it is by calling `progress` with a part between 0 and 1.
    std::function<Result<void>(KeyValueStore& kv, const std::function<void(double)>& progress)> run;
};

/// The conversions that this program knows, in order.
[[nodiscard]] const std::vector<Conversion>& known_conversions();

/// Marks an empty store with `target`; converts one of a former format step by step, with progress
/// in the log. Fails: Unsupported (a later format, or one that is too old), Corrupt, Io.
Result<void> prepare_format(KeyValueStore& kv, std::uint32_t target,
                            const std::vector<Conversion>& conversions, Log& log);

}  // namespace musubi
