#include "project/measures/readings_root.h"

#include <bit>
#include <vector>

#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::string_view kLeaf{"\x00", 1};
constexpr std::string_view kNode{"\x01", 1};

template <typename Number>
void put(std::string& out, Number number) {
    for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
        out += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
    }
}

void put(std::string& out, const MeasuredReading& reading) {
    put(out, static_cast<std::uint64_t>(reading.at.us));
    out += reading.is_number ? '\x01' : '\x02';
    if (reading.is_number) {
        put(out, std::bit_cast<std::uint64_t>(reading.number));
    } else {
        put(out, static_cast<std::uint32_t>(reading.text.size()));
        out += reading.text;
    }
}

// RFC 6962, 2.1: the left side is the largest power of two below the number of leaves.
std::string root_of(std::span<const std::string> hashes) {
    if (hashes.size() == 1) return hashes.front();
    const std::size_t left = std::bit_floor(hashes.size() - 1);
    return sha256({kNode, root_of(hashes.first(left)), root_of(hashes.subspan(left))});
}

}  // namespace

void ReadingsRoot::add(std::string_view entity, std::string_view attribute,
                       std::span<const MeasuredReading> readings) {
    std::string name{entity};
    name.append(1, '\0').append(attribute).append(1, '\0');
    std::string bytes;
    while (!readings.empty()) {
        const Period day = period_at(PeriodKind::Day, readings.front().at);
        std::size_t count = 0;
        bytes = name;
        while (count < readings.size() && day.covers(readings[count].at)) {
            put(bytes, readings[count++]);
        }
        readings = readings.subspan(count);
        // In order of days: the sign of what is before 1970 turned round.
        std::string key = name;
        put(key, static_cast<std::uint64_t>(day.from.us) ^ (std::uint64_t{1} << 63U));
        leaves_[std::move(key)] = sha256({kLeaf, bytes});
    }
}

std::string ReadingsRoot::hex() const {
    std::vector<std::string> hashes;
    hashes.reserve(leaves_.size());
    for (const auto& [key, hash] : leaves_) hashes.push_back(hash);
    return to_hex(hashes.empty() ? sha256({}) : root_of(hashes));
}

}  // namespace musubi
