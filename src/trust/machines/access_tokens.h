#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// Access tokens of machines (RFC 6749, 1.4): `mt_<id>_<secret>`, opaque, short-lived, kept in
/// memory as the SHA-256 of their secret alone and gone with a restart. What the machine may do is
/// not in them. Bounded; any thread. Moments are those of a clock that never
/// goes back.
class AccessTokens {
public:
    static constexpr Duration kLasts = minutes(10);
    static constexpr std::size_t kMaxOfMachine = 20;  ///< the oldest ends for a new one
    static constexpr std::size_t kMaxTokens = 50'000;
    static constexpr std::string_view kPrefix = "mt_";

    /// A token for the machine; with a thumbprint (SHA-256 of a certificate, 32 bytes) it opens
    /// only connections with that certificate (RFC 8705, 3). Fails: Busy (kMaxTokens).
    Result<std::string> issue(std::string_view machine, std::string_view thumbprint, Duration now,
                              Random& random);
    /// The machine whose token it is, shown on a connection with a certificate of this thumbprint
    /// (empty: none). Takes the same time whether the id or the secret is wrong.
    /// Fails: Unauthorized.
    Result<std::string> find(std::string_view token, std::string_view thumbprint,
                             Duration now) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::string digest;
        std::string machine;
        std::string thumbprint;
        Duration until;
    };
    struct Table {
        std::unordered_map<std::string, Entry> by_id;
        std::deque<std::pair<Duration, std::string>> ends;  // ids in order of their ends
        std::unordered_map<std::string, std::deque<std::string>> of_machine;
    };
    static void drop(Table& table, const std::string& id);
    static void drop_ended(Table& table, Duration now);

    SharedGuarded<Table> table_;
};

}  // namespace musubi
