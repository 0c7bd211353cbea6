#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "broker/contexts.h"
#include "store/store.h"
#include "trust/authority.h"
#include "trust/journal/journal.h"
#include "trust/journal/refusals.h"
#include "trust/policies/use_tally.h"

namespace musubi {

class AccessTokens;
class AlertService;
class AttemptLimits;
class Distributor;
class EntityMaps;
class RemoteNotifications;
class FeedRunner;
class Machines;
struct MeasureSet;
class UsedAssertions;
class Invitations;
class PasswordHasher;
class People;
struct ProjectParts;
struct OpenIdParts;
class Sessions;
class SigningKeys;
class SourceIdentity;
class RegistrationService;
class SourceSubscriptionService;
class SnapshotService;
class SubscriptionService;
class Worker;

/// What the page says of the town: from the pack that runs.
struct Town {
    std::string pack;         ///< empty: none
    std::string context_url;  ///< of the names that the pack uses
    Json name;                ///< {"ja", "en"}
    Json levels;              ///< versioned names and levels of thresholds
    bool drill = false;
    std::string tiles;  ///< URL template of a base map; empty: none
};

/// What signing in takes.
struct SignInParts {
    const PasswordHasher& hasher;
    Worker& worker;  ///< computes passwords, few at once
    AttemptLimits& by_account;
    AttemptLimits& by_address;
    /// A proxy on this machine names the address of its peer last in X-Forwarded-For.
    bool behind_proxy = false;
};

/// What machines prove themselves with, and what they are given for it.
struct MachineParts {
    const Machines& machines;
    AccessTokens& tokens;
    const UsedAssertions& used_assertions;
    /// By what this server is called as an issuer (RFC 8414, 2); known once it listens.
    const Guarded<std::string>& issuer;
    bool asks_certificates = false;  ///< of clients, where TLS is spoken
};

/// What the interface works with. main.cpp makes it; everything in it outlives the server.
struct App {
    Store& store;
    Keys& keys;
    Policies& policies;
    UseTally& uses;
    const Authority& authority;
    Journal& journal;
    Refusals& refusals;
    const People& people;
    const Sessions& sessions;
    const Invitations& invitations;
    const SigningKeys& signing_keys;  ///< of people
    const SignInParts& sign_in;
    const MachineParts& machines;
    OpenIdParts& openid;
    Contexts& contexts;
    SubscriptionService& subscriptions;
    RegistrationService& registrations;
    SourceSubscriptionService& source_subscriptions;
    Distributor& distributor;
    EntityMaps& entity_maps;
    RemoteNotifications& remote_notifications;
    SnapshotService& snapshots;
    const Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
    const Town& town;
    const SourceIdentity& identity;
    std::string data;        ///< the data folder; empty: in memory
    std::string public_url;  ///< how others call this server; empty: as each request calls it
    std::vector<FeedRunner*> feeds;
    std::shared_ptr<const MeasureSet> measures = nullptr;  ///< null: nothing is measured
    const ProjectParts* projects = nullptr;                ///< there wherever it serves
    AlertService* alerts = nullptr;                        ///< null: no pack with rules runs
    /// Instances of each attribute that one temporal answer holds (GS CIM 009 v1.9.1, 6.3.10).
    std::size_t temporal_page = 100'000;
    std::string cookie_url;  ///< by how people come; https:// where that is over TLS
    bool open = false;       ///< no key is asked for; only ever on loopback
};

}  // namespace musubi
