#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace musubi {

/// A signed number as an unsigned one that is small where the number is near zero.
constexpr std::uint64_t zigzag(std::int64_t n) noexcept {
    return (static_cast<std::uint64_t>(n) << 1U) ^ static_cast<std::uint64_t>(n >> 63U);
}
constexpr std::int64_t unzigzag(std::uint64_t n) noexcept {
    return static_cast<std::int64_t>((n >> 1U) ^ (~(n & 1U) + 1U));
}

/// Seven bits a byte, the low ones first (LEB128): 1 to 10 bytes.
inline void put_varint(std::string& out, std::uint64_t n) {
    for (; n >= 0x80U; n >>= 7U) out += static_cast<char>((n & 0x7fU) | 0x80U);
    out += static_cast<char>(n);
}
inline void put_signed(std::string& out, std::int64_t n) { put_varint(out, zigzag(n)); }
inline void put_text(std::string& out, std::string_view text) {
    put_varint(out, text.size());
    out += text;
}
constexpr std::size_t varint_size(std::uint64_t n) noexcept {
    return (static_cast<std::size_t>(std::bit_width(n | 1U)) + 6) / 7;
}

/// Reads bytes that may be broken: after the first fault every read gives zero or nothing, so a
/// caller may look at `ok` once after several reads, but before it trusts what was read.
class ChunkReader {
public:
    explicit ChunkReader(std::string_view bytes)
        : at_{bytes.data()}, end_{bytes.data() + bytes.size()} {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    void fail() noexcept {
        ok_ = false;
        at_ = end_;
    }

    std::uint8_t byte() noexcept {
        if (at_ == end_) {
            fail();
            return 0;
        }
        return static_cast<std::uint8_t>(*at_++);
    }
    std::uint64_t varint() noexcept {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint64_t b = byte();
            if (shift == 63 && b > 1) break;  // more than 64 bits
            n |= (b & 0x7fU) << shift;
            if (b < 0x80U) return n;
        }
        fail();
        return 0;
    }
    std::int64_t signed_varint() noexcept { return unzigzag(varint()); }
    std::string_view bytes(std::size_t size) noexcept {
        if (size > left()) {
            fail();
            return {};
        }
        const std::string_view taken{at_, size};
        at_ += size;
        return taken;
    }
    std::string_view text() noexcept { return bytes(varint()); }

private:
    const char* at_;
    const char* end_;
    bool ok_ = true;
};

}  // namespace musubi
