#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace musubi {

struct JsonMember;

/// A JSON value (RFC 8259). Members keep the order in which they were written; the one JSON
/// reader and writer of the program.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<JsonMember>;

    Json() = default;
    Json(std::nullptr_t);          // NOLINT
    Json(bool value);              // NOLINT
    Json(int value);               // NOLINT
    Json(std::int64_t value);      // NOLINT
    Json(double value);            // NOLINT
    Json(const char* value);       // NOLINT
    Json(std::string_view value);  // NOLINT
    Json(std::string value);       // NOLINT
    Json(Array value);             // NOLINT
    Json(Object value);            // NOLINT

    [[nodiscard]] bool is_null() const noexcept { return data_.index() == 0; }
    [[nodiscard]] bool is_bool() const noexcept { return data_.index() == 1; }
    [[nodiscard]] bool is_integer() const noexcept { return data_.index() == 2; }
    [[nodiscard]] bool is_number() const noexcept {
        return data_.index() == 2 || data_.index() == 3;
    }
    [[nodiscard]] bool is_string() const noexcept { return data_.index() == 4; }
    [[nodiscard]] bool is_array() const noexcept { return data_.index() == 5; }
    [[nodiscard]] bool is_object() const noexcept { return data_.index() == 6; }

    /// Each requires that the value is of the named kind.
    [[nodiscard]] bool boolean() const { return std::get<bool>(data_); }
    [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(data_); }
    /// The number as a double, whether it was written as an integer or not.
    [[nodiscard]] double number() const;
    [[nodiscard]] const std::string& string() const { return std::get<std::string>(data_); }
    [[nodiscard]] std::string& string() { return std::get<std::string>(data_); }
    [[nodiscard]] const Array& array() const { return std::get<Array>(data_); }
    [[nodiscard]] Array& array() { return std::get<Array>(data_); }
    [[nodiscard]] const Object& object() const { return std::get<Object>(data_); }
    [[nodiscard]] Object& object() { return std::get<Object>(data_); }

    /// The member's value, or nullptr where this is no object or has no such member.
    [[nodiscard]] const Json* find(std::string_view name) const;
    [[nodiscard]] Json* find(std::string_view name);
    /// Sets or adds a member; a null value becomes an object.
    Json& set(std::string_view name, Json value);
    /// Appends to an array; a null value becomes an array.
    void push_back(Json value);

    /// Equal as JSON values: 1 equals 1.0, the order of members does not count.
    friend bool operator==(const Json& a, const Json& b);

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct JsonMember {
    std::string name;
    Json value;
};

/// The text of a member; empty (nullptr) where there is no such member or it is no text.
[[nodiscard]] std::string text_in(const Json& json, std::string_view name);
[[nodiscard]] const std::string* find_text(const Json& json, std::string_view name);
/// The number of a member; 0 where there is no such member or it is no number.
[[nodiscard]] double number_in(const Json& json, std::string_view name);

// Down here because clang 14 asks that JsonMember is complete where a Json is made.
inline Json::Json(std::nullptr_t) {}
inline Json::Json(bool value) : data_{value} {}
inline Json::Json(int value) : data_{std::int64_t{value}} {}
inline Json::Json(std::int64_t value) : data_{value} {}
inline Json::Json(double value) : data_{value} {}
inline Json::Json(const char* value) : data_{std::string{value}} {}
inline Json::Json(std::string_view value) : data_{std::string{value}} {}
inline Json::Json(std::string value) : data_{std::move(value)} {}
inline Json::Json(Array value) : data_{std::move(value)} {}
inline Json::Json(Object value) : data_{std::move(value)} {}

struct JsonLimits {
    std::size_t max_bytes = 64U << 20U;
    int max_depth = 64;
};

/// Fails: BadRequest, naming the byte and what is wrong there (also: broken UTF-8), or the JSON
/// pointer of a member that is written twice; TooLarge beyond the limits.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Appends the value without white space; numbers in their shortest exact form.
void append_json(std::string& out, const Json& value);
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double value);
[[nodiscard]] std::string to_text(const Json& value);

/// For code that writes JSON straight to text: appends `"name":` and a comma before it unless it
/// is the first member.
void append_member_name(std::string& out, std::string_view name);

/// True where `text` is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);
/// The longest beginning of at most `size` bytes that does not cut a character in two.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t size);

}  // namespace musubi
