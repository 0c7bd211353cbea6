#include "broker/member_reader.h"

#include <algorithm>

#include "model/entity.h"
#include "model/ngsild/names.h"
#include "model/query.h"

namespace musubi {

Error within(const std::string& place, Error error) {
    const bool pointer = error.where.empty() || error.where.front() == '/';
    error.where = place + (pointer ? "" : " ") + error.where;
    return error;
}

Result<void> MemberReader::only(std::initializer_list<std::string_view> known) const {
    if (!json_.is_object()) return Error{ErrorCode::BadRequest, "it is an object", place_};
    for (const JsonMember& member : json_.object()) {
        if (std::find(known.begin(), known.end(), member.name) == known.end()) {
            return bad(member.name, "この項目はありません / there is no such member here");
        }
    }
    return {};
}

Result<std::string> MemberReader::text(std::string_view name) const {
    const Json* member = find(name);
    if (member == nullptr) return std::string{};
    if (!member->is_string() || member->string().empty()) {
        return bad(name, "it is a text that is not empty");
    }
    if (member->string().size() > kMaxTextBytes) return bad(name, "it is longer than 4,096 bytes");
    return member->string();
}

Result<std::string> MemberReader::uri(std::string_view name) const {
    std::string out = TRY(text(name));
    if (!out.empty() && !is_uri(out)) return bad(name, "it is a URI");
    return out;
}

Result<std::optional<bool>> MemberReader::flag(std::string_view name) const {
    const Json* member = find(name);
    if (member == nullptr) return std::optional<bool>{};
    if (!member->is_bool()) return bad(name, "it is true or false");
    return std::optional<bool>{member->boolean()};
}

Result<std::optional<Time>> MemberReader::time(std::string_view name) const {
    const std::string given = TRY(text(name));
    if (given.empty()) return std::optional<Time>{};
    auto read = parse_time(given);
    if (!read) return bad(name, read.error().detail);
    return std::optional<Time>{*read};
}

Result<Duration> MemberReader::span(std::string_view name, Duration unit, Duration most) const {
    const Json* member = find(name);
    if (member == nullptr) return Duration{};
    const double most_units = most.seconds() / unit.seconds();
    if (!member->is_number() || !(member->number() > 0) || member->number() > most_units) {
        return bad(name, "it is a number above 0, at most " +
                             std::to_string(static_cast<std::int64_t>(most_units)));
    }
    return Duration{static_cast<std::int64_t>(member->number() * static_cast<double>(unit.us))};
}

Result<std::vector<std::string>> MemberReader::texts(std::string_view name) const {
    std::vector<std::string> out;
    const Json* member = find(name);
    if (member == nullptr) return out;
    if (!member->is_array() || member->array().empty() || member->array().size() > kMaxNames) {
        return bad(name, "it is an array of 1 to 1,000 texts");
    }
    for (std::size_t i = 0; i < member->array().size(); ++i) {
        const Json& item = member->array()[i];
        if (!item.is_string() || item.string().empty() || item.string().size() > kMaxTextBytes) {
            return Error{ErrorCode::BadRequest, "it is a text of 1 to 4,096 bytes",
                         where(name) + "/" + std::to_string(i)};
        }
        out.push_back(item.string());
    }
    return out;
}

Result<std::vector<std::string>> MemberReader::names(std::string_view name,
                                                     const Context& context) const {
    std::vector<std::string> out = TRY(texts(name));
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!ngsild::is_name(out[i])) {
            return Error{ErrorCode::BadRequest, "it is the name of an attribute",
                         where(name) + "/" + std::to_string(i)};
        }
        out[i] = context.expand(out[i]);
    }
    return out;
}

Result<Json> MemberReader::geometry(std::string_view name) const {
    const Json* member = find(name);
    if (member == nullptr) return Json{};
    if (auto checked = check_geometry(*member); !checked) {
        return within(where(name), std::move(checked).error());
    }
    return *member;
}

}  // namespace musubi
