#pragma once

#include <array>
#include <cstdint>

namespace musubi {

/// Four words of chance for each number: the same for the same seed, on every machine, in any
/// order and on any thread. (Philox4x32-10: Salmon et al. 2011, "Parallel random numbers: as easy
/// as 1, 2, 3", 3.3 and table 2.)
class Philox {
public:
    using Block = std::array<std::uint32_t, 4>;
    using Key = std::array<std::uint32_t, 2>;

    explicit Philox(std::uint64_t seed)
        : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)} {}
    explicit Philox(Key key) : key_{key} {}

    [[nodiscard]] Block at(Block counter) const {
        Key key = key_;
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
            const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
            counter = {high(second) ^ counter[1] ^ key[0], low(second),
                       high(first) ^ counter[3] ^ key[1], low(first)};
            key[0] += 0x9E3779B9;  // the golden ratio
            key[1] += 0xBB67AE85;  // the square root of 3, less 1
        }
        return counter;
    }
    /// Two numbers strictly between 0 and 1, of 52 bits each.
    [[nodiscard]] std::array<double, 2> units(std::uint64_t draw, std::uint32_t number) const {
        const Block block = at(
            {static_cast<std::uint32_t>(draw), static_cast<std::uint32_t>(draw >> 32U), number, 0});
        return {unit(block[0], block[1]), unit(block[2], block[3])};
    }

private:
    static std::uint32_t high(std::uint64_t product) {
        return static_cast<std::uint32_t>(product >> 32U);
    }
    static std::uint32_t low(std::uint64_t product) { return static_cast<std::uint32_t>(product); }
    static double unit(std::uint32_t above, std::uint32_t below) {
        const std::uint64_t bits = (std::uint64_t{above} << 20U) | (below >> 12U);
        return (static_cast<double>(bits) + 0.5) * 0x1p-52;
    }

    Key key_;
};

}  // namespace musubi
