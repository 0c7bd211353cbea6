// Reads the bytes as a peer's answer, whole and in small pieces; both must agree on the answer.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/response_parser.h"

namespace {

constexpr std::size_t kMaxBody = 10'000;

/// The answer in words; empty where there is none.
std::string read(std::string_view bytes, std::size_t piece, musubi::ResponseRules rules) {
    musubi::HttpResponseParser parser{rules};
    while (!bytes.empty()) {
        const std::size_t n = std::min(piece, bytes.size());
        if (!parser.feed(bytes.substr(0, n))) return {};
        bytes.remove_prefix(n);
    }
    if (!parser.end()) return {};
    musubi::HttpResponse response = parser.take();
    if (response.body.size() > kMaxBody) std::abort();
    std::string seen = std::to_string(response.status);
    for (const auto& [name, value] : response.headers) (seen += name) += value;
    return seen + response.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const musubi::ResponseRules rules{.to_head = (data[0] & 1U) != 0,
                                      .max_body_bytes = kMaxBody,
                                      .drop_body = (data[0] & 2U) != 0};
    const std::size_t piece = 1 + data[0] / 8U;
    if (read(bytes, bytes.size() + 1, rules) != read(bytes, piece, rules)) std::abort();
    return 0;
}
