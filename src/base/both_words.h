#pragma once

#include <string_view>

#include "base/json.h"

namespace musubi {

/// What is told to people, in both languages: {"ja", "en"}.
[[nodiscard]] inline Json both_words(std::string_view ja, std::string_view en) {
    Json out;
    out.set("ja", ja);
    out.set("en", en);
    return out;
}

}  // namespace musubi
