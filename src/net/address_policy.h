#pragma once

#include <boost/asio/ip/address.hpp>

namespace musubi {

/// True where the address belongs to a host on the public internet: not loopback, private, shared
/// (100.64/10), link-local, unique-local, multicast, unspecified, broadcast, reserved or kept for
/// documentation and benchmarks (RFC 6890 and its registries), and not one of these in a mapped,
/// compatible, translated (64:ff9b::/96), 6to4 or Teredo address.
[[nodiscard]] bool is_public_address(const boost::asio::ip::address& address);

}  // namespace musubi
