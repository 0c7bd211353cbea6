#include "store/memory/memory_store.h"

#include <array>
#include <atomic>
#include <map>

#include "base/guarded.h"

namespace musubi {
namespace {

using Shelf = std::map<std::string, std::string, std::less<>>;
using Shelves = std::array<Shelf, kSpaces>;

Shelf::const_iterator end_of(const Shelf& shelf, std::string_view to) {
    return to.empty() ? shelf.end() : shelf.lower_bound(to);
}

// A copy of the range: what is scanned is small where memory is the store.
class CopiedCursor final : public Cursor {
public:
    explicit CopiedCursor(std::vector<std::pair<std::string, std::string>> entries)
        : entries_{std::move(entries)} {}
    [[nodiscard]] bool valid() const override { return at_ < entries_.size(); }
    [[nodiscard]] std::string_view key() const override { return entries_[at_].first; }
    [[nodiscard]] std::string_view value() const override { return entries_[at_].second; }
    void next() override { ++at_; }
    [[nodiscard]] Result<void> status() const override { return {}; }

private:
    std::vector<std::pair<std::string, std::string>> entries_;
    std::size_t at_ = 0;
};

class MemoryStore final : public KeyValueStore {
public:
    [[nodiscard]] Result<std::optional<std::string>> get(Space space,
                                                         std::string_view key) const override {
        return shelves_.read([&](const Shelves& shelves) -> std::optional<std::string> {
            const Shelf& shelf = shelves.at(static_cast<std::size_t>(space));
            const auto found = shelf.find(key);
            if (found == shelf.end()) return std::nullopt;
            return found->second;
        });
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                               std::string_view to) const override {
        return std::make_unique<CopiedCursor>(shelves_.read([&](const Shelves& shelves) {
            const Shelf& shelf = shelves.at(static_cast<std::size_t>(space));
            std::vector<std::pair<std::string, std::string>> entries;
            if (to.empty() || from < to) {
                entries.assign(shelf.lower_bound(from), end_of(shelf, to));
            }
            return entries;
        }));
    }

    [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const override {
        using Entry = std::optional<std::pair<std::string, std::string>>;
        return shelves_.read([&](const Shelves& shelves) -> Entry {
            const Shelf& shelf = shelves.at(static_cast<std::size_t>(space));
            auto end = end_of(shelf, to);
            if (end == shelf.begin() || std::prev(end)->first < from) return std::nullopt;
            return *std::prev(end);
        });
    }

    [[nodiscard]] Result<void> write(const Batch& batch, Durability /*durability*/) override {
        shelves_.with([&](Shelves& shelves) {
            for (const Batch::Operation& op : batch.operations()) {
                Shelf& shelf = shelves.at(static_cast<std::size_t>(op.space));
                switch (op.kind) {
                    case Batch::Operation::Kind::Put:
                        shelf.insert_or_assign(op.key, op.value);
                        break;
                    case Batch::Operation::Kind::Erase: shelf.erase(op.key); break;
                    case Batch::Operation::Kind::EraseRange:
                        if (op.key >= op.value) break;
                        shelf.erase(shelf.lower_bound(op.key), shelf.lower_bound(op.value));
                        break;
                }
            }
        });
        ++syncs_;
        return {};
    }

    [[nodiscard]] std::uint64_t syncs() const override { return syncs_; }
    [[nodiscard]] SpaceSize size(Space space) const override {
        return shelves_.read([&](const Shelves& shelves) {
            SpaceSize size;
            for (const auto& [key, value] : shelves.at(static_cast<std::size_t>(space))) {
                size.memory_bytes += key.size() + value.size();
            }
            return size;
        });
    }
    [[nodiscard]] Result<void> compact(Space /*space*/) override { return {}; }
    [[nodiscard]] Result<void> backup(const std::string& /*folder*/) override {
        return Error{ErrorCode::Unsupported,
                     "a store in memory can not be backed up; serve with --data DIR"};
    }
    [[nodiscard]] Result<void> verify_checksums() const override { return {}; }

private:
    SharedGuarded<Shelves> shelves_;
    std::atomic<std::uint64_t> syncs_{0};
};

}  // namespace

std::unique_ptr<KeyValueStore> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace musubi
