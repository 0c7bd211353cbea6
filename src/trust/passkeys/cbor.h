#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// The beginning of one CBOR item (RFC 8949), and of a string the whole of it.
struct CborHead {
    enum class Kind { Unsigned, Negative, Bytes, Text, Array, Map, Simple };
    Kind kind = Kind::Simple;
    std::uint64_t number = 0;  ///< the value; of Negative n for -1-n; of Array and Map the length
    std::string_view text;     ///< of Bytes and Text, within what is read
};

/// Reads CBOR as authenticators write it (CTAP2 canonical form, 8), item by item: no indefinite
/// lengths, no tags. Allocates nothing, so that a length that is only claimed costs nothing. After
/// a failure it is not read on.
class CborReader {
public:
    static constexpr int kMaxDepth = 8;

    /// `bytes` must outlive it and what it gives.
    explicit CborReader(std::string_view bytes) : left_{bytes} {}
    /// What is not read yet.
    [[nodiscard]] std::string_view left() const { return left_; }

    /// Fails: BadRequest where it is cut off, malformed, or of a form that is not taken.
    Result<CborHead> next();
    /// The next item, which must be of that kind. Fails: BadRequest.
    Result<CborHead> next(CborHead::Kind kind);
    /// An integer within int64. Fails: BadRequest.
    Result<std::int64_t> integer();
    /// Skips a whole item and returns its bytes. Fails: BadRequest, also beyond kMaxDepth.
    Result<std::string_view> skip();
    /// Fails: BadRequest where something follows.
    Result<void> end() const;

private:
    Result<void> skip(int depth);
    std::string_view left_;
};

}  // namespace musubi
