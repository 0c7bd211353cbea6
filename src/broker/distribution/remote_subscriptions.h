#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "broker/registrations/registration.h"
#include "store/store.h"

namespace musubi {

/// A subscription that stands at a context source on behalf of one of ours (GS CIM 009 v1.9.1,
/// 5.8.1.4): what the source tells it comes here, and goes on to who subscribed.
struct RemoteSubscription {
    enum class Phase {
        Wanted,    ///< to be made at the source
        Made,      ///< it stands there
        Unwanted,  ///< to be deleted there
    };
    std::string id;            ///< at the source; nobody else can guess it
    std::string token;         ///< comes with each notification
    std::string subscription;  ///< ours
    RegistrationPtr source;    ///< as it was when this was made
    Time revision;             ///< of ours: when it was last modified
    Phase phase = Phase::Wanted;
    Time since;  ///< of the phase
};
using RemoteSubscriptionPtr = std::shared_ptr<const RemoteSubscription>;

inline constexpr std::string_view kRemoteSubscriptionKind = "remote-subscription";

/// The stored form and back. Fails: Corrupt.
[[nodiscard]] std::string encode_remote(const RemoteSubscription& remote);
Result<RemoteSubscription> decode_remote(std::string_view bytes);

/// The subscriptions at sources, of all tenants: a projection of the records of kind
/// "remote-subscription". Safe from any thread.
class RemoteSubscriptionTable final : public Projection {
public:
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    [[nodiscard]] std::vector<RemoteSubscriptionPtr> list(TenantId tenant) const;
    struct Found {
        TenantId tenant = 0;
        RemoteSubscriptionPtr remote;
    };
    /// In whatever tenant it is; nothing where there is none.
    [[nodiscard]] std::optional<Found> find(std::string_view id) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    using Tables = std::map<TenantId, std::map<std::string, RemoteSubscriptionPtr, std::less<>>>;
    SharedGuarded<Tables> tables_;
};

}  // namespace musubi
