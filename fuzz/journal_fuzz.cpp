// A journal as somebody hands it over: whatever the bytes, a verdict; and what is taken for an
// entry is written again just as it was.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trust/journal/verify_journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    std::string_view text{reinterpret_cast<const char*>(data), size};
    const JournalChecks checks{.unfinished = true};
    JournalVerifier verifier{checks};
    verifier.begin("input");
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (const auto record = read_line(line)) {
            const std::string again = to_line(*record);
            assert(std::string_view(again).substr(0, again.size() - 1) == line);
        }
        verifier.take(line, end != std::string_view::npos);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    const JournalReport report = verifier.finish();
    assert(report.faults.size() <= JournalReport::kMaxFaults);
    static_cast<void>(PublicKey::parse({reinterpret_cast<const char*>(data), size}));
    return 0;
}
