#include "store/dictionary.h"

#include "base/bytes.h"

namespace musubi {
namespace {

std::string key_of(std::uint32_t number) {
    std::string key = "name/";
    append_be32(key, number);
    return key;
}

}  // namespace

Result<void> Dictionary::load(const KeyValueStore& store) {
    const auto cursor = store.scan(Space::Meta, "name/", "name0");
    return tables_.with([&](Tables& t) -> Result<void> {
        for (; cursor->valid(); cursor->next()) {
            if (cursor->key().size() != 9 || read_be32(cursor->key().substr(5)) != t.texts.size()) {
                return Error{ErrorCode::Corrupt, "the dictionary has a gap"};
            }
            const std::string& text = t.texts.emplace_back(cursor->value());
            t.numbers.emplace(text, static_cast<std::uint32_t>(t.texts.size() - 1));
            t.bytes += text.size();
        }
        committed_ = staged_ = t.texts.size();
        return cursor->status();
    });
}

std::optional<std::uint32_t> Dictionary::find(std::string_view text) const {
    if (text.empty()) return 0;
    return tables_.read([&](const Tables& t) -> std::optional<std::uint32_t> {
        const auto found = t.numbers.find(text);
        if (found == t.numbers.end()) return std::nullopt;
        return found->second;
    });
}

std::string_view Dictionary::text(std::uint32_t number) const {
    return tables_.read([&](const Tables& t) -> std::string_view {
        if (number >= t.texts.size()) return {};
        return t.texts[number];
    });
}

Result<std::uint32_t> Dictionary::intern(std::string_view text) {
    if (const auto present = find(text)) return *present;
    return tables_.with([&](Tables& t) -> Result<std::uint32_t> {
        if (t.texts.size() >= kMaxEntries || t.bytes + text.size() > kMaxBytes) {
            return Error{ErrorCode::TooLarge,
                         "there are too many different names of attributes, types and datasets; "
                         "use fewer names, and put what varies into values"};
        }
        const std::string& kept = t.texts.emplace_back(text);
        const auto number = static_cast<std::uint32_t>(t.texts.size() - 1);
        t.numbers.emplace(kept, number);
        t.bytes += kept.size();
        return number;
    });
}

void Dictionary::stage(Batch& batch) {
    tables_.read([&](const Tables& t) {
        staged_ = t.texts.size();
        for (std::size_t i = committed_; i < t.texts.size(); ++i) {
            batch.put(Space::Meta, key_of(static_cast<std::uint32_t>(i)), t.texts[i]);
        }
    });
}

void Dictionary::roll_back() {
    staged_ = committed_;
    tables_.with([&](Tables& t) {
        while (t.texts.size() > committed_) {
            t.numbers.erase(t.texts.back());
            t.bytes -= t.texts.back().size();
            t.texts.pop_back();
        }
    });
}

std::size_t Dictionary::size() const {
    return tables_.read([](const Tables& t) { return t.texts.size(); });
}

}  // namespace musubi
