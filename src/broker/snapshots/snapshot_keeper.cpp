#include "broker/snapshots/snapshot_keeper.h"

#include <algorithm>
#include <chrono>

#include "broker/snapshots/snapshot_copy.h"
#include "broker/subscriptions/receiver_info.h"
#include "store/tenants.h"

namespace musubi {
namespace {

Json detail(std::string_view status, Json problem = {}) {
    Json out;
    out.set("resultStatus", status);
    if (!problem.is_null()) out.set("problemDetails", std::move(problem));
    return out;
}

// 5.16.1.4: of what became of the queries.
SnapshotStatus together(const std::vector<SnapshotStatus>& outcome) {
    const auto any = [&](SnapshotStatus status) {
        return std::find(outcome.begin(), outcome.end(), status) != outcome.end();
    };
    const bool success = any(SnapshotStatus::Success);
    if (success && !any(SnapshotStatus::Failure) && !any(SnapshotStatus::Empty)) {
        return SnapshotStatus::Success;
    }
    if (success) return SnapshotStatus::Partial;
    return any(SnapshotStatus::Empty) ? SnapshotStatus::Empty : SnapshotStatus::Failure;
}

}  // namespace

SnapshotKeeper::SnapshotKeeper(const SnapshotParts& parts)
    : parts_{parts},
      filled_{parts.metrics.counter("musubi_snapshots_filled_total", "Snapshots filled.")},
      refused_{parts.metrics.counter("musubi_snapshot_queries_failed_total",
                                     "Queries of snapshots that failed.")},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {
    parts_.service.on_change([this] { wake(); });
}

SnapshotKeeper::~SnapshotKeeper() { stop(); }

void SnapshotKeeper::stop() {
    thread_.request_stop();
    wake();
    if (thread_.joinable()) thread_.join();
    parts_.service.on_change({});
}

void SnapshotKeeper::wake() {
    {
        const std::lock_guard lock{mutex_};
        news_ = true;
    }
    woken_.notify_one();
}

void SnapshotKeeper::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        look(stop);
        std::unique_lock lock{mutex_};
        woken_.wait_for(lock, std::chrono::seconds(1),
                        [&] { return news_ || stop.stop_requested(); });
        news_ = false;
    }
}

Result<void> SnapshotKeeper::commit(const std::string& owner,
                                    std::function<Result<void>(Transaction&)> run) {
    auto done = parts_.store.commit(service_caller(owner, kSnapshotService), std::move(run));
    if (!done) return std::move(done).error();
    return {};
}

void SnapshotKeeper::look(const std::stop_token& stop) {
    const auto names = parts_.store.tenants();
    for (const SnapshotService::Kept& kept : parts_.service.all()) {
        if (stop.stop_requested()) return;
        const auto owner = std::find_if(names.begin(), names.end(),
                                        [&](const auto& n) { return n.second == kept.tenant; });
        if (owner == names.end()) continue;
        const Snapshot& snapshot = *kept.snapshot;
        if (!snapshot.gone && snapshot.expired(parts_.clock.now())) {
            expire(owner->first, snapshot);
        } else if (!snapshot.gone && snapshot.status == SnapshotStatus::Preparing) {
            fill(owner->first, snapshot);
        } else if (snapshot.to_tell) {
            tell(owner->first, kept);
        } else if (kept.last_used_at - snapshot.last_used_at > kNoteUseEvery) {
            note_use(owner->first, kept);
        }
    }
}

// Who made it, as he may read now; one whose key was taken away reads nothing.
Caller SnapshotKeeper::maker_of(const std::string& owner, const Snapshot& snapshot) const {
    Caller caller;
    caller.tenant = owner;
    caller.subject = snapshot.subject;
    caller.role = snapshot.role;
    caller.purpose = snapshot.purpose;
    caller.ground = snapshot.ground;
    caller.access = parts_.authority.access(caller);
    if (!caller.access) caller.access = std::make_shared<const AccessFilter>();
    return caller;
}

Result<SnapshotStatus> SnapshotKeeper::run_query(const Caller& caller, const Snapshot& snapshot,
                                                 const Json& query, bool temporal) {
    const std::string inner = InnerTenant::name_of(caller.tenant, snapshot.id);
    if (!temporal) {
        const auto found =
            TRY(parts_.source.entities(caller, query, snapshot.context, snapshot.decided_by));
        TRY(copy_entities(parts_.store, inner, found));
        return found.empty() ? SnapshotStatus::Empty : SnapshotStatus::Success;
    }
    const auto found =
        TRY(parts_.source.evolutions(caller, query, snapshot.context, snapshot.decided_by));
    for (const EvolutionView& view : found) TRY(copy_evolution(parts_.store, inner, view));
    return found.empty() ? SnapshotStatus::Empty : SnapshotStatus::Success;
}

Result<Json> SnapshotKeeper::run_queries(const std::string& owner, const Snapshot& snapshot,
                                         bool temporal, std::vector<SnapshotStatus>& outcome) {
    const Json& queries = temporal ? snapshot.temporal_queries : snapshot.queries;
    if (!queries.is_array()) return Json{};
    const Caller caller = maker_of(owner, snapshot);
    Json::Array details;
    for (const Json& query : queries.array()) {
        const auto status = run_query(caller, snapshot, query, temporal);
        // It was deleted in the meantime: nothing is left to be filled.
        if (!status && status.error().code == ErrorCode::NoTenant) return status.error();
        if (!status) refused_.add(1);
        outcome.push_back(status ? *status : SnapshotStatus::Failure);
        details.push_back(status ? detail(name_of(*status))
                                 : detail("failure", parts_.source.problem(status.error())));
    }
    return Json{std::move(details)};
}

void SnapshotKeeper::fill(const std::string& owner, const Snapshot& snapshot) {
    Snapshot filled = snapshot;
    if (!snapshot.source.empty()) {
        const auto copied = copy_all(parts_.store, InnerTenant::name_of(owner, snapshot.source),
                                     InnerTenant::name_of(owner, snapshot.id));
        filled.status = copied ? SnapshotStatus::Success : SnapshotStatus::Failure;
        return finish(owner, filled);
    }
    std::vector<SnapshotStatus> outcome;
    auto details = run_queries(owner, snapshot, false, outcome);
    if (!details) return;
    auto temporal = run_queries(owner, snapshot, true, outcome);
    if (!temporal) return;
    filled.details = std::move(details).value();
    filled.temporal_details = std::move(temporal).value();
    filled.status = together(outcome);
    finish(owner, filled);
}

void SnapshotKeeper::finish(const std::string& owner, const Snapshot& filled) {
    const auto done = commit(owner, [&](Transaction& tx) -> Result<void> {
        auto now = TRY(SnapshotService::present(tx, filled.id));
        if (!now || now->created_at != filled.created_at) return {};  // another by now, or none
        now->status = filled.status;
        now->details = filled.details;
        now->temporal_details = filled.temporal_details;
        now->modified_at = tx.now();
        now->to_tell = !now->endpoint.empty();
        SnapshotService::put(tx, *now);
        return {};
    });
    if (done) return filled_.add(1);
    parts_.log.error("snapshots", "a snapshot was filled, and that could not be written down",
                     {field("snapshot", filled.id), field("why", to_text(done.error()))});
}

void SnapshotKeeper::expire(const std::string& owner, const Snapshot& snapshot) {
    const auto done = commit(owner, [&](Transaction& tx) -> Result<void> {
        auto now = TRY(SnapshotService::present(tx, snapshot.id));
        if (!now || !now->expired(tx.now())) return {};
        return SnapshotService::erase(tx, std::move(*now));
    });
    if (done) return;
    parts_.log.error("snapshots", "a snapshot that expired could not be deleted",
                     {field("snapshot", snapshot.id), field("why", to_text(done.error()))});
}

void SnapshotKeeper::note_use(const std::string& owner, const SnapshotService::Kept& kept) {
    const auto done = commit(owner, [&](Transaction& tx) -> Result<void> {
        auto now = TRY(SnapshotService::present(tx, kept.snapshot->id));
        if (!now || now->last_used_at >= kept.last_used_at) return {};
        now->last_used_at = kept.last_used_at;
        SnapshotService::put(tx, *now);
        return {};
    });
    static_cast<void>(done);  // it is tried again
}

// ---- what is told (5.16.6) ----

void SnapshotKeeper::tell(const std::string& owner, const SnapshotService::Kept& kept) {
    const Key key{kept.tenant, kept.snapshot->id};
    const Snapshot& snapshot = *kept.snapshot;
    enum class Do { Send, Wait, Finish } what = Do::Wait;
    tellings_->with([&](Tellings& all) {
        Telling& telling = all.by_snapshot[key];
        if (telling.under_way) return;
        if (telling.modified_at != snapshot.modified_at || telling.gone != snapshot.gone) {
            telling = {.modified_at = snapshot.modified_at, .gone = snapshot.gone};
        }
        const bool done = telling.told || telling.attempts >= kMaxAttempts;
        if (done) {
            all.by_snapshot.erase(key);
            what = Do::Finish;
        } else if (telling.next <= parts_.clock.monotonic()) {
            ++telling.attempts;
            telling.under_way = true;
            what = Do::Send;
        }
    });
    if (what == Do::Send) send(owner, key, snapshot);
    if (what == Do::Finish) was_told(owner, snapshot);
}

void SnapshotKeeper::send(const std::string& owner, const Key& key, const Snapshot& snapshot) {
    Outgoing out;
    out.uri = snapshot.endpoint;
    out.timeout = seconds(10);
    out.headers.emplace_back("Content-Type", "application/json");
    out.headers.emplace_back("Link", "<" + std::string(kCoreContextUrl) +
                                         ">; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                                         "type=\"application/ld+json\"");
    if (!owner.empty()) out.headers.emplace_back("NGSILD-Tenant", owner);
    if (snapshot.receiver_info.is_array()) {
        auto info = read_receiver_info(snapshot.receiver_info);
        if (info) {
            for (auto& header : *info) out.headers.push_back(std::move(header));
        }
    }
    out.body = to_text(
        write_snapshot_notification(snapshot, random_token(parts_.random), parts_.clock.now()));
    // It may come back after the end of this: what it needs is its own.
    parts_.port.send(std::move(out), [tellings = tellings_, key,
                                      &clock = parts_.clock](const Result<Receipt>& receipt) {
        const bool taken = receipt && receipt->status >= 200 && receipt->status < 300;
        tellings->with([&](Tellings& all) {
            const auto found = all.by_snapshot.find(key);
            if (found == all.by_snapshot.end()) return;
            Telling& telling = found->second;
            telling.under_way = false;
            telling.told = taken;
            telling.next = clock.monotonic() + kFirstPause * (1LL << (telling.attempts - 1));
        });
    });
}

void SnapshotKeeper::was_told(const std::string& owner, const Snapshot& snapshot) {
    const auto done = commit(owner, [&](Transaction& tx) -> Result<void> {
        const auto stored = TRY(tx.record(kSnapshotKind, snapshot.id));
        if (!stored) return {};
        Snapshot now = TRY(decode_snapshot(snapshot.id, *stored));
        if (now.modified_at != snapshot.modified_at || now.gone != snapshot.gone) return {};
        now.to_tell = false;
        if (now.gone) {
            tx.erase_record(kSnapshotKind, now.id);
        } else {
            SnapshotService::put(tx, now);
        }
        return {};
    });
    static_cast<void>(done);  // it is told once more
}

}  // namespace musubi
