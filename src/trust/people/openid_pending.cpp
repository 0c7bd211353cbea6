#include "trust/people/openid_pending.h"

#include <algorithm>

#include "trust/encoding.h"
#include "trust/secret.h"

namespace musubi {

Result<OpenIdPendings::Begun> OpenIdPendings::begin(OpenIdPending pending, Random& random) {
    Begun out;
    out.state = long_token(random);
    out.browser = long_token(random);
    pending.nonce = long_token(random);
    pending.verifier = long_token(random);
    out.pending = pending;
    const Duration now = clock_.monotonic();
    Entry entry{std::move(pending), sha256({out.browser}), now + kLasts};
    const bool room = table_.with([&](Table& table) {
        std::erase_if(table, [&](const auto& item) { return item.second.until <= now; });
        const auto same = [&](const auto& item) {
            return item.second.pending.address == entry.pending.address;
        };
        if (table.size() >= kMax) return false;
        if (std::count_if(table.begin(), table.end(), same) >= std::ptrdiff_t{kMaxOfAddress}) {
            return false;
        }
        return table.emplace(out.state, std::move(entry)).second;
    });
    if (room) return out;
    return Error{ErrorCode::Busy, "many sign-ins have begun and not ended; try again later"};
}

std::optional<OpenIdPending> OpenIdPendings::take(std::string_view state,
                                                  std::string_view browser) {
    const Duration now = clock_.monotonic();
    const std::string digest = sha256({browser});
    return table_.with([&](Table& table) -> std::optional<OpenIdPending> {
        const auto node = table.extract(std::string(state));
        if (!node || node.mapped().until <= now) return std::nullopt;
        if (!same_secret(node.mapped().browser, digest)) return std::nullopt;
        return std::move(node.mapped().pending);
    });
}

std::size_t OpenIdPendings::size() const {
    return table_.with([](const Table& table) { return table.size(); });
}

}  // namespace musubi
