#include "project/measures/exact_sum.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

namespace musubi {

namespace {

constexpr int kLimbBits = 32;
constexpr std::int64_t kLimbMask = 0xffffffff;
constexpr int kMantissaBits = 53;

}  // namespace

void ExactSum::put(double value, int sign) {
    assert(std::isfinite(value));
    if (value == 0) {
        return;
    }
    // IEEE 754: a sign, eleven bits of exponent, 52 of the mantissa, whose first bit is left out
    // but for subnormal numbers.
    constexpr int kFractionBits = 52;
    constexpr std::uint64_t kFraction = (std::uint64_t{1} << kFractionBits) - 1;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto exponent = static_cast<int>((bits >> kFractionBits) & 0x7ffU);
    const std::uint64_t mantissa = (bits & kFraction) | (exponent == 0 ? 0 : kFraction + 1);
    const int bit = exponent == 0 ? 0 : exponent - 1;  // 2^kLowestExponent is bit 0
    const auto limb = static_cast<std::size_t>(bit / kLimbBits);
    const bool negative = (value < 0) != (sign < 0);
    auto wide = static_cast<unsigned __int128>(mantissa) << (bit % kLimbBits);
    for (std::size_t i = limb; wide != 0; ++i, wide >>= kLimbBits) {
        const auto part = static_cast<std::int64_t>(wide & kLimbMask);
        limbs_[i] += negative ? -part : part;
    }
    if (++adds_ >= kAddsBeforeCarry) {
        pass_carries();
    }
}

void ExactSum::pass_carries() {
    for (std::size_t i = 0; i + 1 < limbs_.size(); ++i) {
        const std::int64_t carry = limbs_[i] >> kLimbBits;  // rounds down
        limbs_[i] -= carry * (kLimbMask + 1);
        limbs_[i + 1] += carry;
    }
    adds_ = 0;
}

void ExactSum::put_all(const ExactSum& other, int sign) {
    const ExactSum settled_other = other.settled();
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
        limbs_[i] += sign * settled_other.limbs_[i];
    }
    if (++adds_ >= kAddsBeforeCarry) {
        pass_carries();
    }
}

void ExactSum::add(const ExactSum& other) { put_all(other, 1); }

void ExactSum::subtract(const ExactSum& other) { put_all(other, -1); }

ExactSum ExactSum::settled() const {
    ExactSum copy = *this;
    copy.pass_carries();
    return copy;
}

void ExactSum::negate() {
    for (std::int64_t& limb : limbs_) {
        limb = -limb;
    }
}

bool ExactSum::is_zero() const {
    const ExactSum sum = settled();
    for (const std::int64_t limb : sum.limbs_) {
        if (limb != 0) {
            return false;
        }
    }
    return true;
}

bool operator==(const ExactSum& a, const ExactSum& b) {
    return a.settled().limbs_ == b.settled().limbs_;
}

int ExactSum::highest_bit() const {
    for (int i = kLimbs - 1; i >= 0; --i) {
        const auto limb = static_cast<std::uint64_t>(limbs_[static_cast<std::size_t>(i)]);
        if (limb != 0) {
            return i * kLimbBits + std::bit_width(limb) - 1;
        }
    }
    return -1;
}

// The 64 bits from `bit` upwards; a bit below the first is zero.
std::uint64_t ExactSum::bits_from(int bit) const {
    unsigned __int128 wide = 0;
    const std::size_t first = bit >= 0 ? static_cast<std::size_t>(bit) / kLimbBits : 0;
    for (std::size_t i = 0; i < 3 && first + i < limbs_.size(); ++i) {
        wide |= static_cast<unsigned __int128>(limbs_[first + i]) << (i * kLimbBits);
    }
    return static_cast<std::uint64_t>(bit >= 0 ? wide >> (bit % kLimbBits) : wide << -bit);
}

bool ExactSum::any_below(int bit) const {
    for (int i = 0; i * kLimbBits < bit; ++i) {
        auto limb = static_cast<std::uint64_t>(limbs_[static_cast<std::size_t>(i)]);
        const int kept = bit - i * kLimbBits;
        if (kept < 64) {
            limb &= (std::uint64_t{1} << kept) - 1;
        }
        if (limb != 0) {
            return true;
        }
    }
    return false;
}

// Of a settled sum that is not negative.
double ExactSum::magnitude() const {
    const int top = highest_bit();
    if (top < 0) {
        return 0;
    }
    const int lowest = std::max(top - (kMantissaBits - 1), 0);  // the unit of the result
    std::uint64_t mantissa = bits_from(lowest) & ((std::uint64_t{1} << kMantissaBits) - 1);
    const bool half = lowest > 0 && (bits_from(lowest - 1) & 1) != 0;
    if (half && ((mantissa & 1) != 0 || any_below(lowest - 1))) {
        ++mantissa;  // 2^53 is a double too
    }
    return std::ldexp(static_cast<double>(mantissa), lowest + kLowestExponent);
}

double ExactSum::rounded() const {
    ExactSum sum = settled();
    if (sum.limbs_.back() >= 0) {
        return sum.magnitude();
    }
    sum.negate();
    return -sum.settled().magnitude();
}

}  // namespace musubi
