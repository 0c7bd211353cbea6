#include "store/index/index_keeper.h"

#include <algorithm>

#include "store/index/each_entity.h"

namespace musubi {
namespace {

constexpr std::size_t kManyEntities = 10'000;  // to read all of them takes a tenth of a second
constexpr std::uint64_t kRoomForOthers = 256U << 20U;
constexpr int kShare = 20;  // at most so small a part of the time goes into it

}  // namespace

Result<void> IndexKeeper::fill(const std::vector<TenantId>& tenants) {
    is_filled_ = true;
    const auto from = read_index_image(parts_.kv, parts_.dictionary, parts_.log, tenants,
                                       {parts_.index, parts_.expiries});
    if (!from) {
        parts_.messages.warn("store", "the image of the index is of no use: it is made anew",
                             {field("why", to_text(from.error()))});
    } else if (*from) {
        imaged_ = **from;
        return {};
    }
    TRY(each_entity(parts_.kv, parts_.dictionary, [this](TenantId tenant, const Entity& entity) {
        parts_.index.add(tenant, entity);
        parts_.expiries.put(tenant, entity);
    }));
    is_missing_ = parts_.index.entities() >= kManyEntities;
    return {};
}

void IndexKeeper::keep() {
    if (parts_.clock.monotonic() < not_before_) return;
    if (is_missing_ || parts_.log.bytes_after(imaged_) >= every_bytes_) write();
}

void IndexKeeper::close() {
    if (is_filled_ && span_.from() != imaged_) write();
}

// The image must never be what fills the disk: the log needs it more.
bool IndexKeeper::has_room() const {
    const auto free = parts_.kv.free_bytes();
    return !free || *free > parts_.index.memory() + kRoomForOthers;
}

void IndexKeeper::write() {
    const Duration begun = parts_.clock.monotonic();
    const std::uint64_t from = span_.from();
    if (from == 0) return;
    const auto written =
        has_room()
            ? write_index_image(parts_.kv, parts_.index, parts_.expiries, from, span_.up_to)
            : Result<std::uint64_t>{Error{ErrorCode::Io, "there is too little room on the disk"}};
    const Duration now = parts_.clock.monotonic();
    not_before_ = now + Duration{(now - begun).us * kShare};
    if (!written) {
        not_before_ = std::max(not_before_, now + minutes(1));
        parts_.messages.warn("store",
                             "the image of the index could not be written: a start takes longer",
                             {field("why", to_text(written.error()))});
        return;
    }
    imaged_ = from;
    is_missing_ = false;
}

}  // namespace musubi
