#include "store/reactor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/bytes.h"
#include "store/change_log.h"

namespace musubi {
namespace {

constexpr std::size_t kBatch = 256;
constexpr Duration kKeepEvery = seconds(5);  // a position that moved without effect

std::string encode(std::uint64_t position) {
    std::string value;
    append_be64(value, position);
    return value;
}

}  // namespace

struct ReactorRunner::State {
    State(Store& s, const Clock& c, Log& l, Metrics& metrics, Reactor& r)
        : store{s},
          clock{c},
          log{l},
          reactor{r},
          failures{metrics.counter("musubi_reactor_" + std::string(r.name()) + "_failures_total",
                                   "Times it could not go on and tried again.")},
          lost{metrics.counter("musubi_reactor_" + std::string(r.name()) + "_lost_changes_total",
                               "Changes that had left the log before it read them.")} {}

    Result<void> load();
    void run(const std::stop_token& stop);
    Result<void> step(const std::stop_token& stop);
    Result<void> react(const std::vector<ChangePtr>& changes);
    Result<void> tick();
    Result<void> commit(const std::string& tenant, const Reactor::Effect& effect,
                        std::uint64_t reached);
    Result<void> keep_position();
    void pause(const std::stop_token& stop, Duration time);

    Store& store;
    const Clock& clock;
    Log& log;
    Reactor& reactor;
    Counter& failures;
    Counter& lost;
    std::atomic<std::uint64_t> position{0};
    std::uint64_t kept = 0;  // what is stored
    Duration last_tick{-1};
    Duration last_kept{};
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread;
};

Result<void> ReactorRunner::State::load() {
    const auto stored = TRY(store.record(0, kPositionKind, reactor.name()));
    if (stored && stored->size() != 8) {
        return Error{ErrorCode::Corrupt, "the position of a reactor is malformed"};
    }
    // A new reactor begins with what comes from now on.
    position = kept = stored ? read_be64(*stored) : store.sequence();
    store.set_position(reactor.name(), kept);
    return stored ? Result<void>{} : keep_position();
}

Result<void> ReactorRunner::State::commit(const std::string& tenant, const Reactor::Effect& effect,
                                          std::uint64_t reached) {
    Caller caller = service_caller(tenant, reactor.name());
    caller.guardian = std::string(reactor.guardian());
    const auto run = [&](Transaction& tx) -> Result<void> {
        if (effect) TRY(effect(tx));
        tx.put_record_of(0, kPositionKind, reactor.name(), encode(reached));
        return {};
    };
    TRY(store.commit(caller, run));
    position = kept = reached;
    last_kept = clock.monotonic();
    store.set_position(reactor.name(), kept);
    return {};
}

Result<void> ReactorRunner::State::keep_position() { return commit("", {}, position); }

Result<void> ReactorRunner::State::react(const std::vector<ChangePtr>& changes) {
    if (changes.front()->sequence > position + 1 && position + 1 < store.first_sequence()) {
        const std::uint64_t count = changes.front()->sequence - position - 1;
        lost.add(count);
        log.warn("reactor", "changes had left the log before they were read",
                 {field("reactor", reactor.name()), field("count", count)});
    }
    const auto names = store.tenants();
    const auto tenant_of = [](const ChangePtr& change) { return change->entities.front().tenant; };
    for (auto from = changes.begin(); from != changes.end();) {
        const TenantId tenant = tenant_of(*from);
        const auto to = std::find_if(from, changes.end(),
                                     [&](const ChangePtr& c) { return tenant_of(c) != tenant; });
        const auto name = std::find_if(names.begin(), names.end(),
                                       [&](const auto& entry) { return entry.second == tenant; });
        const std::uint64_t reached = (*std::prev(to))->sequence;
        Reactor::Effect effect;
        if (name != names.end()) {  // else: the tenant was deleted in the meantime
            effect = TRY(reactor.react(name->first, {from, to}));
        }
        if (effect) {
            TRY(commit(name->first, effect, reached));
        } else {
            position = reached;
        }
        from = to;
    }
    if (position != kept && clock.monotonic() - last_kept > kKeepEvery) return keep_position();
    return {};
}

Result<void> ReactorRunner::State::tick() {
    last_tick = clock.monotonic();
    for (const auto& [name, id] : store.tenants()) {
        const Reactor::Effect effect = TRY(reactor.tick(name, clock.now()));
        if (effect) TRY(commit(name, effect, position));
    }
    return {};
}

Result<void> ReactorRunner::State::step(const std::stop_token& stop) {
    const Duration wait = std::min(reactor.pulse(), milliseconds(100));
    const auto changes = TRY(store.changes(position, kBatch, wait));
    if (stop.stop_requested()) return {};
    if (!changes.empty()) TRY(react(changes));
    if (last_tick.us < 0 || clock.monotonic() - last_tick >= reactor.pulse()) return tick();
    return {};
}

void ReactorRunner::State::pause(const std::stop_token& stop, Duration time) {
    std::unique_lock lock{mutex};
    wake.wait_for(lock, stop, std::chrono::microseconds(time.us), [] { return false; });
}

void ReactorRunner::State::run(const std::stop_token& stop) {
    Duration back_off = milliseconds(100);
    while (!stop.stop_requested()) {
        const auto done = step(stop);
        if (done) {
            back_off = milliseconds(100);
            continue;
        }
        failures.add();
        log.error("reactor", "could not go on, will try again",
                  {field("reactor", reactor.name()), field("why", to_text(done.error())),
                   field("seconds", back_off.seconds())});
        pause(stop, back_off);
        back_off = std::min(back_off * 2, minutes(1));
    }
    if (position != kept) static_cast<void>(keep_position());
}

ReactorRunner::ReactorRunner(Store& store, const Clock& clock, Log& log, Metrics& metrics,
                             Reactor& reactor)
    : state_{std::make_unique<State>(store, clock, log, metrics, reactor)} {
    if (const auto loaded = state_->load(); !loaded) {
        log.error("reactor", "its position can not be read; it starts with what comes now",
                  {field("reactor", reactor.name()), field("why", to_text(loaded.error()))});
    }
    state_->thread = std::jthread{[this](const std::stop_token& stop) { state_->run(stop); }};
}

ReactorRunner::~ReactorRunner() {
    state_->thread.request_stop();
    state_->thread.join();
}

std::uint64_t ReactorRunner::position() const { return state_->position; }

}  // namespace musubi
