#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace musubi {

/// The ways in which `picked` of `units` could have been picked: all of them where there are at
/// most `most`, else as many as that at random from the seed. Each is `picked` numbers below
/// `units`, ascending; the first is always the last `picked` units, as they were in truth.
class Assignments {
public:
    static constexpr std::size_t kMostWays = 9'999;

    Assignments(std::size_t units, std::size_t picked, std::uint64_t seed,
                std::size_t most = kMostWays);

    [[nodiscard]] const std::vector<std::vector<std::size_t>>& ways() const { return ways_; }
    /// Whether these are all there are, so that no chance was used.
    [[nodiscard]] bool complete() const { return complete_; }

private:
    void list_all(std::size_t units, std::size_t picked);
    void draw(std::size_t units, std::size_t picked, std::uint64_t seed, std::size_t most);

    std::vector<std::vector<std::size_t>> ways_;
    bool complete_ = true;
};

}  // namespace musubi
