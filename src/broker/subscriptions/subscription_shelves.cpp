#include "broker/subscriptions/subscription_shelves.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

constexpr std::size_t kMostKeys =
    1000;  // of one subscription; beyond, attributes are not told apart

// Types one of which an entity has, if the selection matches it; none where that can't be told.
std::vector<std::string> needed_types(const TypeSelection& selection) {
    if (selection.kind == TypeSelection::Kind::Type) return {selection.type};
    std::vector<std::string> out;
    for (const TypeSelection& child : selection.children) {
        const auto needed = needed_types(child);
        if (selection.kind == TypeSelection::Kind::And && !needed.empty()) return needed;
        if (needed.empty()) return {};
        out.insert(out.end(), needed.begin(), needed.end());
    }
    return out;
}

constexpr std::string_view kMeaning = ".[](){}*+?|^$\\";

bool is_plain(char c) { return kMeaning.find(c) == std::string_view::npos && (c & 0x80) == 0; }

// Alternatives, flags and quotations change what the rest means.
bool is_simple(std::string_view pattern) {
    return pattern.find('|') == std::string_view::npos &&
           pattern.find("(?") == std::string_view::npos &&
           pattern.find("\\Q") == std::string_view::npos;
}

// What a pattern asks of an id, as a part of a key: "<" and its beginning, ">" and its end; empty:
// nothing that can be told.
std::string part_of(const EntitySelector& selector) {
    if (!selector.id_pattern) return {};
    const std::string& pattern = selector.id_pattern->text();
    if (std::string beginning = beginning_of(pattern); !beginning.empty()) return "<" + beginning;
    if (std::string ending = ending_of(pattern); !ending.empty()) return ">" + ending;
    return {};
}

// The parts of a key of type: neither URIs nor names hold a line feed.
struct Key {
    std::string type;
    std::string attribute;  // empty: any
    std::string part;       // of the id; empty: any
    friend auto operator<=>(const Key&, const Key&) = default;
    [[nodiscard]] std::string text() const { return type + "\n" + attribute + "\n" + part; }
};

bool names_entities(const Subscription& s) {
    return !s.entities.empty() &&
           std::all_of(s.entities.begin(), s.entities.end(),
                       [](const EntitySelector& selector) { return !selector.id.empty(); });
}

// Empty where a selector asks for no type.
std::set<Key> keys_of(const Subscription& s) {
    std::set<Key> out;
    const bool few = s.watched.size() * s.entities.size() <= kMostKeys;
    const std::vector<std::string> any{std::string{}};
    for (const EntitySelector& selector : s.entities) {
        const auto types =
            selector.types ? needed_types(*selector.types) : std::vector<std::string>{};
        if (types.empty()) return {};
        const std::string part = part_of(selector);
        for (const std::string& type : types) {
            for (const std::string& attribute : few && !s.watched.empty() ? s.watched : any) {
                out.insert({type, attribute, part});
            }
        }
    }
    return out;
}

}  // namespace

std::string beginning_of(std::string_view pattern) {
    std::string out;
    if (!pattern.starts_with('^') || !is_simple(pattern)) return out;
    for (std::size_t i = 1; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '*' || c == '?' || c == '{') {  // the one before may be absent
            if (!out.empty()) out.pop_back();
            return out;
        }
        if (c == '\\' && i + 1 < pattern.size() && !is_plain(pattern[i + 1])) {
            out += pattern[++i];
        } else if (is_plain(c)) {
            out += c;
        } else {
            return out;
        }
    }
    return out;
}

std::string ending_of(std::string_view pattern) {
    std::string out;
    if (!pattern.ends_with('$') || pattern.ends_with("\\$") || !is_simple(pattern)) return out;
    pattern.remove_suffix(1);
    while (!pattern.empty()) {
        const bool escaped = pattern.size() > 1 && pattern[pattern.size() - 2] == '\\';
        const bool plain = is_plain(pattern.back());
        // "\\d" is a class, "\\." a dot; what has more of them before is left alone.
        const bool doubled = escaped && pattern.size() > 2 && pattern[pattern.size() - 3] == '\\';
        if (escaped == plain || doubled) break;
        out += pattern.back();
        pattern.remove_suffix(escaped ? 2 : 1);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

void SubscriptionShelves::note(const std::string& attribute, const std::string& part, bool there) {
    if (!attribute.empty()) by_attribute_ += there ? 1 : std::size_t(-1);
    if (part.empty()) return;
    Lengths& lengths = part.front() == '<' ? beginnings_ : endings_;
    std::size_t& lines = lengths[part.size() - 1];
    lines += there ? 1 : std::size_t(-1);
    if (lines == 0) lengths.erase(part.size() - 1);
}

void SubscriptionShelves::put(const SubscriptionPtr& subscription) {
    if (names_entities(*subscription)) {
        for (const EntitySelector& s : subscription->entities) {
            Line& line = lines_[s.id];
            if (line.empty() || line.back() != subscription) line.push_back(subscription);
        }
        return;
    }
    const auto keys = keys_of(*subscription);
    if (keys.empty()) others_.push_back(subscription);
    for (const Key& key : keys) {
        Line& line = lines_[key.text()];
        if (line.empty()) note(key.attribute, key.part, true);
        line.push_back(subscription);
    }
}

void SubscriptionShelves::drop(const SubscriptionPtr& subscription) {
    // True where the line is empty now.
    const auto leave = [&](const std::string& key) {
        const auto line = lines_.find(key);
        if (line == lines_.end()) return false;
        std::erase(line->second, subscription);
        if (!line->second.empty()) return false;
        lines_.erase(line);
        return true;
    };
    if (names_entities(*subscription)) {
        for (const EntitySelector& s : subscription->entities) leave(s.id);
        return;
    }
    const auto keys = keys_of(*subscription);
    if (keys.empty()) std::erase(others_, subscription);
    for (const Key& key : keys) {
        if (leave(key.text())) note(key.attribute, key.part, false);
    }
}

void SubscriptionShelves::look(const std::string& key, std::vector<SubscriptionPtr>& out) const {
    const auto line = lines_.find(key);
    if (line != lines_.end()) out.insert(out.end(), line->second.begin(), line->second.end());
}

void SubscriptionShelves::look_at_type(const EntityChange& change, const std::string& type,
                                       std::vector<SubscriptionPtr>& out) const {
    std::string key;
    const auto look_at = [&](std::string_view attribute) {
        key.assign(type).append("\n").append(attribute).append("\n");
        look(key, out);
        const std::size_t bare = key.size();
        for (const auto& [length, lines] : beginnings_) {
            if (length > change.id.size()) break;
            key.resize(bare);
            key.append("<").append(change.id, 0, length);
            look(key, out);
        }
        for (const auto& [length, lines] : endings_) {
            if (length > change.id.size()) break;
            key.resize(bare);
            key.append(">").append(change.id, change.id.size() - length);
            look(key, out);
        }
    };
    look_at({});
    if (by_attribute_ == 0) return;
    for (const AttributeChange& a : change.attributes) look_at(a.name);
}

std::vector<SubscriptionPtr> SubscriptionShelves::candidates(const EntityChange& change) const {
    std::vector<SubscriptionPtr> out;
    look(change.id, out);
    for (const std::string& type : change.types) look_at_type(change, type, out);
    // Only a subscription with one key on one shelf is surely there once.
    if (out.size() > 1) {
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
    }
    out.insert(out.end(), others_.begin(), others_.end());
    return out;
}

}  // namespace musubi
