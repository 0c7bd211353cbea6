#include "project/loop/loop_document.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "project/loop/loop_rules.h"
#include "project/loop/loop_text.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxSlug = 64;
constexpr std::size_t kHashDigits = 64;

bool is_hash(std::string_view text) {
    return text.size() == kHashDigits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string pointer_part(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

bool is_one_of(const LoopMember& member, std::string_view word) {
    const auto words = allowed_words(member);
    return std::find(words.begin(), words.end(), word) != words.end();
}

// What a value has to be.
class ValueCheck {
public:
    ValueCheck(const LoopMember& member, std::string place)
        : member_{member}, place_{std::move(place)} {}

    Result<void> check(const Json& value) const {
        switch (member_.value) {
            case LoopValue::Line: return line(value, place_);
            case LoopValue::Name: return name(value);
            case LoopValue::Text: return text(value);
            case LoopValue::Choice: return choice(value, place_);
            case LoopValue::Whole: return whole(value);
            case LoopValue::Number: return number(value);
            case LoopValue::Day: return day(value);
            case LoopValue::Hash: return hash(value);
            case LoopValue::Reference: return reference(value, place_);
            case LoopValue::Choices:
            case LoopValue::References:
            case LoopValue::Lines:
            case LoopValue::List: return list(value);
        }
        return {};
    }

private:
    [[nodiscard]] Error wrong(std::string_view ja, std::string_view en) const {
        return loop_fault(place_, "「" + std::string{member_.ja} + "」は" + std::string{ja},
                          "'" + std::string{member_.en} + "' " + std::string{en});
    }

    Result<void> line(const Json& value, const std::string& place) const {
        const bool fits = value.is_string() && !is_blank(value.string()) &&
                          count_characters(value.string()) <= kMaxLoopLine &&
                          is_plain_line(value.string());
        if (fits) return {};
        return loop_fault(
            place,
            "「" + std::string{member_.ja} +
                "」は 200 字までの一行の文字です"
                "（制御文字や、文字の向きを変える記号は入れられません）",
            "'" + std::string{member_.en} +
                "' is a text on one line, up to 200 characters, not blank, without control "
                "characters and marks that turn the direction of writing");
    }

    // A name that is real, as far as signs can tell.
    Result<void> name(const Json& value) const {
        TRY(line(value, place_));
        if (is_name(value.string())) return {};
        return wrong("名前です。文字を入れてください", "is a name: it has letters");
    }

    Result<void> text(const Json& value) const {
        const bool fits = value.is_string() && !is_blank(value.string()) &&
                          count_characters(value.string()) <= kMaxLoopText;
        if (fits) return {};
        return wrong("4,000 字までの文字です", "is a text of up to 4,000 characters, not blank");
    }

    Result<void> choice(const Json& value, const std::string& place) const {
        if (value.is_string() && is_one_of(member_, value.string())) return {};
        return loop_fault(
            place,
            "「" + std::string{member_.ja} + "」は次のどれかです: " + std::string{member_.allowed},
            "'" + std::string{member_.en} + "' is one of: " + std::string{member_.allowed});
    }

    Result<void> whole(const Json& value) const {
        const LoopBounds bounds = *bounds_of(member_);
        if (value.is_integer() && is_within(bounds, value.number())) return {};
        return wrong(fmt::format("{} から {} の整数です", bounds.least, bounds.most),
                     fmt::format("is a whole number from {} to {}", bounds.least, bounds.most));
    }

    Result<void> number(const Json& value) const {
        const auto bounds = bounds_of(member_);
        if (!value.is_number() || !std::isfinite(value.number())) {
            return wrong("数です", "is a number");
        }
        if (!bounds || is_within(*bounds, value.number())) return {};
        return wrong(fmt::format("{} から {} です", bounds->least, bounds->most),
                     fmt::format("is from {} to {}", bounds->least, bounds->most));
    }

    static bool is_within(const LoopBounds& bounds, double value) {
        return value >= bounds.least && value <= bounds.most;
    }

    Result<void> day(const Json& value) const {
        if (value.is_string() && parse_day(value.string())) return {};
        return wrong("2026-04-01 のような日付です", "is a day such as 2026-04-01");
    }

    Result<void> hash(const Json& value) const {
        if (value.is_string() && is_hash(value.string())) return {};
        return wrong("SHA-256 の 64 桁（0-9, a-f）です", "is a SHA-256 of 64 digits 0-9 and a-f");
    }

    Result<void> reference(const Json& value, const std::string& place) const {
        if (value.is_string() && is_loop_slug(loop_slug(member_.allowed, value.string())))
            return {};
        const std::string example = "urn:ngsi-ld:" + std::string{member_.allowed} + ":...";
        return loop_fault(place,
                          "「" + std::string{member_.ja} + "」は " + example + " の形の名前です",
                          "'" + std::string{member_.en} + "' is an id such as " + example);
    }

    Result<void> list(const Json& value) const {
        const LoopBounds bounds = *bounds_of(member_);
        if (!value.is_array() || !is_within(bounds, static_cast<double>(value.array().size()))) {
            return wrong(fmt::format("{} 件から {} 件の並びです", bounds.least, bounds.most),
                         fmt::format("is a list of {} to {}", bounds.least, bounds.most));
        }
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            const Json& item = value.array()[i];
            const std::string place = place_ + "/" + std::to_string(i);
            TRY(one(item, place));
            const auto same =
                std::find(value.array().begin(),
                          value.array().begin() + static_cast<std::ptrdiff_t>(i), item);
            if (same != value.array().begin() + static_cast<std::ptrdiff_t>(i)) {
                return loop_fault(place, "同じものが二度あります", "it stands there twice");
            }
        }
        return {};
    }

    Result<void> one(const Json& item, const std::string& place) const;

    const LoopMember& member_;
    std::string place_;
};

Result<void> check_object(std::string_view of, const Json& value, const std::string& place) {
    if (!value.is_object())
        return loop_fault(place, "名前と値の組（object）です", "it is an object");
    const auto members = loop_members(of);
    for (const JsonMember& given : value.object()) {
        const auto known = std::find_if(members.begin(), members.end(),
                                        [&](const LoopMember* m) { return m->name == given.name; });
        const std::string where = place + "/" + pointer_part(given.name);
        if (known == members.end()) {
            return loop_fault(where, "この項目は知られていません", "there is no such member");
        }
        TRY(ValueCheck(**known, where).check(given.value));
    }
    for (const LoopMember* member : members) {
        if (!member->required || value.find(member->name) != nullptr) continue;
        return loop_fault(place + "/" + std::string{member->name},
                          "「" + std::string{member->ja} + "」を書いてください",
                          "'" + std::string{member->en} + "' is missing");
    }
    return {};
}

Result<void> ValueCheck::one(const Json& item, const std::string& place) const {
    switch (member_.value) {
        case LoopValue::Choices: return choice(item, place);
        case LoopValue::References: return reference(item, place);
        case LoopValue::Lines: return line(item, place);
        default:
            return check_object(std::string{member_.of} + "." + std::string{member_.name}, item,
                                place);
    }
}

Result<void> add_things(const LoopKind& kind, const Json& things, LoopDocument& document) {
    const std::string place = "/" + std::string{kind.type};
    if (!things.is_object()) {
        return loop_fault(place, "名前ごとに書いてください", "write it by name: {\"name\": {...}}");
    }
    for (const JsonMember& member : things.object()) {
        if (document.things.size() >= LoopDocument::kMaxThings) {
            return loop_error(ErrorCode::TooLarge, place, "一度に 500 件までです",
                              "at most 500 things are written at once");
        }
        auto thing = read_loop_thing(kind, member.name, member.value);
        if (!thing) {
            Error error = thing.error();
            error.where = place + "/" + pointer_part(member.name) + error.where;
            return error;
        }
        document.things.push_back(std::move(*thing));
    }
    return {};
}

Result<void> read_why(const Json& why, LoopDocument& document) {
    document.why = why.is_string() ? why.string() : std::string{};
    return check_why(document.why, "/why");
}

// Each is of a thing that the document writes: one of another would hold nothing back.
Result<void> read_revisions(const Json& revisions, LoopDocument& document) {
    if (!revisions.is_object()) {
        return loop_fault("/revisions", "版は、名前（id）ごとに書いてください",
                          "write the revisions by id: {\"urn:...\": \"...\"}");
    }
    for (const JsonMember& given : revisions.object()) {
        const std::string place = "/revisions/" + pointer_part(given.name);
        const auto thing =
            std::find_if(document.things.begin(), document.things.end(),
                         [&](const LoopThing& one) { return one.id() == given.name; });
        if (thing == document.things.end()) {
            return loop_fault(place, "この名前のものは、一緒に書かれていません",
                              "nothing of this id is written here");
        }
        if (!given.value.is_string() || !is_loop_revision(given.value.string())) {
            return loop_fault(place, "版は、読んだときの revision です",
                              "a revision is the one that was read");
        }
        thing->revision = given.value.string();
    }
    return {};
}

}  // namespace

Error loop_error(ErrorCode code, std::string where, std::string_view ja, std::string_view en) {
    return {code, both_texts(ja, en), std::move(where)};
}

Error loop_fault(std::string where, std::string_view ja, std::string_view en) {
    return loop_error(ErrorCode::BadRequest, std::move(where), ja, en);
}

Error loop_conflict(std::string where, std::string_view ja, std::string_view en) {
    return loop_error(ErrorCode::Conflict, std::move(where), ja, en);
}

std::string loop_id(std::string_view type, std::string_view slug) {
    return "urn:ngsi-ld:" + std::string{type} + ":" + std::string{slug};
}

std::string_view loop_slug(std::string_view type, std::string_view id) {
    const std::string prefix = loop_id(type, "");
    return id.starts_with(prefix) ? id.substr(prefix.size()) : std::string_view{};
}

bool is_loop_slug(std::string_view text) {
    return !text.empty() && text.size() <= kMaxSlug &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool is_loop_revision(std::string_view text) { return text.empty() || is_hash(text); }

std::string LoopThing::id() const { return loop_id(kind->type, slug); }

std::string LoopThing::text(std::string_view name) const {
    const Json* value = members.find(name);
    return value != nullptr && value->is_string() ? value->string() : std::string{};
}

std::string LoopThing::place() const { return "/" + std::string{kind->type} + "/" + slug; }

Result<LoopThing> read_loop_thing(const LoopKind& kind, std::string_view slug,
                                  const Json& members) {
    if (!is_loop_slug(slug)) {
        return loop_fault("", "名前は英小文字・数字・- で 64 字までです",
                          "a name has lower-case letters, digits and '-', up to 64");
    }
    TRY(check_object(kind.type, members, ""));
    LoopThing thing{&kind, std::string{slug}, members};
    TRY(check_loop_rules(thing));
    return thing;
}

Result<LoopDocument> read_loop_document(const Json& json) {
    if (!json.is_object()) return loop_fault("", "名前と値の組（object）です", "it is an object");
    LoopDocument document;
    for (const JsonMember& member : json.object()) {
        if (member.name == "why") {
            TRY(read_why(member.value, document));
        } else if (member.name != "revisions" && loop_kind_of_type(member.name) == nullptr) {
            return loop_fault("/" + pointer_part(member.name), "この種類は知られていません",
                              "there is no such kind of thing");
        }
    }
    for (const LoopKind& kind : loop_kinds()) {
        if (const Json* things = json.find(kind.type)) TRY(add_things(kind, *things, document));
    }
    if (document.things.empty())
        return loop_fault("", "何も書かれていません", "there is nothing in it");
    if (const Json* revisions = json.find("revisions")) TRY(read_revisions(*revisions, document));
    return document;
}

}  // namespace musubi
