#pragma once

#include <string>
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

/// The same as one text, for what has room for one alone: "ja / en". The page shows the reader's.
[[nodiscard]] inline std::string both_texts(std::string_view ja, std::string_view en) {
    return std::string{ja} + " / " + std::string{en};
}

}  // namespace musubi
