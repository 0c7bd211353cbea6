#pragma once

#include <cstdint>
#include <string>

namespace musubi {

/// Where chance comes from. Given to whatever needs it by main.cpp.
class Random {
public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// The operating system's generator; fit for keys. Safe to call from any thread.
class SystemRandom final : public Random {
public:
    [[nodiscard]] std::uint64_t next() override;
};

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_{seed} {}
    [[nodiscard]] std::uint64_t next() override;

private:
    std::uint64_t state_;
};

/// Uniform in [0, 1).
[[nodiscard]] double next_unit(Random& random);
/// 26 letters and digits of 128 random bits: for keys and ids that nobody can guess.
[[nodiscard]] std::string random_token(Random& random);

}  // namespace musubi
