#include <set>
#include <thread>

#include "base/random.h"
#include "faults/child_process.h"
#include "faults/crash_store.h"
#include "unit/broker/delivery_fixture.h"

// A child process takes writes and tells a receiver of each; it is killed at a random moment, and
// loses what its disk would. What it acknowledged must still be told, in order, and what is told
// twice must say that it is the same.
namespace musubi::testing {
namespace {

constexpr int kTownWriters = 4;
constexpr int kGaugesEach = 4;
constexpr int kRoundsATown = 50;  // then all that is due must have come, and a new one begins

struct Event {
    enum class Kind : std::int32_t { Acknowledged, Told } kind;
    std::int32_t entity;
    std::int32_t value;
    std::uint64_t id;  // of the delivery
};

// A receiver at the other end of a pipe. Now and then it does not answer, is busy, or answers late.
class PipeReceiver final : public NotificationPort {
public:
    PipeReceiver(int pipe, std::uint64_t seed, bool is_moody)
        : pipe_{pipe}, is_moody_{is_moody}, random_{seed}, late_{[this](const std::stop_token& s) {
              answer_late(s);
          }} {}

    void send(Outgoing outgoing, Callback done) override {
        const std::uint64_t mood = is_moody_ ? random_.next() % 16 : 15;
        if (mood == 0) return done(Receipt{.status = 503, .retry_after = {}});
        receive(outgoing);
        if (mood == 1) return done(Error{ErrorCode::Timeout, "the answer was lost"});
        if (mood > 4) return done(Receipt{.status = 204, .retry_after = {}});
        waiting_.with([&](auto& waiting) { waiting.push_back(std::move(done)); });
    }

private:
    void receive(const Outgoing& outgoing) const {
        Event event{.kind = Event::Kind::Told, .entity = 0, .value = 0, .id = 0};
        const auto body = parse_json(outgoing.body);
        const Json& told = body->find("data")->array().at(0);
        event.entity = std::stoi(told.find("id")->string().substr(numbered(0).size() - 1));
        event.value = static_cast<std::int32_t>(told.find("urn:test:level")->number());
        for (const auto& [name, value] : outgoing.headers) {
            if (name == "Musubi-Delivery-Id") event.id = std::hash<std::string>{}(value);
        }
        tell(pipe_, event);
    }
    void answer_late(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            for (auto& done : waiting_.with([](auto& w) { return std::exchange(w, {}); })) {
                done(Receipt{.status = 204, .retry_after = {}});
            }
        }
    }

    int pipe_;
    bool is_moody_;
    SeededRandom random_;  // of the thread that sends
    Guarded<std::vector<Callback>> waiting_;
    std::jthread late_;
};

// A store with one subscription to all gauges, and all that brings its notifications on the way.
class Town {
public:
    Town(CrashStore& store, NotificationPort& port) : store_{store} {
        EXPECT_TRUE(keys_.load(*store_, store_.clock));
        EXPECT_TRUE(table_.load(*store_));
        DeliveryLimits limits;
        limits.first_pause = milliseconds(1);
        limits.max_pause = milliseconds(4);
        limits.max_attempts = 1'000'000;
        limits.stop_grace = seconds(1);
        deliveries_.emplace(DeliveryParts{*store_, table_, authority_, port, store_.clock, random_,
                                          store_.log, store_.metrics},
                            limits);
        EXPECT_TRUE(deliveries_->start());
        reactor_.emplace(*store_, table_, contexts_, authority_, store_.clock);
        runner_.emplace(*store_, store_.clock, store_.log, store_.metrics, *reactor_);
        const Caller caller = service_caller("", "town");
        if (service_.find(caller, "urn:sub:1")) return;
        const auto made = store_->commit(caller, [&](Transaction& tx) {
            return service_.create(tx, gauges(), *core_context());
        });
        EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
    }
    ~Town() {
        runner_.reset();
        deliveries_->stop();
    }
    // Everything that was due was told.
    [[nodiscard]] bool is_done() const {
        return runner_->position() == store_->sequence() &&
               store_->records(0, kDeliveryKind, {}, 1)->empty();
    }

private:
    CrashStore& store_;
    Contexts contexts_;
    Keys keys_;
    Policies policies_;
    Authority authority_{keys_, policies_};
    SubscriptionTable table_{contexts_, store_.log};
    SubscriptionService service_{*store_, table_, contexts_};
    SeededRandom random_{7};
    std::optional<Deliveries> deliveries_;
    std::optional<SubscriptionReactor> reactor_;
    std::optional<ReactorRunner> runner_;
};

void write_and_tell(const std::string& folder, int round, int pipe) {
    CrashStore store{folder, crash_of(round)};
    if (!store.is_open()) return;
    PipeReceiver receiver{pipe, static_cast<std::uint64_t>(round), true};
    const Town town{store, receiver};
    std::vector<std::jthread> writers;
    for (int w = 0; w < kTownWriters; ++w) {
        writers.emplace_back([&, w] {
            const Caller caller = service_caller("", "writer");
            for (int value = round * 10'000 + 1;; ++value) {
                const int entity = w * kGaugesEach + value % kGaugesEach;
                if (!write_value(*store, caller, entity, value)) _exit(4);
                tell(pipe, Event{Event::Kind::Acknowledged, entity, value, 0});
            }
        });
    }
}

// Lets everything go out that is still due, with a receiver in good mood.
void tell_the_rest(const std::string& folder, int pipe) {
    CrashStore store{folder};
    ASSERT_TRUE(store.is_open());
    PipeReceiver receiver{pipe, 0, false};
    const Town town{store, receiver};
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!town.is_done() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(town.is_done()) << "not everything that was due went out";
    EXPECT_EQ(*count_dead_letters(*store, 0), 0U);
}

// What happened, seen from outside.
class Witness {
public:
    void see(const Event& event) {
        if (event.kind == Event::Kind::Acknowledged) {
            int& last = acknowledged_[event.entity];
            last = std::max(last, event.value);
            due_[event.entity].insert(event.value);
            return;
        }
        auto& told = told_[event.entity];
        const auto first = told.emplace(event.value, event.id);
        EXPECT_EQ(first.first->second, event.id) << "told twice under two names";
        EXPECT_TRUE(!first.second || std::next(first.first) == told.end())
            << numbered(event.entity) << ": " << event.value << " was told after a later one";
    }
    void expect_all_told() const {
        for (const auto& [entity, values] : due_) {
            const auto told = told_.find(entity);
            ASSERT_NE(told, told_.end());
            for (const int value : values) {
                EXPECT_TRUE(told->second.contains(value))
                    << numbered(entity) << ": " << value << " was acknowledged and never told";
            }
        }
    }
    [[nodiscard]] const Acknowledged& acknowledged() const { return acknowledged_; }

private:
    Acknowledged acknowledged_;
    std::map<int, std::set<int>> due_;
    std::map<int, std::map<int, std::uint64_t>> told_;
};

void one_town_crash(const std::string& folder, int round, SeededRandom& random, Witness& witness) {
    ChildProcess child{[&](int pipe) { write_and_tell(folder, round, pipe); }};
    const int count = 1 + static_cast<int>(random.next() % 400);
    Event event{};
    for (int i = 0; child.read(event); ++i) {
        witness.see(event);
        if (i == count) child.kill();
    }
    ASSERT_TRUE(child.was_killed()) << "the town ended by itself";
    ASSERT_TRUE(in_child([&] { expect_all_there(folder, witness.acknowledged()); }));
}

TEST(DeliveryCrashes, NothingDueIsLost) {
    SeededRandom random{20'261'125};
    const int rounds = fault_rounds();
    for (int first = 0; first < rounds; first += kRoundsATown) {
        const TempFolder folder;
        Witness witness;
        for (int round = first; round < std::min(rounds, first + kRoundsATown); ++round) {
            ASSERT_NO_FATAL_FAILURE(one_town_crash(folder.path("store"), round, random, witness))
                << "in round " << round;
            ASSERT_FALSE(HasFailure()) << "in round " << round;
        }
        ChildProcess child{[&](int pipe) { tell_the_rest(folder.path("store"), pipe); }};
        Event event{};
        while (child.read(event)) witness.see(event);
        ASSERT_TRUE(child.ended_well());
        ASSERT_NO_FATAL_FAILURE(witness.expect_all_told());
    }
}

}  // namespace
}  // namespace musubi::testing
