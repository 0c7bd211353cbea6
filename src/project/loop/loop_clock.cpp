#include "project/loop/loop_clock.h"

#include <fmt/core.h>

#include "base/bytes.h"
#include "project/loop/loop_document.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::string_view kNewest = "loop-newest";  // of records, by project

Error set_back(Time newest, const std::string& place) {
    const std::string last = clock_text(newest);
    return loop_error(ErrorCode::Conflict, place,
                      "この機械の時計が戻っています。最後の記録は " + last +
                          "（日本時間）です。時計を直してからやり直してください",
                      "the clock of this machine was set back: the last record is of " + last +
                          " (time in Japan); set it right and try again");
}

}  // namespace

Result<void> check_clock(const Entity& entity, Time now, const std::string& place) {
    if (entity.modified_at <= now) return {};
    return set_back(entity.modified_at, place);
}

Result<void> advance_clock(Transaction& tx, const std::string& project, const std::string& place) {
    const Time now = tx.now();
    if (const auto text = TRY(tx.record(kNewest, project))) {
        ByteReader reader{*text};
        const Time newest{reader.signed_number()};
        if (!reader.failed() && newest > now) return set_back(newest, place);
    }
    std::string value;
    ByteWriter{value}.signed_number(now.us);
    tx.put_record(kNewest, project, std::move(value));
    return {};
}

std::string clock_text(Time at) {
    const Civil civil = to_civil(at, kJapan);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", civil.year, civil.month, civil.day,
                       civil.hour, civil.minute, civil.second);
}

}  // namespace musubi
