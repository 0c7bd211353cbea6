#pragma once

#include <gtest/gtest.h>

#include <string>

namespace musubi::test {

/// The text with the first `from`, which must be in it, replaced by `to`.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        ADD_FAILURE() << "the text has no " << from;
        return text;
    }
    return text.replace(at, from.size(), to);
}

}  // namespace musubi::test
