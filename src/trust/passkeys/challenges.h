#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/guarded.h"
#include "base/random.h"
#include "base/time.h"

namespace musubi {

/// What a challenge was made for. It is good for nothing else.
struct Ceremony {
    enum class Purpose {
        SignIn,  ///< by a passkey that its owner chooses
        Add,     ///< of a person who is signed in
        Accept   ///< of an invitation
    };
    Purpose purpose = Purpose::SignIn;
    std::string person;      ///< id of whom the passkey is to be; empty: SignIn
    std::string session;     ///< id of the session that asked; Add alone
    std::string invitation;  ///< id; Accept alone
    std::string name;        ///< to sign in by, for which it was begun; Accept alone
};

/// The challenges that are open (WebAuthn, 13.4.3): made here, each good once and for kLasts. In
/// memory alone and bounded: beyond kMaxOfAddress the oldest of that address goes, beyond kMax the
/// oldest of all. Safe from any thread.
class Challenges {
public:
    static constexpr std::size_t kMax = 8192;
    static constexpr std::size_t kMaxOfAddress = 256;
    static constexpr Duration kLasts = minutes(5);
    static constexpr std::size_t kBytes = 32;

    /// Where and when a challenge is asked for: `now` is monotonic.
    struct Asked {
        std::string address;
        Duration now;
    };
    /// A new one, kBytes of chance.
    [[nodiscard]] std::string begin(Ceremony ceremony, const Asked& asked, Random& random) const;
    /// What it was made for; it is used up. Nothing where there is none, or no longer. `now` is
    /// monotonic.
    [[nodiscard]] std::optional<Ceremony> take(const std::string& challenge, Duration now) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::string challenge;
        std::string address;
        Duration until;  // monotonic
        Ceremony ceremony;
    };
    struct Table {
        std::list<Entry> entries;  // the oldest first
        std::unordered_map<std::string, std::list<Entry>::iterator> by_challenge;
        std::unordered_map<std::string, std::size_t> of_address;
    };
    static void drop(Table& table, std::list<Entry>::iterator entry);
    static void make_room(Table& table, const std::string& address, Duration now);

    mutable Guarded<Table> table_;
};

}  // namespace musubi
