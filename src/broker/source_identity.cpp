#include "broker/source_identity.h"

namespace musubi {
namespace {

constexpr std::string_view kIdentityKind = "source-identity";
constexpr std::string_view kName = "alias";

}  // namespace

Result<void> SourceIdentity::load(Store& store, Random& random, const Clock& clock) {
    clock_ = &clock;
    started_ = clock.monotonic();
    if (const auto kept = TRY(store.record(0, kIdentityKind, kName))) {
        token_ = *kept;
        return {};
    }
    token_ = random_token(random);
    TRY(store.commit(service_caller("", "first-run"), [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, kIdentityKind, kName, token_);
        return {};
    }));
    return {};
}

std::string SourceIdentity::alias(std::string_view tenant) const {
    std::string alias = "musubi-" + token_;
    if (!tenant.empty()) alias.append(".").append(tenant);
    return alias;
}

}  // namespace musubi
