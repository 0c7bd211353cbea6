#include "store/belonging.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kBelongingFormat = 1;

void put_texts(ByteWriter& w, const std::vector<std::string>& texts) {
    w.number(texts.size());
    for (const std::string& text : texts) w.text(text);
}

std::vector<std::string> get_texts(ByteReader& r) {
    std::vector<std::string> texts;
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) texts.emplace_back(r.text());
    return texts;
}

// Of what is only known to be over, the end is all that is kept.
void keep_end(FormerBelonging& former) {
    former.was = {};
    former.gone = true;
}

}  // namespace

std::string encode_belonging(const std::vector<FormerBelonging>& all) {
    std::string out;
    ByteWriter w{out};
    w.byte(kBelongingFormat);
    w.number(all.size());
    for (const FormerBelonging& former : all) {
        put_texts(w, former.was.types);
        put_texts(w, former.was.scopes);
        w.number(former.end.sequence);
        w.number(former.end.ordinal);
        w.byte(former.gone ? 1 : 0);
    }
    return out;
}

Result<std::vector<FormerBelonging>> decode_belonging(std::string_view id, std::string_view bytes) {
    ByteReader r{bytes};
    if (r.byte() != kBelongingFormat) r.fail();
    std::vector<FormerBelonging> all;
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) {
        FormerBelonging former;
        former.was.types = get_texts(r);
        former.was.scopes = get_texts(r);
        former.end.sequence = r.number();
        former.end.ordinal = static_cast<std::uint32_t>(r.number());
        former.gone = r.byte() != 0;
        all.push_back(std::move(former));
    }
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "what is kept of what an entity was can not be read",
                     std::string(id)};
    }
    return all;
}

void add_belonging(std::vector<FormerBelonging>& all, FormerBelonging next) {
    const auto last_gone =
        std::find_if(all.rbegin(), all.rend(), [](const FormerBelonging& f) { return f.gone; });
    if (last_gone != all.rend()) {
        all.erase(all.begin(), std::prev(last_gone.base()));
        keep_end(all.front());
    }
    all.push_back(std::move(next));
    if (all.size() <= kMostBelongings) return;
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kMostBelongings / 2));
    keep_end(all.front());
}

}  // namespace musubi
