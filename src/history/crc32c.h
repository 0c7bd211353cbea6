#pragma once

#include <cstdint>
#include <string_view>

namespace musubi {

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), by the processor's own instruction where it has
/// one. The same value on every machine.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;
/// The same without help of the processor; public so that a test can hold one against the other.
[[nodiscard]] std::uint32_t crc32c_portable(std::string_view bytes) noexcept;

}  // namespace musubi
