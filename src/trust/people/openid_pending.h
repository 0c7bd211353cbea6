#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/random.h"
#include "base/result.h"

namespace musubi {

/// A sign-in at a provider that has begun: what we remember until the browser comes back.
struct OpenIdPending {
    enum class Aim : std::uint8_t { SignIn, Link, Accept };

    std::string provider;  ///< id
    Aim aim = Aim::SignIn;
    std::string to = "/";      ///< where the browser goes afterwards: a path of ours
    std::string person;        ///< Link: whose account
    std::string session;       ///< Link: id of their session
    std::string invitation;    ///< Accept: id
    std::string name;          ///< Accept: to sign in by
    std::string display_name;  ///< Accept
    std::string former;        ///< id of the session that the browser had; empty: none
    std::string address;       ///< where it came from
    std::string nonce;         ///< OpenID Connect Core 1.0, 3.1.2.1
    std::string verifier;      ///< RFC 7636, 4.1
};

/// The sign-ins at providers that have begun and not ended, bounded in count and time. In memory
/// alone: after a restart one begins again. Any thread.
class OpenIdPendings {
public:
    static constexpr std::size_t kMax = 4096;
    static constexpr std::size_t kMaxOfAddress = 128;
    static constexpr Duration kLasts = minutes(10);

    explicit OpenIdPendings(const Clock& clock) : clock_{clock} {}

    struct Begun {
        std::string state;    ///< goes to the provider and comes back; nobody can guess it
        std::string browser;  ///< for a cookie of the browser that begins, and no other
        OpenIdPending pending;
    };
    /// Fills in nonce and verifier. Fails: Busy (kMax, kMaxOfAddress).
    Result<Begun> begin(OpenIdPending pending, Random& random);
    /// What was begun under this state, by the browser that has this secret: once, whether the
    /// browser is the right one or not. Nothing where there is none, or its time is over.
    [[nodiscard]] std::optional<OpenIdPending> take(std::string_view state,
                                                    std::string_view browser);
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        OpenIdPending pending;
        std::string browser;  // SHA-256
        Duration until;
    };
    using Table = std::unordered_map<std::string, Entry>;
    const Clock& clock_;
    Guarded<Table> table_;
};

}  // namespace musubi
