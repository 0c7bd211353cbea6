#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace musubi {

/// The elements of a JSON array, or the one object that a text is. The text is checked at once, an
/// element becomes a value when it is asked for. Copies share what they hold.
class JsonList {
public:
    JsonList() = default;
    /// Fails: as parse_json, but for members that are written twice; BadRequest where the text is
    /// neither an array nor an object.
    static Result<JsonList> parse(std::string_view text, const JsonLimits& limits = {});
    [[nodiscard]] std::size_t size() const;
    /// Fails: BadRequest, with the JSON pointer within the element of a member that is written
    /// twice.
    [[nodiscard]] Result<Json> read(std::size_t place) const;
    /// A member's text; empty where the element has none of that name. Lives as long as the list.
    [[nodiscard]] std::string_view text(std::size_t place, std::string_view member) const;

private:
    struct Document;
    std::shared_ptr<const Document> document_;
};

}  // namespace musubi
