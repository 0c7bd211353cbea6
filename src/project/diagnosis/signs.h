#pragma once

#include <span>
#include <string_view>

#include "project/diagnosis/failure_cause.h"

namespace musubi {

/// A sign of a cause: what is seen, from when on it counts, and what has to be so that it is gone.
/// docs/diagnosis.md has this table.
struct SignText {
    std::string_view id;
    FailureCause cause;
    std::string_view seen_ja;
    std::string_view seen_en;
    std::string_view clears_ja;
    std::string_view clears_en;
};
/// In the order of the causes.
[[nodiscard]] std::span<const SignText> sign_texts();
/// `id`: one of them.
[[nodiscard]] const SignText& text_of_sign(std::string_view id);

}  // namespace musubi
