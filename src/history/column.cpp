#include "history/column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace musubi {
namespace {

// Column: head byte (bits 0-1: order of differences; bits 2-3: frame size; bit 4: a unit follows),
// first number, [unit], [first difference, where the order is 2], frames.
// Frame: base, width byte (bit 7: exceptions follow), packed offsets, [count, then for each: its
// distance from the one before, the number].
constexpr unsigned kUnitFlag = 1U << 4U;
constexpr unsigned kExceptionsFlag = 0x80U;
constexpr std::array<std::size_t, 3> kFrameSizes{65'536, 128, 64};

using Words = std::vector<std::uint64_t>;

struct Frame {
    std::uint64_t base = 0;
    unsigned width = 0;
    std::size_t bytes = 0;  // what it costs
};

unsigned width_of(std::uint64_t n) { return static_cast<unsigned>(std::bit_width(n)); }
std::uint64_t mask_of(unsigned width) {
    return width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}
std::size_t packed_size(std::size_t count, unsigned width) { return (count * width + 7) / 8; }
std::size_t cost_of_exception(std::uint64_t residual) {
    return 1 + varint_size(zigzag(static_cast<std::int64_t>(residual)));
}

// The cheapest window of `sorted` that a width can hold, where one is cheaper than `best`; what
// stands outside of it are exceptions. Returns the least cost of exceptions alone.
std::size_t try_width(std::span<const std::int64_t> sorted,
                      std::span<const std::size_t> cost_before, unsigned width, Frame& best) {
    const std::size_t n = sorted.size();
    const std::uint64_t reach = mask_of(width);
    const auto distance = [&](std::size_t from, std::size_t to) {
        return static_cast<std::uint64_t>(sorted[to]) - static_cast<std::uint64_t>(sorted[from]);
    };
    const std::size_t packed = packed_size(n, width);
    std::size_t least = SIZE_MAX;
    std::size_t to = 0;
    for (std::size_t from = 0; from < n && to < n; ++from) {  // window [from, to)
        if (from > 0 && sorted[from] == sorted[from - 1]) continue;
        while (to < n && distance(from, to) <= reach) ++to;
        const std::size_t exceptions = cost_before[from] + cost_before[n] - cost_before[to];
        least = std::min(least, exceptions);
        if (packed + exceptions >= best.bytes) continue;
        const std::size_t cost = varint_size(zigzag(sorted[from])) + 2 + packed + exceptions;
        if (cost < best.bytes) best = {static_cast<std::uint64_t>(sorted[from]), width, cost};
    }
    return least;
}

// The best frame for residuals sorted as signed numbers, of all widths.
Frame best_frame(std::span<const std::int64_t> sorted) {
    const std::size_t n = sorted.size();
    const auto low = static_cast<std::uint64_t>(sorted[0]);
    const unsigned full = width_of(static_cast<std::uint64_t>(sorted[n - 1]) - low);
    Frame best{low, full, varint_size(zigzag(sorted[0])) + 1 + packed_size(n, full)};
    if (full == 0) return best;
    std::vector<std::size_t> cost_before(n + 1, 0);  // of exceptions among the first i
    for (std::size_t i = 0; i < n; ++i) {
        cost_before[i + 1] =
            cost_before[i] + cost_of_exception(static_cast<std::uint64_t>(sorted[i]));
    }
    for (unsigned width = full; width-- > 0;) {
        // A narrower frame has more exceptions.
        if (try_width(sorted, cost_before, width, best) >= best.bytes) break;
    }
    return best;
}

struct Plan {
    std::size_t size_index = 0;  // of kFrameSizes
    std::vector<Frame> frames;
    std::size_t bytes = SIZE_MAX;
};

// Frames of one size, over residuals that are sorted within each frame.
Plan plan_size(std::span<const std::int64_t> sorted, std::size_t size_index) {
    const std::size_t size = kFrameSizes[size_index];
    Plan plan{size_index, {}, 0};
    for (std::size_t at = 0; at < sorted.size(); at += size) {
        plan.frames.push_back(best_frame(sorted.subspan(at, std::min(size, sorted.size() - at))));
        plan.bytes += plan.frames.back().bytes;
    }
    return plan;
}

// Sorts each `to` residuals, those within each `from` of them being sorted.
void merge_sorted(std::vector<std::int64_t>& residuals, std::size_t from, std::size_t to) {
    const auto place = [&](std::size_t at) {
        return residuals.begin() + static_cast<std::ptrdiff_t>(std::min(at, residuals.size()));
    };
    for (; from < to && from < residuals.size(); from *= 2) {
        for (std::size_t at = 0; at + from < residuals.size(); at += 2 * from) {
            std::inplace_merge(place(at), place(at + from), place(at + 2 * from));
        }
    }
}

// The cheapest frames of all sizes, tried from the smallest up, so that each residual is sorted
// once and merged from then on.
Plan plan_frames(const Words& residuals) {
    std::vector<std::int64_t> sorted(residuals.begin(), residuals.end());
    const auto different = std::adjacent_find(sorted.begin(), sorted.end(), std::not_equal_to<>{});
    if (different == sorted.end()) return plan_size(sorted, 0);
    const std::size_t smallest = kFrameSizes.back();
    for (std::size_t at = 0; at < sorted.size(); at += smallest) {
        const auto from = sorted.begin() + static_cast<std::ptrdiff_t>(at);
        const auto to =
            sorted.begin() + static_cast<std::ptrdiff_t>(std::min(at + smallest, sorted.size()));
        std::sort(from, to);
    }
    Plan best;
    for (std::size_t i = kFrameSizes.size(); i-- > 0;) {
        if (i > 0 && kFrameSizes[i] >= sorted.size()) continue;
        merge_sorted(sorted, smallest, kFrameSizes[i]);
        Plan plan = plan_size(sorted, i);
        if (plan.bytes < best.bytes) best = std::move(plan);
    }
    return best;
}

void pack(std::string& out, std::span<const std::uint64_t> offsets, unsigned width) {
    const std::uint64_t mask = mask_of(width);
    std::uint64_t held = 0;
    unsigned bits = 0;
    for (const std::uint64_t offset : offsets) {
        const std::uint64_t n = offset & mask;
        held |= n << bits;
        unsigned taken = std::min(width, 64 - bits);
        bits += taken;
        if (bits < 64) continue;
        for (int i = 0; i < 8; ++i) out += static_cast<char>(held >> (8U * i));
        bits = width - taken;
        held = bits == 0 ? 0 : n >> taken;
    }
    for (unsigned done = 0; done < bits; done += 8) out += static_cast<char>(held >> done);
}

void put_frame(std::string& out, std::span<const std::uint64_t> residuals, const Frame& frame) {
    const std::uint64_t mask = mask_of(frame.width);
    Words offsets;
    offsets.reserve(residuals.size());
    std::string exceptions;
    std::size_t exception_count = 0;
    std::size_t after = 0;
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        const std::uint64_t offset = residuals[i] - frame.base;
        offsets.push_back(offset);
        if (offset <= mask) continue;
        put_varint(exceptions, i - after);
        put_signed(exceptions, static_cast<std::int64_t>(residuals[i]));
        after = i + 1;
        ++exception_count;
    }
    put_signed(out, static_cast<std::int64_t>(frame.base));
    out += static_cast<char>(frame.width | (exception_count > 0 ? kExceptionsFlag : 0U));
    if (frame.width > 0) pack(out, offsets, frame.width);
    if (exception_count > 0) put_varint(out, exception_count);
    out += exceptions;
}

// About what the residuals will cost, in bits: by a histogram of their distances' widths from the
// one in the middle, which is about where a frame will lie.
std::size_t estimate(const Words& residuals) {
    if (residuals.empty()) return 0;
    std::vector<std::int64_t> ranked(residuals.begin(), residuals.end());
    const auto middle = ranked.begin() + static_cast<std::ptrdiff_t>(ranked.size() / 2);
    std::nth_element(ranked.begin(), middle, ranked.end());
    const auto centre = static_cast<std::uint64_t>(*middle);
    std::array<std::size_t, 65> count{};
    for (const std::uint64_t r : residuals) {
        ++count[width_of(zigzag(static_cast<std::int64_t>(r - centre)))];
    }
    std::size_t best = SIZE_MAX;
    std::size_t beyond = 0;  // cost of what is wider than `width`
    for (std::size_t width = 65; width-- > 0;) {
        best = std::min(best, residuals.size() * width + beyond);
        beyond += count[width] * (16 + width);
    }
    return best;
}

// What divides every distance from the first number; 1 where a distance does not fit an int64.
std::uint64_t common_unit(std::span<const std::int64_t> numbers) {
    std::uint64_t unit = 0;
    for (const std::int64_t n : numbers) {
        std::int64_t distance = 0;
        if (__builtin_sub_overflow(n, numbers[0], &distance) || distance == INT64_MIN) return 1;
        const auto size = static_cast<std::uint64_t>(std::abs(distance));
        if (size != unit && (unit == 0 || size % unit != 0)) unit = std::gcd(unit, size);
        if (unit == 1) return 1;
    }
    return std::max<std::uint64_t>(unit, 1);
}

Words differences(const Words& of) {
    Words result(of.size() - 1);
    for (std::size_t i = 0; i + 1 < of.size(); ++i) result[i] = of[i + 1] - of[i];
    return result;
}

// The residuals of one order; all orders leave out what the head of the column says already.
struct Residuals {
    unsigned order = 0;
    std::uint64_t first_difference = 0;
    Words words;
};

Residuals narrowest(std::span<const std::int64_t> numbers, std::uint64_t unit) {
    Words relative(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        relative[i] =
            static_cast<std::uint64_t>(numbers[i]) - static_cast<std::uint64_t>(numbers[0]);
        // A unit above 1 is only found where distances fit an int64.
        if (unit > 1) {
            relative[i] = static_cast<std::uint64_t>(static_cast<std::int64_t>(relative[i]) /
                                                     static_cast<std::int64_t>(unit));
        }
    }
    Words first = differences(relative);
    relative.erase(relative.begin());
    Residuals best{0, 0, std::move(relative)};
    std::size_t best_cost = estimate(best.words);
    if (first.empty()) return best;
    Words second = differences(first);
    const std::uint64_t start = first[0];
    const std::size_t first_cost = estimate(first);
    const std::size_t second_cost = 16 + estimate(second);
    if (first_cost < best_cost) {
        best = {1, 0, std::move(first)};
        best_cost = first_cost;
    }
    if (second_cost < best_cost) best = {2, start, std::move(second)};
    return best;
}

// ---- reading
// ---------------------------------------------------------------------------------------

std::uint64_t load_word(const char* from) {
    static_assert(std::endian::native == std::endian::little, "chunks are read as little-endian");
    std::uint64_t word = 0;
    std::memcpy(&word, from, 8);
    return word;
}

// Widths up to 57 need one unaligned word a number; it may reach up to 7 bytes past the packed
// ones, so the caller sees to it that they can be read.
void unpack(const char* packed, unsigned width, std::uint64_t base, std::span<std::int64_t> out) {
    const std::uint64_t mask = mask_of(width);
    std::size_t bit = 0;
    if (width <= 57) {
        for (std::int64_t& n : out) {
            n = static_cast<std::int64_t>(base +
                                          ((load_word(packed + bit / 8) >> (bit % 8)) & mask));
            bit += width;
        }
        return;
    }
    for (std::int64_t& n : out) {
        const unsigned shift = bit % 8;
        std::uint64_t word = load_word(packed + bit / 8) >> shift;
        if (shift > 0) word |= load_word(packed + bit / 8 + 8) << (64 - shift);
        n = static_cast<std::int64_t>(base + (word & mask));
        bit += width;
    }
}

void get_exceptions(ChunkReader& in, std::span<std::int64_t> out) {
    const std::uint64_t count = in.varint();
    if (count > out.size()) in.fail();
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i, ++at) {
        const std::uint64_t skip = in.varint();
        const std::int64_t number = in.signed_varint();
        if (skip >= out.size() - at) return in.fail();
        at += skip;
        out[at] = number;
    }
}

void get_frame(ChunkReader& in, std::span<std::int64_t> out) {
    const std::int64_t base = in.signed_varint();
    const unsigned head = in.byte();
    const unsigned width = head & ~kExceptionsFlag;
    if (width > 64) return in.fail();
    const std::size_t readable = in.left();
    const std::string_view packed = in.bytes(packed_size(out.size(), width));
    if (!in.ok()) return;
    constexpr std::size_t kOverreach = 16;
    if (width == 0) {
        std::fill(out.begin(), out.end(), base);
    } else if (readable - packed.size() >= kOverreach) {
        unpack(packed.data(), width, static_cast<std::uint64_t>(base), out);
    } else {
        std::string padded{packed};
        padded.append(kOverreach, '\0');
        unpack(padded.data(), width, static_cast<std::uint64_t>(base), out);
    }
    if ((head & kExceptionsFlag) != 0) get_exceptions(in, out);
}

}  // namespace

void put_column(std::string& out, std::span<const std::int64_t> numbers) {
    if (numbers.empty()) return;
    const std::uint64_t unit = common_unit(numbers);
    const Residuals residuals = narrowest(numbers, unit);
    const Plan plan = plan_frames(residuals.words);
    out +=
        static_cast<char>(residuals.order | (plan.size_index << 2U) | (unit > 1 ? kUnitFlag : 0U));
    put_signed(out, numbers[0]);
    if (unit > 1) put_varint(out, unit);
    if (residuals.order == 2) {
        put_signed(out, static_cast<std::int64_t>(residuals.first_difference));
    }
    const std::span<const std::uint64_t> words{residuals.words};
    const std::size_t size = kFrameSizes[plan.size_index];
    for (std::size_t i = 0; i < plan.frames.size(); ++i) {
        const std::size_t at = i * size;
        put_frame(out, words.subspan(at, std::min(size, words.size() - at)), plan.frames[i]);
    }
}

void get_column(ChunkReader& in, std::span<std::int64_t> out) {
    if (out.empty()) return;
    const unsigned head = in.byte();
    const unsigned order = head & 3U;
    if (order > 2 || head >= (kUnitFlag << 1U)) return in.fail();
    const auto first = static_cast<std::uint64_t>(in.signed_varint());
    const std::uint64_t unit = (head & kUnitFlag) != 0 ? in.varint() : 1;
    std::uint64_t step = order == 2 ? static_cast<std::uint64_t>(in.signed_varint()) * unit : 0;
    const std::size_t seeds = order == 2 ? 2 : 1;
    if (out.size() < seeds) return in.fail();
    const std::span<std::int64_t> residuals = out.subspan(seeds);
    const std::size_t size_index = (head >> 2U) & 3U;
    if (size_index >= kFrameSizes.size()) return in.fail();
    const std::size_t frame = kFrameSizes[size_index];
    for (std::size_t at = 0; at < residuals.size() && in.ok(); at += frame) {
        get_frame(in, residuals.subspan(at, std::min(frame, residuals.size() - at)));
    }
    if (!in.ok()) return;
    std::uint64_t number = first;
    out[0] = static_cast<std::int64_t>(number);
    if (order == 0) {
        for (std::int64_t& n : residuals) {
            n = static_cast<std::int64_t>(first + static_cast<std::uint64_t>(n) * unit);
        }
    } else if (order == 1) {
        for (std::int64_t& n : residuals) {
            number += static_cast<std::uint64_t>(n) * unit;
            n = static_cast<std::int64_t>(number);
        }
    } else {
        number += step;
        out[1] = static_cast<std::int64_t>(number);
        for (std::int64_t& n : residuals) {
            step += static_cast<std::uint64_t>(n) * unit;
            number += step;
            n = static_cast<std::int64_t>(number);
        }
    }
}

}  // namespace musubi
