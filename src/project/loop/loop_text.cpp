#include "project/loop/loop_text.h"

#include "base/json.h"
#include "model/normal_text.h"
#include "project/loop/loop_document.h"

namespace musubi {

Result<void> check_why(std::string_view why, const std::string& place) {
    if (is_utf8(why) && !is_plain_text(why)) {
        return loop_error(
            ErrorCode::BadRequest, place,
            "理由に、制御文字か、文字の向きを変える記号が入っています。取り除いてください",
            "the reason has control characters or marks that turn the direction of "
            "writing; take them out");
    }
    if (is_utf8(why) && !is_blank(why) && count_characters(why) <= kMaxLoopText) return {};
    return loop_error(ErrorCode::BadRequest, place, "理由を 4,000 字までで書いてください",
                      "give the reason, a text of up to 4,000 characters");
}

}  // namespace musubi
