#include "store/format.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::string_view kFormatKey = "format";

Result<void> mark(KeyValueStore& kv, std::uint32_t format) {
    Batch batch;
    std::string value;
    append_be32(value, format);
    batch.put(Space::Meta, std::string(kFormatKey), std::move(value));
    return kv.write(batch, Durability::Synced);
}

}  // namespace

const std::vector<Conversion>& known_conversions() {
    static const std::vector<Conversion> kConversions;  // format 1 is the first
    return kConversions;
}

Result<void> prepare_format(KeyValueStore& kv, std::uint32_t target,
                            const std::vector<Conversion>& conversions, Log& log) {
    const auto stored = TRY(kv.get(Space::Meta, kFormatKey));
    if (!stored) {
        for (std::size_t space = 0; space < kSpaces; ++space) {
            if (!kv.scan(static_cast<Space>(space), {}, {})->valid()) continue;
            return Error{ErrorCode::Corrupt,
                         "the data folder has no format mark; restore a backup"};
        }
        return mark(kv, target);
    }
    if (stored->size() != 4) return Error{ErrorCode::Corrupt, "the format mark is malformed"};
    std::uint32_t format = read_be32(*stored);
    if (format > target) {
        return Error{ErrorCode::Unsupported,
                     "the data folder was written by a later release (format " +
                         std::to_string(format) + ", this one knows " + std::to_string(target) +
                         "); install that release"};
    }
    for (; format < target; ++format) {
        const auto step = std::find_if(conversions.begin(), conversions.end(),
                                       [&](const Conversion& c) { return c.from == format; });
        if (step == conversions.end()) {
            return Error{ErrorCode::Unsupported,
                         "the data folder's format " + std::to_string(format) +
                             " is too old; convert it with the release before this one first"};
        }
        log.info("store", "converting the data folder", {field("from", format)});
        TRY(step->run(kv, [&](double part) {
            log.info("store", "converting", {field("from", format), field("percent", part * 100)});
        }));
        TRY(mark(kv, format + 1));
    }
    return {};
}

}  // namespace musubi
