#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <cassert>
#include <utility>

namespace musubi {

std::uint64_t SystemRandom::next() {
    // Fetched 32 at a time, and forgotten as they are given: a call into the kernel takes longer
    // than what most need it for.
    thread_local std::array<std::uint64_t, 32> fetched{};
    thread_local std::size_t left = 0;
    if (left == 0) {
        const auto got = getrandom(fetched.data(), sizeof fetched, 0);
        assert(got == sizeof fetched);  // never short for up to 256 bytes (getrandom(2))
        static_cast<void>(got);
        left = fetched.size();
    }
    return std::exchange(fetched[--left], 0);
}

std::uint64_t SeededRandom::next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

double next_unit(Random& random) { return static_cast<double>(random.next() >> 11U) * 0x1.0p-53; }

std::string random_token(Random& random) {
    static constexpr char kAlphabet[] = "abcdefghijkmnopqrstuvwxyz0123456";  // 32 signs, no l
    std::string out;
    for (int half = 0; half < 2; ++half) {
        std::uint64_t bits = random.next();
        for (int i = 0; i < 13; ++i) {
            out += kAlphabet[bits & 31U];
            bits >>= 5U;
        }
    }
    return out;
}

}  // namespace musubi
