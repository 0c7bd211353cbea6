// Files of evidence from anywhere: a check ends in a report or in a refusal, and what is clean is
// canonical to the byte.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "project/gate/evidence_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};  // NOLINT
    const auto report = musubi::verify_evidence(text, std::nullopt);
    if (!report || !report->clean()) return 0;
    const auto again = musubi::evidence_text(report->file);
    if (!again || *again != text) std::abort();
    return 0;
}
