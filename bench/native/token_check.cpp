#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/log.h"
#include "store/memory/memory_store.h"
#include "trust/authority.h"
#include "trust/encoding.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/machines.h"
#include "trust/people/grant.h"
#include "trust/people/sessions.h"

// What the router asks of each request, on one thread: who bears this key, this access token, this
// session, and what policies leave them. 1,000 of each, in an order without a pattern.
// Prints checks a second: of keys, of access tokens, of access tokens bound to a certificate, of
// sessions.
namespace {

using namespace musubi;
constexpr int kEach = 1'000;

template <typename T>
T must(Result<T> result) {
    if (result) return std::move(result).value();
    std::fprintf(stderr, "%s\n", to_text(result.error()).c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}
void must(const Result<void>& result) {
    if (result) return;
    std::fprintf(stderr, "%s\n", to_text(result.error()).c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

class Town {
public:
    Town() {
        must(keys.load(*store, clock));
        must(policies.load(*store, clock));
        must(people.load(*store));
        must(sessions.load(*store));
        must(machines.load(*store, clock));
        authority.know_people(people, sessions, clock);
        authority.know_machines(machines, tokens, clock);
        for (int i = 0; i < kEach; ++i) add(i);
    }

    SystemClock clock;
    SystemRandom random;
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<Store> store = must(Store::open(make_memory_store(), {}, clock, log, metrics));
    Keys keys;
    Policies policies;
    People people;
    Sessions sessions{people, {}};
    Machines machines;
    AccessTokens tokens;
    Authority authority{keys, policies};
    std::string thumbprint = sha256({"a certificate"});
    std::vector<std::string> of_keys;
    std::vector<std::string> of_tokens;
    std::vector<std::string> bound;
    std::vector<std::string> of_sessions;

private:
    void add(int number) {
        const Caller town = service_caller("", "bench");
        KeySpec spec;
        spec.role = Role::Reader;
        of_keys.push_back(must(keys.create(*store, town, spec, random)));
        Machine machine;
        machine.id = random_token(random).substr(0, Machine::kIdLength);
        machine.spec = spec;
        Person person;
        person.id = machine.id;
        person.name = "person" + std::to_string(number);
        Grant grant;
        grant.id = "g";
        grant.role = Role::Reader;
        person.grants = {grant};
        Session how;
        how.person = person.id;
        how.created_at = how.used_at = clock.now();
        const auto begun = Sessions::prepare(how, random);
        must(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(machines.add(tx, machine));
            TRY(people.add(tx, person));
            sessions.begin(tx, begun.session);
            return {};
        }));
        of_sessions.push_back(begun.token);
        of_tokens.push_back(must(tokens.issue(machine.id, "", clock.monotonic(), random)));
        bound.push_back(must(tokens.issue(machine.id, thumbprint, clock.monotonic(), random)));
    }
};

double rate(const std::vector<std::string>& of, double seconds,
            const std::function<bool(const std::string&)>& check) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    std::size_t at = 0;
    std::size_t done = 0;
    for (;;) {
        for (int i = 0; i < 1'000; ++i) {
            at = (at + 617) % of.size();
            if (!check(of[at])) return 0;
            ++done;
        }
        const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
        if (passed >= seconds) return static_cast<double>(done) / passed;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 1;  // NOLINT(cert-err34-c)
    Town town;
    const auto admitted = [&](Result<Caller> caller) {
        if (!caller) return false;
        town.authority.admit(*caller);
        return caller->access->may_read;
    };
    const auto plain = [&](const std::string& token) {
        return admitted(town.authority.authenticate(token));
    };
    const double keys = rate(town.of_keys, seconds, plain);
    const double tokens = rate(town.of_tokens, seconds, plain);
    const double bound = rate(town.bound, seconds, [&](const std::string& token) {
        return admitted(town.authority.authenticate(token, town.thumbprint));
    });
    const double sessions = rate(town.of_sessions, seconds, [&](const std::string& token) {
        auto signed_in = town.authority.authenticate_session(token, "");
        return signed_in && admitted(std::move(signed_in->caller));
    });
    std::printf("%.0f %.0f %.0f %.0f\n", keys, tokens, bound, sessions);
    return keys > 0 && tokens > 0 && bound > 0 && sessions > 0 ? 0 : 1;
}
