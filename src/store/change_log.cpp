#include "store/change_log.h"

#include <algorithm>
#include <chrono>

#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::uint64_t kMarkEvery = 256U << 10U;
constexpr std::uint64_t kWorthTrimming = 4U << 20U;

// What a change keeps in memory: each state after it is a copy of its own.
std::size_t memory_of_change(const Change& change, std::size_t encoded) {
    std::size_t bytes = encoded;
    for (const EntityChange& e : change.entities) {
        if (e.after) bytes += memory_of(*e.after);
    }
    return bytes;
}

}  // namespace

Result<void> ChangeLog::load() {
    const auto newest = TRY(kv_.last(Space::Changes, keys::change(0), {}));
    const auto cursor = kv_.scan(Space::Changes, keys::change(0), {});
    TRY(cursor->status());
    const std::lock_guard lock{mutex_};
    if (newest && cursor->valid()) {
        if (newest->first.size() != 8 || cursor->key().size() != 8) {
            return Error{ErrorCode::Corrupt, "a key of the log is malformed"};
        }
        last_ = read_be64(newest->first);
        first_ = read_be64(cursor->key());
    }
    const SpaceSize size = kv_.size(Space::Changes);
    marks_.push_back({first_ - 1, 0});
    marks_.push_back({last_, size.disk_bytes + size.memory_bytes});
    return {};
}

void ChangeLog::append(const std::vector<std::pair<ChangePtr, std::size_t>>& changes) {
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [change, bytes] : changes) {
            last_ = change->sequence;
            if (last_ - marks_.back().sequence > 0 && marks_.size() >= 2 &&
                marks_.back().bytes - marks_[marks_.size() - 2].bytes < kMarkEvery) {
                marks_.back() = {last_, marks_.back().bytes + bytes};
            } else {
                marks_.push_back({last_, marks_.back().bytes + bytes});
            }
            const std::size_t held = memory_of_change(*change, bytes);
            recent_.push_back({change, held});
            recent_bytes_ += held;
        }
        while (recent_bytes_ > limits_.recent_bytes && recent_.size() > 1) {
            recent_bytes_ -= recent_.front().bytes;
            recent_.pop_front();
        }
    }
    grown_.notify_all();
}

Result<std::vector<ChangePtr>> ChangeLog::read(std::uint64_t after, std::size_t limit,
                                               Duration wait) const {
    std::vector<ChangePtr> out;
    std::uint64_t last = 0;
    {
        std::unique_lock lock{mutex_};
        grown_.wait_for(lock, std::chrono::microseconds(wait.us),
                        [&] { return last_ > after || closed_; });
        last = last_;
        if (last <= after) return out;
        if (!recent_.empty() && recent_.front().change->sequence <= after + 1) {
            const auto from =
                std::partition_point(recent_.begin(), recent_.end(),
                                     [&](const Recent& r) { return r.change->sequence <= after; });
            for (auto it = from; it != recent_.end() && out.size() < limit; ++it) {
                out.push_back(it->change);
            }
            return out;
        }
    }
    const auto cursor = kv_.scan(Space::Changes, keys::change(after + 1), keys::change(last + 1));
    for (; cursor->valid() && out.size() < limit; cursor->next()) {
        out.push_back(
            std::make_shared<const Change>(TRY(decode_change(cursor->value(), dictionary_))));
    }
    TRY(cursor->status());
    return out;
}

std::uint64_t ChangeLog::first() const {
    const std::lock_guard lock{mutex_};
    return first_;
}

std::uint64_t ChangeLog::last() const {
    const std::lock_guard lock{mutex_};
    return last_;
}

std::uint64_t ChangeLog::bytes() const {
    const std::lock_guard lock{mutex_};
    return marks_.back().bytes - bytes_up_to(first_ - 1);
}

void ChangeLog::set_position(std::string_view reactor, std::uint64_t sequence) {
    const std::lock_guard lock{mutex_};
    positions_.insert_or_assign(std::string(reactor), sequence);
}

std::map<std::string, std::uint64_t, std::less<>> ChangeLog::positions() const {
    const std::lock_guard lock{mutex_};
    return positions_;
}

std::uint64_t ChangeLog::bytes_up_to(std::uint64_t sequence) const {
    const auto next = std::partition_point(marks_.begin(), marks_.end(),
                                           [&](const Mark& m) { return m.sequence <= sequence; });
    if (next == marks_.begin()) return marks_.front().bytes;
    const Mark& low = *std::prev(next);
    if (next == marks_.end()) return low.bytes;
    const double part = static_cast<double>(sequence - low.sequence) /
                        static_cast<double>(next->sequence - low.sequence);
    return low.bytes +
           static_cast<std::uint64_t>(part * static_cast<double>(next->bytes - low.bytes));
}

std::uint64_t ChangeLog::bytes_after(std::uint64_t sequence) const {
    const std::lock_guard lock{mutex_};
    return marks_.back().bytes - bytes_up_to(sequence);
}

std::optional<std::uint64_t> ChangeLog::trim_before(std::uint64_t history_floor) const {
    const std::lock_guard lock{mutex_};
    const std::uint64_t total = marks_.back().bytes;
    const auto lies_within =
        [&](std::uint64_t limit) {  // first change within the last `limit` bytes
            const std::uint64_t start = total > limit ? total - limit : 0;
            const auto mark = std::partition_point(marks_.begin(), marks_.end(),
                                                   [&](const Mark& m) { return m.bytes < start; });
            if (mark == marks_.end()) return last_;
            if (mark == marks_.begin()) return mark->sequence;
            // Between two marks in proportion: after a start there are but two.
            const Mark& low = *std::prev(mark);
            const double part = static_cast<double>(start - low.bytes) /
                                static_cast<double>(mark->bytes - low.bytes);
            return low.sequence + static_cast<std::uint64_t>(
                                      part * static_cast<double>(mark->sequence - low.sequence));
        };
    std::uint64_t before = lies_within(limits_.keep_bytes);
    for (const auto& [name, position] : positions_) before = std::min(before, position + 1);
    before = std::max(before, lies_within(limits_.max_bytes));
    before = std::min(before, history_floor);
    if (before <= first_ || bytes_up_to(before - 1) - bytes_up_to(first_ - 1) < kWorthTrimming) {
        return std::nullopt;
    }
    return before;
}

void ChangeLog::trimmed(std::uint64_t before) {
    const std::lock_guard lock{mutex_};
    first_ = std::max(first_, before);
    while (marks_.size() > 2 && marks_[1].sequence < first_) marks_.pop_front();
}

void ChangeLog::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    grown_.notify_all();
}

}  // namespace musubi
