#include "project/effect/assignments.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "base/random.h"

namespace musubi {
namespace {

// How many ways there are, or most + 1 for more.
std::size_t count_ways(std::size_t units, std::size_t picked, std::size_t most) {
    std::size_t out = 1;
    for (std::size_t i = 1; i <= picked; ++i) {
        out = out * (units - picked + i) / i;  // whole at each step
        if (out > most) return most + 1;
    }
    return out;
}

std::vector<std::size_t> in_truth(std::size_t units, std::size_t picked) {
    std::vector<std::size_t> out(picked);
    std::iota(out.begin(), out.end(), units - picked);
    return out;
}

}  // namespace

Assignments::Assignments(std::size_t units, std::size_t picked, std::uint64_t seed,
                         std::size_t most) {
    assert(picked > 0 && picked <= units);
    // The smaller side decides how many there are, so that no product runs over.
    complete_ = count_ways(units, std::min(picked, units - picked), most) <= most;
    ways_.push_back(in_truth(units, picked));
    if (complete_) {
        list_all(units, picked);
    } else {
        draw(units, picked, seed, most);
    }
}

void Assignments::list_all(std::size_t units, std::size_t picked) {
    std::vector<std::size_t> way(picked);
    std::iota(way.begin(), way.end(), std::size_t{0});
    while (way != ways_.front()) {
        ways_.push_back(way);
        // The next in the order of the dictionary: the last number that can go up does.
        std::size_t at = picked;
        while (way[at - 1] == units - picked + at - 1) --at;
        ++way[at - 1];
        for (; at < picked; ++at) way[at] = way[at - 1] + 1;
    }
}

void Assignments::draw(std::size_t units, std::size_t picked, std::uint64_t seed,
                       std::size_t most) {
    SeededRandom random{seed};
    std::vector<std::size_t> pool(units);
    std::iota(pool.begin(), pool.end(), std::size_t{0});
    while (ways_.size() < most) {
        for (std::size_t i = 0; i < picked; ++i) {
            const auto chosen =
                static_cast<std::size_t>(next_unit(random) * static_cast<double>(units - i));
            std::swap(pool[i], pool[i + chosen]);
        }
        std::vector<std::size_t> way{pool.begin(),
                                     pool.begin() + static_cast<std::ptrdiff_t>(picked)};
        std::sort(way.begin(), way.end());
        ways_.push_back(std::move(way));
    }
}

}  // namespace musubi
