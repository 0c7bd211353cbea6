#include "cli/first_key.h"

namespace musubi {

Result<std::optional<std::string>> first_key(Store& store, Keys& keys, Random& random,
                                             const Config& config) {
    if (config.open || (!keys.empty() && !config.new_key)) return std::optional<std::string>{};
    KeySpec spec;
    spec.role = Role::Operator;
    spec.label = keys.empty() ? "first run" : "made at a start with --new-key";
    return std::optional<std::string>{
        TRY(keys.create(store, service_caller("", "first-run"), spec, random))};
}

JournalEntry first_key_entry(const Keys& keys) {
    const KeyInfo key = keys.list(service_caller("", "first-run")).back();
    Json details;
    details.set("key", key.id);
    details.set("role", name_of(key.spec.role));
    details.set("label", key.spec.label);
    return {.kind = journal_kind::kKeyMade,
            .tenant = {},
            .subject = "service:first-run",
            .details = std::move(details)};
}

}  // namespace musubi
