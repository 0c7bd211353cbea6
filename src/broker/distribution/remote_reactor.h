#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/distribution/distributor.h"
#include "broker/distribution/remote_subscriptions.h"
#include "broker/subscriptions/subscription_table.h"
#include "store/reactor.h"

namespace musubi {

/// Where sources are to send what they have to tell.
inline constexpr std::string_view kRemoteNotifyPath = "/ngsi-ld/ex/remote-notify";
/// The header that says that a notification comes from a source that was told to send it.
inline constexpr std::string_view kRemoteTokenHeader = "Musubi-Source-Token";

/// Keeps the subscriptions at context sources as they ought to be (GS CIM 009 v1.9.1, 5.8.1.4,
/// 5.8.2.4, 5.8.5.4): one for each of ours and each source that has to do with it and takes
/// subscriptions. What is to be made or deleted is written down first, then done, again and again
/// until it works; so none is left behind by a crash. A changed subscription is a new one there.
class RemoteReactor final : public Reactor {
public:
    static constexpr std::string_view kName = "remote-subscriptions";
    static constexpr std::size_t kMaxAtOnce = 64;  ///< requests under way in a tenant
    static constexpr Duration kFirstPause = seconds(1);
    static constexpr Duration kLongestPause = minutes(1);
    static constexpr Duration kGivenUp = days(7);  ///< a source that can not be told of a deletion

    struct Parts {
        const Store& store;
        const SubscriptionTable& subscriptions;
        const RegistrationTable& registrations;
        const RemoteSubscriptionTable& remote;
        const Contexts& contexts;
        Distributor& distributor;
        const Clock& clock;
        Random& random;  ///< of its own
    };
    explicit RemoteReactor(const Parts& parts) : parts_{parts} {}

    /// Where this server is for sources, `http://host:port`. Before it is known nothing is asked.
    void set_address(std::string address);

    [[nodiscard]] std::string_view name() const override { return kName; }
    /// Changes of entities are none of its business.
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    Result<Effect> tick(const std::string& tenant, Time now) override;
    [[nodiscard]] Duration pulse() const override { return milliseconds(200); }

private:
    using Key = std::pair<std::string, std::string>;  // subscription, registration
    struct Wanted {
        SubscriptionPtr subscription;
        RegistrationPtr source;
    };
    struct Try {
        bool under_way = false;
        Duration pause;
        Duration not_before;  // by the monotonic clock
    };
    /// What came of requests, by the ids of remote subscriptions; filled from other threads.
    struct Inbox {
        std::map<std::string, bool> done;  // true: it is as it was wanted
    };
    struct Plan {
        std::vector<RemoteSubscription> put;
        std::vector<std::string> erase;
    };

    [[nodiscard]] std::map<Key, Wanted> wanted(TenantId tenant, Time now) const;
    void settle(const RemoteSubscription& remote, const std::map<std::string, bool>& done, Time now,
                Plan& plan);
    void ask(TenantId tenant, const std::string& name, const RemoteSubscription& remote);
    Result<SourceRequest> request_for(TenantId tenant, const RemoteSubscription& remote) const;

    Parts parts_;
    Guarded<std::string> address_;
    std::map<std::string, Try> tries_;
    std::shared_ptr<Guarded<Inbox>> inbox_ = std::make_shared<Guarded<Inbox>>();
};

}  // namespace musubi
