#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace musubi {

/// What kind of failure it is; `api/problem.cpp` maps each to one HTTP status and problem type.
enum class ErrorCode {
    BadRequest,           ///< the request breaks the syntax or a rule of its format
    TooLarge,             ///< a body, a value or a nesting beyond its limit
    Unsupported,          ///< well-formed, but something we do not do (5.5.2 OperationNotSupported)
    NotFound,             ///< the named resource does not exist
    NoTenant,             ///< the named tenant does not exist
    AlreadyExists,        ///< a resource with this id exists
    Conflict,             ///< the present state forbids it
    Unauthorized,         ///< no key, or one that is unknown
    Forbidden,            ///< known caller, not allowed; also: a protected entity
    ContextNotAvailable,  ///< a JSON-LD context that can not be had
    TooComplexQuery,      ///< a query beyond the named limits
    Busy,                 ///< a bounded queue is full; try again later
    Timeout,              ///< a peer or an operation took too long
    Unavailable,          ///< a peer can not be reached
    Corrupt,              ///< stored bytes are not what was written
    Io,                   ///< the operating system refused a read or a write
    Internal,             ///< a fault of ours
    MustWait,             ///< can only be had by waiting: the router asks again where it may
};

/// A failure that can be expected. `detail` says what happened and what to do next; `where`
/// names the place: a JSON path, a file and line, a query offset.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;
    std::string where = {};
};

[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;
/// "detail (where)", for logs and the command line.
[[nodiscard]] std::string to_text(const Error& error);

/// A value or the Error that stands in its way.
template <typename T>
class [[nodiscard]] Result {
public:
    using value_type = T;
    Result(T value) : data_{std::in_place_index<0>, std::move(value)} {}      // NOLINT
    Result(Error error) : data_{std::in_place_index<1>, std::move(error)} {}  // NOLINT
    [[nodiscard]] bool has_value() const noexcept { return data_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] T& value() & { return *std::get_if<0>(&data_); }
    [[nodiscard]] const T& value() const& { return *std::get_if<0>(&data_); }
    [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&data_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    [[nodiscard]] Error& error() & { return *std::get_if<1>(&data_); }
    [[nodiscard]] const Error& error() const& { return *std::get_if<1>(&data_); }
    [[nodiscard]] Error&& error() && { return std::move(*std::get_if<1>(&data_)); }
    [[nodiscard]] T value_or(T other) && {
        return has_value() ? std::move(*this).value() : std::move(other);
    }

private:
    std::variant<T, Error> data_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;
    Result() = default;
    Result(Error error) : error_{std::move(error)} {}  // NOLINT
    [[nodiscard]] bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const noexcept {}
    [[nodiscard]] const Error& error() const& { return *error_; }
    [[nodiscard]] Error&& error() && { return std::move(*error_); }

private:
    std::optional<Error> error_;
};

}  // namespace musubi

// The one control-flow macro: the value of `expression`, or return its error from here.
// (A statement expression: never put co_await inside it.)
#define TRY(expression) MUSUBI_TRY_AS(MUSUBI_JOIN(try_result_, __COUNTER__), expression)
#define MUSUBI_JOIN(a, b) MUSUBI_JOIN_NOW(a, b)
#define MUSUBI_JOIN_NOW(a, b) a##b
#define MUSUBI_TRY_AS(result, expression)              \
    ({                                                 \
        auto result = (expression);                    \
        if (!result) return std::move(result).error(); \
        std::move(result).value();                     \
    })
