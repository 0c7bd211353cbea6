#include "history/wide_sum.h"

namespace musubi {

using Pair = unsigned __int128;

void WideSum::add(const WideSum& other) {
    Pair carry = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        carry += Pair{words_[i]} + other.words_[i];
        words_[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64U;
    }
}

void WideSum::subtract(const WideSum& other) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const Pair difference = Pair{words_[i]} - other.words_[i] - borrow;
        words_[i] = static_cast<std::uint64_t>(difference);
        borrow = (difference >> 64U) != 0 ? 1 : 0;
    }
}

void WideSum::multiply(std::uint64_t factor) {
    Pair carry = 0;
    for (std::uint64_t& word : words_) {
        carry += Pair{word} * factor;
        word = static_cast<std::uint64_t>(carry);
        carry >>= 64U;
    }
}

std::uint64_t WideSum::divide(std::uint64_t divisor) {
    Pair rest = 0;
    for (std::size_t i = words_.size(); i-- > 0;) {
        rest = (rest << 64U) | words_[i];
        words_[i] = static_cast<std::uint64_t>(rest / divisor);
        rest %= divisor;
    }
    return static_cast<std::uint64_t>(rest);
}

WideSum WideSum::square_of(__int128 n) {
    const Pair size = n < 0 ? -static_cast<Pair>(n) : static_cast<Pair>(n);
    const auto low = static_cast<std::uint64_t>(size);
    const auto high = static_cast<std::uint64_t>(size >> 64U);
    WideSum result{Pair{low} * low};
    const Pair middle = Pair{low} * high;  // counts twice, 64 bits up
    WideSum part;
    part.words_ = {0, static_cast<std::uint64_t>(middle), static_cast<std::uint64_t>(middle >> 64U),
                   0};
    result.add(part);
    result.add(part);
    const Pair top = Pair{high} * high;
    part.words_ = {0, 0, static_cast<std::uint64_t>(top), static_cast<std::uint64_t>(top >> 64U)};
    result.add(part);
    return result;
}

double WideSum::to_double() const {
    constexpr double kWord = 18446744073709551616.0;  // 2^64
    double result = 0;
    for (std::size_t i = words_.size(); i-- > 0;) {
        result = result * kWord + static_cast<double>(words_[i]);
    }
    return result;
}

}  // namespace musubi
