#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "store/change_log.h"
#include "store/dictionary.h"
#include "store/expiry_index.h"
#include "store/index/entity_index.h"
#include "store/key_value.h"

namespace musubi {

// The image of what a start would otherwise read all entities for (docs/formats.md). It is written
// while the commits go on, and says which changes it may lack: whoever reads it reads the entities
// of those anew. It is never believed without proof: its blocks have checksums, and the log must
// still hold, byte for byte, the last change that it may have in it.

struct IndexParts {
    EntityIndex& index;
    ExpiryIndex& expiries;
};

/// Fills the parts, which are empty, as of the last change of `log`. Returns the last change that
/// the image may lack nothing of; nothing where there is no image, or none that fits `log`: then
/// they are empty. Fails: Corrupt (the image is damaged, or an entity), Io; then they are empty.
Result<std::optional<std::uint64_t>> read_index_image(const KeyValueStore& kv,
                                                      const Dictionary& dictionary,
                                                      const ChangeLog& log,
                                                      const std::vector<TenantId>& tenants,
                                                      IndexParts parts);

/// Writes the image. `from`: the parts have all changes up to this one. `up_to`: asked at the end,
/// says the last one that they may have in them; it must be in `kv`. Returns the bytes written, 0
/// where `kv` keeps no files. Fails: Io, Busy (another time); then the former image stays.
Result<std::uint64_t> write_index_image(KeyValueStore& kv, const EntityIndex& index,
                                        const ExpiryIndex& expiries, std::uint64_t from,
                                        const std::function<std::uint64_t()>& up_to);

/// What an image says of itself first. Fails: Corrupt, Unsupported (another release's or
/// machine's).
struct ImageHead {
    std::uint64_t from = 0;  ///< it has all changes up to this one
};
Result<ImageHead> read_image_head(ImageReader& in);

}  // namespace musubi
