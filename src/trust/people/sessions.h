#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/random.h"
#include "store/store.h"
#include "trust/passkeys/challenges.h"
#include "trust/people/people.h"

namespace musubi {

/// How long a sign-in lasts.
struct SessionRule {
    Duration idle = hours(8);    ///< without a request
    Duration longest = days(7);  ///< whatever happens
    /// Within it what guards the account (recovery codes, passkeys) may be changed.
    Duration fresh = minutes(15);
};

/// How somebody proved who they are. The numbers are stored.
enum class SignInMethod : std::uint8_t {
    Password = 0,
    RecoveryCode = 1,
    Invitation = 2,
    Passkey = 3,
    OpenId = 4
};
[[nodiscard]] std::string_view name_of(SignInMethod method);
/// How surely it is the person who signed in so: 1 to 3. Of OpenId at least that: its provider says
/// more.
[[nodiscard]] std::uint8_t assurance_of(SignInMethod method);

/// One sign-in of a person, on one browser.
struct Session {
    std::string id;  ///< for lists; not what opens it
    std::string person;
    std::string digest;  ///< SHA-256 of the secret
    std::uint64_t epoch = 0;
    SignInMethod method = SignInMethod::Password;
    std::string browser;  ///< as it calls itself, cut to kMaxBrowserBytes
    Time created_at;
    Time used_at;  ///< about: kUseStep
    /// Signed in by a recovery code, and no new password or passkey yet.
    bool renew = false;
    std::uint8_t assurance = 1;        ///< how surely it is them, 1 to 3
    std::uint8_t asked_assurance = 0;  ///< of OpenId: what was asked for; zero: nothing
    std::string provider;              ///< of OpenId: its id
};

/// Sign-ins that last: a token `<id>_<secret>` in a cookie, of which only the SHA-256 of the secret
/// is kept. A projection: what is ended is over at the next request. They outlast a restart.
class Sessions final : public Projection {
public:
    static constexpr std::string_view kKind = "session";  ///< of its records
    static constexpr std::size_t kMaxOfPerson = 20;       ///< the oldest ends for a new one
    static constexpr std::size_t kMaxBrowserBytes = 200;
    /// The time of the last request is kept to this step, so that reading writes little.
    static constexpr Duration kUseStep = minutes(5);

    /// `people` must outlive it.
    Sessions(const People& people, SessionRule rule) : people_{people}, rule_{rule} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    [[nodiscard]] const SessionRule& rule() const { return rule_; }
    /// Those of sign-ins that are being begun, and of passkeys that are being made.
    [[nodiscard]] const Challenges& challenges() const { return challenges_; }

    /// Whose token it is, where the session lasts at `now` and its person may sign in. Counts as
    /// use. Takes the same time whether the id or the secret is wrong.
    [[nodiscard]] std::optional<Session> find(std::string_view token, Time now) const;
    /// True where the session of this id lasts at `now`, as `find` has it.
    [[nodiscard]] bool lasts(const std::string& id, Time now) const;
    /// When it ends unless it is used again, and at the latest.
    [[nodiscard]] Time idle_until(const Session& session) const;
    [[nodiscard]] Time ends_at(const Session& session) const {
        return session.created_at + rule_.longest;
    }
    /// True where the person signed in just now, with more than a link.
    [[nodiscard]] bool is_fresh(const Session& session, Time now) const {
        return now < session.created_at + rule_.fresh;
    }
    /// Those of a person that last, the newest first.
    [[nodiscard]] std::vector<Session> list(std::string_view person, Time now) const;

    // -- within a transaction
    /// A new session; the token is for the cookie alone. `how`: all but its id and digest.
    struct Begun {
        Session session;
        std::string token;
    };
    [[nodiscard]] static Begun prepare(Session how, Random& random);
    void begin(Transaction& tx, const Session& session) const;
    static void end(Transaction& tx, std::string_view id);
    /// Fails: NotFound unless it is one of that person.
    Result<void> end_own(Transaction& tx, std::string_view id, std::string_view person) const;

    /// Ends what is over, and writes when the others were last used. For a thread that may wait,
    /// now and then. Fails: as a commit.
    Result<void> sweep(Store& store, Time now) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId /*tenant*/) override {}  // they are of people

private:
    struct Entry {
        Session session;
        std::shared_ptr<std::atomic<std::int64_t>> used_at;  // since it was written
    };
    using Table = std::unordered_map<std::string, Entry>;
    [[nodiscard]] bool lasts(const Entry& entry, Time now) const;

    const People& people_;
    SessionRule rule_;
    SharedGuarded<Table> table_;
    Challenges challenges_;
};

}  // namespace musubi
