#include "store/dictionary.h"

#include <atomic>

#include "base/bytes.h"

namespace musubi {
namespace {

std::string name_key(std::uint32_t number) {
    std::string key = "name/";
    append_be32(key, number);
    return key;
}

}  // namespace

std::uint64_t Dictionary::next_book() {
    static std::atomic<std::uint64_t> next{1};
    return next++;
}

Result<void> Dictionary::load(const KeyValueStore& store) {
    const auto cursor = store.scan(Space::Meta, "name/", "name0");
    return tables_.with([&](Tables& t) -> Result<void> {
        for (; cursor->valid(); cursor->next()) {
            if (cursor->key().size() != 9 || read_be32(cursor->key().substr(5)) != t.texts.size()) {
                return Error{ErrorCode::Corrupt, "the dictionary has a gap"};
            }
            const auto number = static_cast<std::uint32_t>(t.texts.size());
            const std::string& text =
                t.texts.emplace_back(std::string{cursor->value()}, Name::Entry{book_, number})
                    .text();
            t.numbers.emplace(text, number);
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

std::optional<std::uint32_t> Dictionary::find_name(const Name& name) const {
    if (const std::uint32_t number = name.number_in(book_); number != 0) return number;
    return find(std::string_view{name});
}

Name Dictionary::name(std::uint32_t number) const {
    return tables_.read(
        [&](const Tables& t) { return number < t.texts.size() ? t.texts[number] : Name{}; });
}

Name Dictionary::known(const Name& name) const {
    if (name.number_in(book_) != 0) return name;
    return tables_.read([&](const Tables& t) {
        const auto found = t.numbers.find(name.text());
        return found == t.numbers.end() ? name : t.texts[found->second];
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
        const auto number = static_cast<std::uint32_t>(t.texts.size());
        const std::string& kept =
            t.texts.emplace_back(std::string{text}, Name::Entry{book_, number}).text();
        t.numbers.emplace(kept, number);
        t.bytes += kept.size();
        return number;
    });
}

Result<std::uint32_t> Dictionary::intern_name(const Name& name) {
    if (const std::uint32_t number = name.number_in(book_); number != 0) return number;
    return intern(std::string_view{name});
}

void Dictionary::stage(Batch& batch) {
    tables_.read([&](const Tables& t) {
        staged_ = t.texts.size();
        for (std::size_t i = committed_; i < t.texts.size(); ++i) {
            batch.put(Space::Meta, name_key(static_cast<std::uint32_t>(i)), t.texts[i]);
        }
    });
}

void Dictionary::roll_back() {
    staged_ = committed_;
    tables_.with([&](Tables& t) {
        while (t.texts.size() > committed_) {
            t.numbers.erase(t.texts.back());
            t.texts.back().strike();  // its number will be another's
            t.bytes -= t.texts.back().size();
            t.texts.pop_back();
        }
    });
}

std::size_t Dictionary::size() const {
    return tables_.read([](const Tables& t) { return t.texts.size(); });
}

}  // namespace musubi
