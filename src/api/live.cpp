#include "api/live.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "api/call.h"
#include "api/problem.h"
#include "api/record.h"
#include "api/use.h"
#include "broker/present.h"
#include "broker/subscriptions/matcher.h"
#include "store/shown_change.h"

namespace musubi {

namespace live {

struct Listener {
    std::shared_ptr<HttpStream> stream;
    Caller caller;
    TenantId tenant = 0;
    ContextPtr context;
    std::vector<std::string> types;  // expanded; empty: all
    std::uint64_t position = 0;
    Duration last_written{};
    Time present;
};

}  // namespace live

namespace {

using live::Listener;

constexpr Duration kHeartbeat = seconds(15);
constexpr std::size_t kBatch = 256;
constexpr std::string_view kLivePath = "/musubi/v1/live";

std::string_view event_name(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::Created: return "created";
        case ChangeKind::Updated: return "updated";
        case ChangeKind::Deleted: return "deleted";
    }
    return "updated";
}

bool is_wanted(const Listener& listener, const EntityChange& change) {
    if (change.tenant != listener.tenant) return false;
    if (listener.types.empty()) return true;
    return std::any_of(listener.types.begin(), listener.types.end(), [&](const std::string& type) {
        return std::find(change.types.begin(), change.types.end(), type) != change.types.end();
    });
}

// The entity with its changed attributes alone, as they are after the change.
Entity changed_part(const EntityChange& change) {
    Entity part;
    part.id = change.id;
    part.types = change.types;
    for (const AttributeChange& a : change.attributes) {
        if (a.late) continue;
        if (!a.after) {
            erase_if(part.attributes, [&](const Attribute& earlier) {
                return earlier.name == a.name && earlier.dataset_id == a.dataset_id;
            });
            continue;
        }
        const std::size_t place = part.place_of(a.name, a.dataset_id);
        if (place < part.attributes.size()) {
            part.attributes.put(place, a.after);  // several in one commit: the last one stands
        } else {
            part.attributes.push_back(a.after);
        }
    }
    return part;
}

// `last`: of its commit. Only that one carries the id, so that who comes back after a cut in
// between gets all of the commit again.
void append_event(std::string& out, const Listener& listener, const Change& change,
                  const EntityChange& entity, bool last) {
    if (last) out += "id: " + std::to_string(change.sequence) + "\n";
    out += "event: change\ndata: {\"sequence\":";
    out += std::to_string(change.sequence);
    append_member_name(out, "at");
    append_json_string(out, to_iso(change.at));
    append_member_name(out, "operation");
    append_json_string(out, event_name(entity.kind));
    append_member_name(out, "entity");
    WriteOptions options;
    options.format = Format::Concise;
    const Entity part = changed_part(entity);
    write_entity(out, part, *listener.context, options);
    out.pop_back();  // its closing brace: what was deleted follows, as null
    std::set<std::string_view> gone;
    for (const AttributeChange& a : entity.attributes) {
        const bool set_again = part.find(a.name) != nullptr;
        if (a.after || a.late || !a.dataset_id.empty() || set_again || !gone.insert(a.name).second)
            continue;
        append_member_name(out, listener.context->compact(a.name));
        out += "null";
    }
    out += "}}\n\n";
}

}  // namespace

struct LiveFeed::State {
    explicit State(const App& a) : app{a} {}
    void run(const std::stop_token& stop);
    bool serve(Listener& listener);
    bool is_still_theirs(Listener& listener) const;
    void join();
    void go_round();
    Result<EntityPtr> state_then(const Listener& listener, const Change& change,
                                 const EntityChange& entity) const;
    Result<void> append_commit(std::string& out, const Listener& listener, const Change& change);
    bool say_present(Listener& listener);

    const App& app;
    std::mutex mutex;
    std::list<Listener> joining;
    std::mutex round;               // held while feeds are written to
    std::list<Listener> listeners;  // within a round
    std::atomic<std::size_t> count{0};
    std::jthread thread;
};

LiveFeed::LiveFeed(const App& app) : state_{std::make_unique<State>(app)} {
    app.metrics.gauge("musubi_live_listeners", "Open live feeds.",
                      [this] { return static_cast<double>(state_->count.load()); });
    state_->thread = std::jthread{[this](const std::stop_token& stop) { state_->run(stop); }};
}

LiveFeed::~LiveFeed() {
    state_->thread.request_stop();
    state_->thread.join();
}

void LiveFeed::pass() {
    const std::lock_guard round{state_->round};  // the one that goes on comes to its end
    state_->join();
    for (Listener& listener : state_->listeners) {
        if (!state_->is_still_theirs(listener)) listener.stream->cut();
    }
}

void LiveFeed::open(const App& app, const HttpRequest& request, HttpResponder responder) {
    auto call = read_call(app, request, {}, RunOn::Io);
    if (!call) {
        record_refusal(app, request, kLivePath, nullptr, call.error());
        return responder.send(problem(call.error()));
    }
    if (auto allowed = need_read(*call); !allowed) {
        record_refusal(app, request, kLivePath, &call->caller, allowed.error());
        return responder.send(problem(allowed.error()));
    }
    if (state_->count >= kMaxListeners) {
        return responder.send(problem({ErrorCode::Busy, "there are too many live feeds"}));
    }
    Listener listener;
    listener.caller = call->caller;
    listener.caller.counted = false;  // it goes on by itself
    listener.caller.access = app.authority.access(listener.caller);
    listener.context = call->context;
    for (const std::string& type : call->list("types")) {
        listener.types.push_back(call->context->expand(type));
    }
    const auto tenant = app.store.tenant(call->caller.tenant);
    if (!tenant) return responder.send(problem(tenant.error()));
    listener.tenant = *tenant;
    listener.position = app.store.sequence();
    const std::string_view last = request.header("Last-Event-ID");
    bool reset = false;
    if (!last.empty()) {
        std::uint64_t seen = 0;
        const auto read = std::from_chars(last.data(), last.data() + last.size(), seen);
        reset = read.ec != std::errc{} || seen > listener.position ||
                seen + 1 < app.store.first_sequence();
        if (!reset) listener.position = seen;
    }
    listener.last_written = app.clock.monotonic();
    listener.stream = responder.stream({200,
                                        {{"Content-Type", "text/event-stream"},
                                         {"Cache-Control", "no-store"},
                                         {"X-Accel-Buffering", "no"}},
                                        {}});
    listener.stream->write(reset ? "retry: 2000\nevent: reset\ndata: {}\n\n" : "retry: 2000\n\n");
    ++state_->count;
    const std::lock_guard lock{state_->mutex};
    state_->joining.push_back(std::move(listener));
}

bool LiveFeed::State::say_present(Listener& listener) {
    const auto present = read_present(app.store, listener.tenant, app.clock);
    if (!present || !present->replay || present->at == listener.present) return true;
    listener.present = present->at;
    return listener.stream->write("event: town\ndata: {\"present\":\"" + to_iso(present->at) +
                                  "\"}\n\n");
}

// The entity right after the change; null where what policies look at is not known of that time.
Result<EntityPtr> LiveFeed::State::state_then(const Listener& listener, const Change& change,
                                              const EntityChange& entity) const {
    const auto& governance = listener.caller.access->governance;
    // A change that is read back from the disk does not bring the state.
    if (governance == nullptr || entity.after || entity.kind == ChangeKind::Deleted) {
        return state_of(entity, nullptr);
    }
    EntityPtr then;
    if (governance->looks_at(entity.types).any()) {
        then = TRY(app.store.state_after(listener.caller, entity.id, change.sequence));
        if (then == nullptr) return then;
    }
    return state_of(entity, then);
}

Result<void> LiveFeed::State::append_commit(std::string& out, const Listener& listener,
                                            const Change& change) {
    std::vector<ShownChange> shown;
    for (const EntityChange& entity : change.entities) {
        if (!is_wanted(listener, entity)) continue;
        const EntityPtr state = TRY(state_then(listener, change, entity));
        if (state == nullptr) continue;
        ShownChange& one = shown.emplace_back(*listener.caller.access, entity, state);
        if (!one.any()) shown.pop_back();
    }
    std::vector<EntityPtr> states;
    states.reserve(shown.size());
    for (const ShownChange& one : shown) states.push_back(one.state());
    TRY(record_access(app, listener.caller, listener.tenant, "live feed", states));
    for (const ShownChange& one : shown) {
        append_event(out, listener, change, one.change(), &one == &shown.back());
    }
    return {};
}

// Where what they may do is another than it was, they come back for it. What was written and not
// taken was let out by what they might do before.
bool LiveFeed::State::is_still_theirs(Listener& listener) const {
    const std::uint64_t rights = app.authority.rights();
    if (listener.caller.rights == rights) return true;
    const auto still = app.authority.still(listener.caller);
    listener.caller.rights = rights;
    return still.has_value();
}

// Writes what is new for one listener; false when it has gone, or may no longer listen.
bool LiveFeed::State::serve(Listener& listener) {
    const Duration now = app.clock.monotonic();
    if (!is_still_theirs(listener)) {
        listener.stream->cut();
        return false;
    }
    while (listener.stream->writable() && listener.position < app.store.sequence()) {
        const auto changes = app.store.changes(listener.position, kBatch, Duration{});
        if (!changes || changes->empty()) break;
        listener.caller.access = app.authority.access(listener.caller);
        if (!listener.caller.access) return false;
        std::string out;
        for (const ChangePtr& change : *changes) {
            if (!append_commit(out, listener, *change)) return false;
        }
        listener.position = changes->back()->sequence;
        if (out.empty()) continue;
        listener.last_written = now;
        if (!listener.stream->write(out) || !say_present(listener)) return false;
    }
    if (now - listener.last_written >= kHeartbeat) {
        listener.last_written = now;
        return listener.stream->write(": still here\n\n");
    }
    return !listener.stream->closed();
}

// Takes in who came since the last round.
void LiveFeed::State::join() {
    const std::lock_guard lock{mutex};
    listeners.splice(listeners.end(), joining);
}

void LiveFeed::State::go_round() {
    const std::lock_guard lock{round};
    join();
    for (auto it = listeners.begin(); it != listeners.end();) {
        if (serve(*it)) {
            ++it;
            continue;
        }
        it->stream->close();
        it = listeners.erase(it);
        --count;
    }
}

void LiveFeed::State::run(const std::stop_token& stop) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
        go_round();
        // Sleeps until something is committed; a newcomer waits at most this long.
        static_cast<void>(app.store.changes(seen, 1, milliseconds(100)));
        seen = app.store.sequence();
    }
    for (Listener& listener : listeners) listener.stream->close();
}

}  // namespace musubi
