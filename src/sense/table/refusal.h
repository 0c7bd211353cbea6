#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace musubi {

/// Why a row was not taken. The numbers are stored.
enum class RefusalReason : std::uint8_t {
    MergeMark = 0,
    TooLong = 1,
    BadQuote = 2,
    NulByte = 3,
    BadEncoding = 4,
    TooFewColumns = 5,
    TooManyColumns = 6,
    NoKey = 7,
    BadId = 8,
    BadTime = 9,
    Ahead = 10,
    BadNumber = 11,
    OutOfRange = 12,
    BadBoolean = 13,
    BadPosition = 14,
    BadUri = 15,
    Required = 16,
    WrongShape = 17,
    BadJson = 18,
    MyNumber = 19,
};

struct RefusalWords {
    std::string_view key;  ///< for programs: "bad-time"
    std::string_view ja;
    std::string_view en;
};
[[nodiscard]] RefusalWords words_of(RefusalReason reason);

struct Refusal {
    RefusalReason reason = RefusalReason::BadTime;
    std::string detail;  ///< the column, and what stood there
};

}  // namespace musubi
