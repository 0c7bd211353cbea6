#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/context.h"

namespace musubi {

/// Reads the members of one JSON object of a request, each by its name. Every failure is BadRequest
/// and names the place by its JSON pointer. A member that is absent is an empty value.
class MemberReader {
public:
    static constexpr std::size_t kMaxTextBytes = 4096;
    static constexpr std::size_t kMaxNames = 1000;

    /// `place` is the pointer of the object itself, empty for the whole document. `json` must
    /// outlive it.
    MemberReader(const Json& json, std::string place) : json_{json}, place_{std::move(place)} {}

    [[nodiscard]] std::string where(std::string_view name) const {
        return place_ + "/" + std::string(name);
    }
    [[nodiscard]] Error bad(std::string_view name, std::string detail) const {
        return {ErrorCode::BadRequest, std::move(detail), where(name)};
    }
    /// Null where it is absent.
    [[nodiscard]] const Json* find(std::string_view name) const { return json_.find(name); }

    /// Fails unless it is an object with no other members than these.
    Result<void> only(std::initializer_list<std::string_view> known) const;
    /// A text that is not empty.
    Result<std::string> text(std::string_view name) const;
    Result<std::string> uri(std::string_view name) const;
    Result<std::optional<bool>> flag(std::string_view name) const;
    Result<std::optional<Time>> time(std::string_view name) const;
    /// A number above 0 of `unit`s, at most `most`; zero where it is absent.
    Result<Duration> span(std::string_view name, Duration unit, Duration most) const;
    /// An array of 1 to kMaxNames texts.
    Result<std::vector<std::string>> texts(std::string_view name) const;
    /// The same of names of attributes, expanded.
    Result<std::vector<std::string>> names(std::string_view name, const Context& context) const;
    /// A GeoJSON geometry; null where it is absent.
    Result<Json> geometry(std::string_view name) const;

private:
    const Json& json_;
    std::string place_;
};

/// A failure inside of a part, with the place of the part before its own.
[[nodiscard]] Error within(const std::string& place, Error error);

}  // namespace musubi
