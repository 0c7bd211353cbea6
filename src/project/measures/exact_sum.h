#pragma once

#include <array>
#include <cstdint>

namespace musubi {

/// A sum of doubles without error: whatever the order in which they were added and taken away
/// again, the same numbers give the same sum, to the last digit. So a measure that is kept up as
/// readings come agrees with one that is computed from nothing.
/// Holds every sum of up to 2^62 finite doubles. (A small superaccumulator: Neal 2015, "Fast exact
/// summation using small and large superaccumulators", 2.)
class ExactSum {
public:
    /// `value` must be finite.
    void add(double value) { put(value, 1); }
    void subtract(double value) { put(value, -1); }
    void add(const ExactSum& other);
    void subtract(const ExactSum& other);

    /// The double nearest to the sum, ties to even; infinite beyond the range of doubles.
    [[nodiscard]] double rounded() const;
    [[nodiscard]] bool is_zero() const;
    /// Whether both are the same sum, not only the same double.
    friend bool operator==(const ExactSum& a, const ExactSum& b);

private:
    // Limb i counts 2^(32 i - 1074), the smallest double's unit being 2^-1074. A limb is kept
    // below 2^62 in magnitude; carries are passed on before it could be left.
    static constexpr int kLimbs = 68;
    static constexpr int kLowestExponent = -1074;
    static constexpr std::int64_t kAddsBeforeCarry = std::int64_t{1} << 28;

    void put(double value, int sign);
    void pass_carries();
    void put_all(const ExactSum& other, int sign);
    // Each limb within 0 ... 2^32 - 1, but the last, which has the sign.
    [[nodiscard]] ExactSum settled() const;
    void negate();
    [[nodiscard]] int highest_bit() const;
    [[nodiscard]] std::uint64_t bits_from(int bit) const;
    [[nodiscard]] bool any_below(int bit) const;
    [[nodiscard]] double magnitude() const;

    std::array<std::int64_t, kLimbs> limbs_{};
    std::int64_t adds_ = 0;
};

}  // namespace musubi
