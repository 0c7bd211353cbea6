#include "net/address_policy.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace musubi {
namespace {

struct Block4 {
    std::uint32_t start;
    unsigned bits;
};

// IANA IPv4 Special-Purpose Address Registry: what is not globally reachable; and multicast.
constexpr std::array<Block4, 16> kSpecial4{{{0x00000000, 8},     // this network
                                            {0x0a000000, 8},     // private
                                            {0x64400000, 10},    // shared
                                            {0x7f000000, 8},     // loopback
                                            {0xa9fe0000, 16},    // link-local, cloud metadata
                                            {0xac100000, 12},    // private
                                            {0xc0000000, 24},    // protocol assignments
                                            {0xc0000200, 24},    // documentation
                                            {0xc0586300, 24},    // 6to4 relays
                                            {0xc0a80000, 16},    // private
                                            {0xc6120000, 15},    // benchmarks
                                            {0xc6336400, 24},    // documentation
                                            {0xcb007100, 24},    // documentation
                                            {0xe0000000, 4},     // multicast
                                            {0xf0000000, 4},     // reserved
                                            {0xffffffff, 32}}};  // broadcast

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(kSpecial4, [&](const Block4& block) {
        return ((address ^ block.start) >> (32U - block.bits)) == 0;
    });
}

std::uint32_t v4_at(const std::array<unsigned char, 16>& bytes, std::size_t at) {
    return (std::uint32_t{bytes[at]} << 24U) | (std::uint32_t{bytes[at + 1]} << 16U) |
           (std::uint32_t{bytes[at + 2]} << 8U) | std::uint32_t{bytes[at + 3]};
}

bool is_public_v6(const std::array<unsigned char, 16>& bytes) {
    const auto zeros_until = [&](std::size_t end) {
        return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end),
                           [](unsigned char byte) { return byte == 0; });
    };
    if (zeros_until(10) && bytes[10] == 0xff && bytes[11] == 0xff) {
        return is_public_v4(v4_at(bytes, 12));
    }
    const std::uint32_t first = v4_at(bytes, 0);
    if (first == 0x0064ff9b) {  // 64:ff9b::/96 translates; 64:ff9b:1::/48 is local
        const bool well_known = v4_at(bytes, 4) == 0 && v4_at(bytes, 8) == 0;
        return well_known && is_public_v4(v4_at(bytes, 12));
    }
    if (first >> 16U == 0x2002) return is_public_v4(v4_at(bytes, 2));  // 6to4
    // Only 2000::/3 is handed out; of it, 2001::/23 (Teredo among it), and documentation are not.
    if (first >> 29U != 1) return false;
    if (first >> 9U == 0x20010000U >> 9U) return false;
    return first != 0x20010db8 && first >> 12U != 0x3fff0000U >> 12U;
}

}  // namespace

bool is_public_address(const boost::asio::ip::address& address) {
    if (address.is_v4()) return is_public_v4(address.to_v4().to_uint());
    return is_public_v6(address.to_v6().to_bytes());
}

}  // namespace musubi
