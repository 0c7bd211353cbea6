#include "broker/deliveries/dead_letters.h"

#include <map>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kLetterFormat = 1;
constexpr std::string_view kCountKind = "dead-letter-count";

std::string name_of(DeliveryId id) { return delivery_name(0, id).substr(8); }

std::size_t decode_count(const std::optional<std::string>& value) {
    return value && value->size() == 8 ? read_be64(*value) : 0;
}

std::string encode_count(std::size_t count) {
    std::string value;
    append_be64(value, count);
    return value;
}

Error missing(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such dead letter; it may have been sent again",
            std::string(id)};
}

// Takes one out. Fails: BadRequest, NotFound.
Result<DeadLetter> take(Transaction& tx, std::string_view id) {
    const std::string name = name_of(TRY(parse_delivery_id(id)));
    const auto value = TRY(tx.record(kDeadLetterKind, name));
    if (!value) return missing(id);
    DeadLetter letter = TRY(decode_dead_letter(*value));
    if (letter.delivery.id != id) return missing(id);
    const std::size_t count = decode_count(TRY(tx.record(kCountKind, "")));
    tx.erase_record(kDeadLetterKind, name);
    tx.put_record(kCountKind, "", encode_count(count > 0 ? count - 1 : 0));
    return letter;
}

}  // namespace

std::string encode(const DeadLetter& letter) {
    std::string out;
    ByteWriter w{out};
    w.byte(kLetterFormat);
    w.text(encode(letter.delivery));
    w.number(letter.attempts);
    w.text(letter.reason);
    w.signed_number(letter.died_at.us);
    return out;
}

Result<DeadLetter> decode_dead_letter(std::string_view bytes) {
    ByteReader r{bytes};
    DeadLetter out;
    if (r.byte() != kLetterFormat) r.fail();
    out.delivery = TRY(decode_delivery(r.text()));
    out.attempts = static_cast<unsigned>(r.number());
    out.reason = r.text();
    out.died_at = Time{r.signed_number()};
    if (r.failed()) return Error{ErrorCode::Corrupt, "a dead letter is malformed"};
    return out;
}

Result<std::size_t> count_dead_letters(const Store& store, TenantId tenant) {
    return decode_count(TRY(store.record(tenant, kCountKind, "")));
}

Result<std::vector<DeadLetter>> list_dead_letters(const Store& store, TenantId tenant,
                                                  std::size_t offset, std::size_t limit) {
    std::vector<DeadLetter> out;
    const auto records =
        TRY(store.records(tenant, kDeadLetterKind, {}, std::min(offset, kMaxDeadLetters) + limit));
    for (std::size_t i = offset; i < records.size(); ++i) {
        out.push_back(TRY(decode_dead_letter(records[i].second)));
    }
    return out;
}

Result<std::size_t> keep_dead_letters(Transaction& tx, const Store& store,
                                      const std::vector<NewDeadLetter>& letters) {
    std::map<TenantId, std::size_t> counts;
    for (const NewDeadLetter& item : letters) {
        if (counts.contains(item.tenant)) continue;
        counts[item.tenant] = decode_count(TRY(tx.record_of(item.tenant, kCountKind, "")));
    }
    for (const NewDeadLetter& item : letters) {
        tx.put_record_of(item.tenant, kDeadLetterKind, name_of(item.id), encode(item.letter));
        ++counts[item.tenant];
    }
    std::size_t dropped = 0;
    for (auto& [tenant, count] : counts) {
        if (count > kMaxDeadLetters) {
            const auto oldest =
                TRY(store.records(tenant, kDeadLetterKind, {}, count - kMaxDeadLetters));
            for (const auto& [name, value] : oldest) {
                tx.put_record_of(tenant, kDeadLetterKind, name, std::nullopt);
            }
            dropped += oldest.size();
            count -= oldest.size();
        }
        tx.put_record_of(tenant, kCountKind, "", encode_count(count));
    }
    return dropped;
}

Result<void> resend_dead_letter(Transaction& tx, const SubscriptionTable& subscriptions,
                                std::string_view id) {
    DeadLetter letter = TRY(take(tx, id));
    const SubscriptionPtr subscription =
        subscriptions.find(tx.tenant(), letter.delivery.subscription);
    if (!subscription || subscription->created_at != letter.delivery.made_at) {
        return Error{ErrorCode::Conflict,
                     "its subscription was deleted: nobody is to have it; delete the dead letter",
                     letter.delivery.subscription};
    }
    letter.delivery.due_at = tx.now();
    tx.put_record(kDeliveryKind,
                  delivery_name(channel_of(subscription->notification.endpoint.uri),
                                TRY(parse_delivery_id(id))),
                  encode(letter.delivery));
    return {};
}

Result<void> remove_dead_letter(Transaction& tx, std::string_view id) {
    TRY(take(tx, id));
    return {};
}

}  // namespace musubi
