#include "store/commit_line.h"

#include <algorithm>
#include <iterator>

#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxGroup = 512;
constexpr std::size_t kMaxGroupBytes = 4U << 20U;  // of commands
constexpr std::size_t kBatchIsLarge = 1U << 20U;   // worth a write of its own

}  // namespace

// Commands that go to the disk together, and what became of each.
struct CommitLine::Round {
    Round(StoreParts parts, const Group* before, std::uint64_t first, Duration now)
        : group{parts, before}, first_sequence{first}, started{now} {}
    [[nodiscard]] bool has_room() const {
        return !closed && outcomes.size() < kMaxGroup && !group.full() &&
               group.bytes() < kBatchIsLarge;
    }

    struct Outcome {
        std::function<void(Result<Committed>)> done;
        Result<Committed> result;
    };
    Group group;
    std::vector<Outcome> outcomes;
    std::uint64_t first_sequence;
    Duration started;
    std::optional<std::uint64_t> trim;  // of the log, before it
    bool closed = false;
    bool changes_rights = false;  // what is run next has to see it
};

CommitLine::CommitLine(Parts parts, const Options& options, Metrics& metrics)
    : parts_{std::move(parts)},
      queue_{options.queue},
      commits_{metrics.counter("musubi_store_commits_total", "Commands that were committed.")},
      group_seconds_{metrics.histogram("musubi_store_group_seconds",
                                       "From the first command of a group to its replies.")},
      writer_{parts_.kv, options.durability, [this] { queue_.ring(); }} {}

CommitLine::~CommitLine() { stop(); }

void CommitLine::start() {
    next_sequence_ = parts_.changes.last() + 1;
    thread_ = std::jthread{[this] { run(); }};
}

void CommitLine::set_gate(RightsGate gate) {
    gate_owner_ = std::make_unique<const RightsGate>(std::move(gate));
    gate_.store(gate_owner_.get(), std::memory_order_release);
}

void CommitLine::set_witness(ChangeWitness witness) {
    witness_owner_ = std::make_unique<const ChangeWitness>(std::move(witness));
    witness_.store(witness_owner_.get(), std::memory_order_release);
}

void CommitLine::stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
}

void CommitLine::run() {
    for (;;) {
        if (writing_ && writer_.ended()) end_write();
        if (!writing_ && is_ready()) begin_write();
        answer();  // while the disk works
        if (!waiting_.empty() && may_run_next()) {
            run_next();
            continue;
        }
        const std::size_t most = waiting_.empty() && may_run_next() ? kMaxGroup : 0;
        if (!queue_.take(waiting_, most, kMaxGroupBytes, writing_ != nullptr)) return;
    }
}

bool CommitLine::is_ready() const { return open_ && (waiting_.empty() || !open_->has_room()); }

bool CommitLine::may_run_next() const {
    if (open_) return open_->has_room();
    return !writing_ || !(first_must_settle_ || writing_->changes_rights);
}

void CommitLine::run_next() {
    if (!open_) {
        open_ = std::make_unique<Round>(
            StoreParts{parts_.kv, parts_.dictionary, parts_.cache, parts_.histories},
            writing_ ? &writing_->group : nullptr, next_sequence_, parts_.clock.monotonic());
    }
    Command& command = waiting_.front();
    auto result = run_in(*open_, command, first_must_settle_);
    if (first_must_settle_) {  // runs again, when what it asked for is written
        open_->closed = true;
        if (open_->outcomes.empty()) open_.reset();
        return;
    }
    open_->outcomes.push_back({std::move(command.done), std::move(result)});
    waiting_.pop_front();
}

Result<Committed> CommitLine::run_in(Round& round, const Command& command, bool& deferred) {
    deferred = false;
    const TenantId tenant = TRY(parts_.tenants.find(command.caller.tenant));
    if (round.group.erases(tenant)) return Error{ErrorCode::NoTenant, "the tenant was deleted"};
    // Whole milliseconds: nobody can tell more, and history packs them better.
    const Time now{parts_.clock.now().us / 1'000 * 1'000};
    if (const RightsGate* gate = gate_.load(std::memory_order_acquire)) {
        TRY(gate->still(command.caller));
    }
    Transaction transaction{round.group, command.caller, tenant, now, next_sequence_};
    const Result<void> ran = command.run(transaction);
    deferred = transaction.deferred();
    TRY(ran);
    const std::size_t records = round.group.records().size();
    const bool changed =
        TRY(round.group.fold(transaction, witness_.load(std::memory_order_acquire)));
    if (changes_rights(round.group, records)) round.closed = round.changes_rights = true;
    return Committed{.sequence = changed ? next_sequence_++ : 0, .at = now};
}

bool CommitLine::changes_rights(const Group& group, std::size_t first_record) const {
    const RightsGate* gate = gate_.load(std::memory_order_acquire);
    if (gate == nullptr) return false;
    if (!group.erased_tenants().empty()) return true;
    return std::any_of(group.records().begin() + static_cast<std::ptrdiff_t>(first_record),
                       group.records().end(), [&](const RecordChange& record) {
                           return std::find(gate->kinds.begin(), gate->kinds.end(), record.kind) !=
                                  gate->kinds.end();
                       });
}

void CommitLine::begin_write() {
    Batch batch;
    auto round = std::move(open_);
    if (const auto staged = stage(*round, batch); !staged) {
        return fail(std::move(round), staged.error());
    }
    if (batch.empty()) return make_visible(std::move(round));
    writing_ = std::move(round);
    writer_.begin(std::move(batch));
}

Result<void> CommitLine::stage(Round& round, Batch& batch) {
    Group& group = round.group;
    // Chunks first: a tenant that is erased in this group takes its own along.
    if (auto staged = parts_.histories.stage_chunks(batch, parts_.changes, parts_.changes.last(),
                                                    group.changes());
        !staged) {
        parts_.log.error("store", "history could not be packed",
                         {field("why", to_text(staged.error()))});
    }
    TRY(parts_.histories.stage_rewrites(batch, group.changes()));
    batch.append(std::move(group.batch()));
    if (const auto floor =
            parts_.histories.stage_floor(batch, parts_.changes, parts_.changes.last() + 1)) {
        round.trim = parts_.changes.trim_before(*floor);
        if (round.trim) {
            batch.erase_range(Space::Changes, keys::change(0), keys::change(*round.trim));
        }
    }
    parts_.dictionary.stage(batch);
    parts_.histories.announce(group.changes());
    return {};
}

void CommitLine::end_write() {
    if (const auto written = writer_.result(); !written) {
        parts_.log.error("store", "a write failed: nothing of it was kept",
                         {field("why", to_text(written.error()))});
        fail(std::move(writing_), written.error());
        // What was run since, was run on what is not there.
        if (open_) fail(std::move(open_), written.error());
        return;
    }
    parts_.dictionary.commit();
    parts_.histories.chunks_written();
    if (writing_->trim) parts_.changes.trimmed(*writing_->trim);
    make_visible(std::move(writing_));
    if (open_) open_->group.settle();
}

void CommitLine::make_visible(std::unique_ptr<Round> round) {
    parts_.project(round->group);
    commits_.add(round->outcomes.size());
    decided_.push_back(std::move(round));
}

void CommitLine::fail(std::unique_ptr<Round> round, const Error& error) {
    next_sequence_ = std::min(next_sequence_, round->first_sequence);
    parts_.dictionary.roll_back();
    parts_.histories.announce({});
    parts_.histories.chunks_dropped();
    for (Round::Outcome& outcome : round->outcomes) {
        if (outcome.result) outcome.result = error;
    }
    decided_.push_back(std::move(round));
}

void CommitLine::answer() {
    for (const auto& round : decided_) {
        for (Round::Outcome& outcome : round->outcomes) {
            if (outcome.done) outcome.done(std::move(outcome.result));
        }
        group_seconds_.observe((parts_.clock.monotonic() - round->started).seconds());
    }
    decided_.clear();
}

}  // namespace musubi
