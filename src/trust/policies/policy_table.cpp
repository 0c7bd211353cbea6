#include "trust/policies/policy_table.h"

#include "base/both_words.h"
#include "base/toml_schema.h"
#include "trust/policies/policy.h"

namespace musubi {
namespace {

// A list of nobody would read as one of everybody, and so would the organisation "".
Result<void> check_lists(const toml::node& node, const std::string& file) {
    if (const toml::table* table = node.as_table()) {
        for (const auto& [name, member] : *table) TRY(check_lists(member, file));
    }
    const toml::array* list = node.as_array();
    if (list == nullptr) return {};
    if (list->empty()) {
        return toml_error(
            file, node,
            both_texts("一覧には一つ以上書いてください。すべてなら、この項目を書かないでください",
                       "a list names at least one; leave the key out for all"));
    }
    for (const toml::node& item : *list) {
        TRY(check_lists(item, file));
        const auto* text = item.as_string();
        if (text != nullptr && text->get().empty()) {
            return toml_error(
                file, item,
                both_texts("一覧に空の文字列は入れられません", "a list holds no empty text"));
        }
    }
    return {};
}

// What those that read TOML say in English alone.
Error in_both(std::string_view ja, Error error) {
    error.detail = both_texts(ja, error.detail);
    return error;
}

}  // namespace

Result<toml::table> policy_table(std::string_view text, const std::string& file) {
    auto root = parse_toml(text, file);
    if (!root) return in_both("TOML の書き方に合いません", root.error());
    if (const auto fits = check_toml(policy_schema(), *root, file); !fits) {
        return in_both(
            "この行の項目か値が、決まりの書き方に合いません。日時は引用符なしで "
            "2026-04-01T00:00:00+09:00 のように書きます",
            fits.error());
    }
    TRY(check_lists(*root, file));
    return root;
}

Result<std::string> context_of_policies(std::string_view text, const std::string& file) {
    const toml::table root = TRY(policy_table(text, file));
    return text_of(*root["policies"].as_table(), "context");
}

}  // namespace musubi
