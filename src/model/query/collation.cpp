#include <unicode/coll.h>
#include <unicode/locid.h>

#include <array>

#include "model/order.h"

namespace musubi {

struct Collation::Rules {
    std::unique_ptr<const icu::Collator> collator;  // not changed after it was made: read by many
};

Result<Collation> Collation::parse(std::string_view tag) {
    constexpr std::size_t kMaxBytes = 100;
    const Error unknown{ErrorCode::BadRequest,
                        "a language tag such as ja, und or de-u-co-phonebk belongs here (BCP 47)",
                        "collation"};
    if (tag.empty() || tag.size() > kMaxBytes) return unknown;
    UErrorCode status = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(
        icu::StringPiece{tag.data(), static_cast<std::int32_t>(tag.size())}, status);
    if (U_FAILURE(status) != 0 || locale.isBogus() != 0) return unknown;
    auto rules = std::make_shared<Rules>();
    std::unique_ptr<icu::Collator> collator{icu::Collator::createInstance(locale, status)};
    if (U_FAILURE(status) != 0 || !collator) return unknown;
    rules->collator = std::move(collator);
    return Collation{std::move(rules)};
}

std::string Collation::key_of(std::string_view text) const {
    const auto words = icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
    std::array<std::uint8_t, 512> few{};
    const std::int32_t size =
        rules_->collator->getSortKey(words, few.data(), static_cast<std::int32_t>(few.size()));
    std::string key;
    if (size <= static_cast<std::int32_t>(few.size())) {
        key.assign(few.begin(), few.begin() + size);
    } else {
        key.resize(static_cast<std::size_t>(size));
        rules_->collator->getSortKey(words, reinterpret_cast<std::uint8_t*>(key.data()),
                                     size);  // NOLINT: bytes are bytes
    }
    return key;
}

}  // namespace musubi
