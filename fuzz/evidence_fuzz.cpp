// Files of evidence from anywhere: a check and a replay end in a report or in a refusal, and what
// is clean is canonical to the byte. Bytes that are changed at random are nearly never JSON, and
// never one in which a list became an object: so members are changed as well.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "project/gate/evidence_check.h"
#include "store/memory/memory_store.h"

namespace {

using musubi::Json;

void add_all(Json& value, std::vector<Json*>& out) {
    out.push_back(&value);
    if (value.is_array()) {
        for (Json& item : value.array()) add_all(item, out);
    } else if (value.is_object()) {
        for (musubi::JsonMember& member : value.object()) add_all(member.value, out);
    }
}

// One member becomes something else, goes, or stands there twice.
void change(Json& file, std::mt19937& random) {
    std::vector<Json*> all;
    add_all(file, all);
    Json& one = *all[random() % all.size()];
    const Json others[] = {Json{},
                           Json{true},
                           Json{0},
                           Json{-1},
                           Json{1e300},
                           Json{""},
                           Json{"2026-06-01"},
                           Json{Json::Array{}},
                           Json{Json::Object{}},
                           Json{Json::Array{Json{1}}},
                           Json{Json::Object{{"a", Json{1}}}}};
    const std::size_t pick = random() % (std::size(others) + 2);
    if (pick < std::size(others)) {
        one = others[pick];
    } else if (one.is_array() && !one.array().empty()) {
        const std::size_t at = random() % one.array().size();
        if (pick % 2 == 0) {
            one.push_back(Json{one.array()[at]});
        } else {
            one.array().erase(one.array().begin() + static_cast<std::ptrdiff_t>(at));
        }
    } else if (one.is_object() && !one.object().empty()) {
        const std::size_t at = random() % one.object().size();
        one.object().erase(one.object().begin() + static_cast<std::ptrdiff_t>(at));
    }
}

const musubi::Store& no_readings() {
    static const musubi::SystemClock clock;
    static musubi::Log log{musubi::LogLevel::Off};
    static musubi::Metrics metrics;
    static const auto store =
        *musubi::Store::open(musubi::make_memory_store(), {}, clock, log, metrics);
    return *store;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
    std::mt19937 random{seed};
    auto file = musubi::parse_json({reinterpret_cast<const char*>(data), size});  // NOLINT
    if (!file || random() % 4 == 0) return LLVMFuzzerMutate(data, size, most);
    for (std::size_t n = random() % 3 + 1; n > 0; --n) change(*file, random);
    const std::string text = musubi::to_text(*file);
    if (text.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::memcpy(data, text.data(), text.size());
    return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};  // NOLINT
    const auto report = musubi::verify_evidence(text, std::nullopt);
    if (!report) return 0;
    static_cast<void>(musubi::previous_fault(report->file, text));
    static_cast<void>(musubi::replay_evidence(report->file, no_readings()));
    if (!report->clean()) return 0;
    const auto again = musubi::evidence_text(report->file);
    if (!again || *again != text) std::abort();
    return 0;
}
