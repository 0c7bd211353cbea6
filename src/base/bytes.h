#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace musubi {

/// Appends the parts of a stored value. Integers are LEB128, signed ones zig-zag.
class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_{out} {}
    void byte(std::uint8_t value) { out_ += static_cast<char>(value); }
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            byte(static_cast<std::uint8_t>(value) | 0x80U);
            value >>= 7U;
        }
        byte(static_cast<std::uint8_t>(value));
    }
    void signed_number(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        number((bits << 1U) ^ static_cast<std::uint64_t>(value >> 63));
    }
    void real(double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        for (unsigned i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
    void text(std::string_view value) {
        number(value.size());
        out_.append(value);
    }

private:
    std::string& out_;
};

/// Reads them back. Past the end it gives zeros and remembers that it failed.
class ByteReader {
public:
    explicit ByteReader(std::string_view in) : in_{in} {}
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool at_end() const noexcept { return in_.empty(); }
    [[nodiscard]] std::size_t left() const noexcept { return in_.size(); }
    void fail() noexcept {
        failed_ = true;
        in_ = {};
    }
    std::uint8_t byte() {
        if (in_.empty()) {
            fail();
            return 0;
        }
        const auto value = static_cast<std::uint8_t>(in_.front());
        in_.remove_prefix(1);
        return value;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t b = byte();
            value |= static_cast<std::uint64_t>(b & 0x7fU) << shift;
            if (b < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::int64_t signed_number() {
        const std::uint64_t bits = number();
        return static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1));
    }
    double real() {
        std::uint64_t bits = 0;
        for (unsigned i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
        return std::bit_cast<double>(bits);
    }
    std::string_view text() {
        const std::uint64_t size = number();
        if (size > in_.size()) {
            fail();
            return {};
        }
        const std::string_view value = in_.substr(0, size);
        in_.remove_prefix(size);
        return value;
    }

private:
    std::string_view in_;
    bool failed_ = false;
};

/// Big-endian, so that keys sort as numbers do.
inline void append_be32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}
inline void append_be64(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}
/// Requires at least 4 (8) bytes.
inline std::uint32_t read_be32(std::string_view in) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<std::uint8_t>(in[i]);
    return value;
}
inline std::uint64_t read_be64(std::string_view in) {
    return static_cast<std::uint64_t>(read_be32(in)) << 32U | read_be32(in.substr(4));
}

}  // namespace musubi
