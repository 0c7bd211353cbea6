// Files of measures: whatever the bytes, an error, or measures that can be gathered, described and
// computed.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "project/measures/measure_text.h"
#include "project/measures/measure_totals.h"
#include "project/measures/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto set = read_measures(text, "fuzz.toml", core_context());
    if (!set) return 0;
    const Time now{1'795'575'600'000'000};
    for (const Measure& measure : set->measures) {
        MeasureTotals totals{measure, period_at(measure.period, now)};
        for (std::uint32_t entity = 0; entity < 2; ++entity) {
            for (std::size_t part = 0; part < measure.parts.size(); ++part) {
                const std::string id = "urn:e" + std::to_string(entity);
                const MeasurePlace place{
                    .group = "g",
                    .each = measure.across == Across::None ? std::string_view{} : id,
                    .part = part};
                totals.join(place, {.first = now});
                for (int i = 0; i < 3; ++i) {
                    const MeasuredReading reading{.at = now + minutes(i),
                                                  .is_number = i != 1,
                                                  .number = i * 1.5,
                                                  .text = "1",
                                                  .unit = unit_number(i == 2 ? id : "MTR")};
                    totals.add(place, {.number = entity, .id = id}, reading,
                               {.bound = 1.0, .less = 0.5});
                }
            }
        }
        static_cast<void>(describe(measure, *set->context));
        for (const MeasureValue& value : totals.values(now + hours(1))) {
            static_cast<void>(describe_lack(measure, value));
        }
    }
    return 0;
}
