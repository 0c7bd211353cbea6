#pragma once

#include <array>
#include <cstdint>

namespace musubi {

/// An unsigned number of 256 bits: wide enough for the exact sum of squares of 2^40 decimals of
/// nine places. Results that do not fit wrap; nothing here makes such.
class WideSum {
public:
    WideSum() = default;
    explicit WideSum(unsigned __int128 n)
        : words_{static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(n >> 64U), 0, 0} {}

    void add(const WideSum& other);
    void subtract(const WideSum& other);
    void multiply(std::uint64_t factor);
    /// Divides, and returns what is left over.
    std::uint64_t divide(std::uint64_t divisor);
    [[nodiscard]] static WideSum square_of(__int128 n);
    [[nodiscard]] bool is_zero() const { return words_ == Words{}; }
    /// Within one unit in the last place.
    [[nodiscard]] double to_double() const;

private:
    using Words = std::array<std::uint64_t, 4>;
    Words words_{};  // the low one first
};

}  // namespace musubi
