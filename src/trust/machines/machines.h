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
#include "trust/machines/machine.h"

namespace musubi {

/// The machines of the installation. A projection: one that was taken away, or whose end has come,
/// is nobody at the next request. What a machine may do is looked up each time it asks.
class Machines final : public Projection {
public:
    static constexpr std::size_t kMaxMachines = 10'000;
    static constexpr std::string_view kKind = "machine";
    /// The time of the last use is kept to this step, so that asking writes little.
    static constexpr Duration kUseStep = minutes(5);

    /// Reads what is stored and follows it from then on. Both must outlive it. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);

    // -- queries
    /// Null where there is none.
    [[nodiscard]] MachinePtr find(std::string_view id) const;
    /// The machine whose secret it is; takes the same time whether the id or the secret is wrong.
    [[nodiscard]] MachinePtr find_by_secret(std::string_view id, std::string_view secret) const;
    /// By the SHA-256 of its certificate, by the subject of one: only where it was registered so.
    [[nodiscard]] MachinePtr find_by_thumbprint(std::string_view thumbprint) const;
    [[nodiscard]] MachinePtr find_by_subject(std::string_view name) const;
    /// Who the machine is now; nothing where it was taken away or its end has come.
    [[nodiscard]] std::optional<Caller> caller(std::string_view id) const;
    /// The same by Caller::subject ("machine:ID").
    [[nodiscard]] std::optional<Caller> bearer(std::string_view subject) const;
    [[nodiscard]] std::optional<Time> end_of(std::string_view subject) const;
    /// It has just proven itself.
    void note_use(std::string_view id) const;
    /// Those of the caller's tenant, of all for an operator of the default one, in order of time.
    [[nodiscard]] std::vector<Machine> list(const Caller& caller) const;

    // -- within a transaction
    /// Fails: AlreadyExists (another machine has this certificate), TooLarge (kMaxMachines).
    Result<void> add(Transaction& tx, const Machine& machine) const;
    /// Fails: NotFound.
    Result<void> remove(Transaction& tx, std::string_view id) const;

    /// Writes when machines were last used. For a thread that may wait, now and then.
    /// Fails: as a commit.
    Result<void> sweep(Store& store) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    /// The machines of a tenant go with it.
    void erase_tenant(TenantId tenant) override;

private:
    struct Entry {
        MachinePtr machine;
        Caller caller;
        std::shared_ptr<std::atomic<std::int64_t>> used_at;  // 0: never
    };
    struct Table {
        std::unordered_map<std::string, Entry> by_id;
        std::unordered_map<std::string, std::string> by_certificate;  // id by mark_of
    };
    [[nodiscard]] bool is_there(const Machine& machine) const;
    [[nodiscard]] MachinePtr find_by_mark(const std::string& mark) const;
    static void keep(Table& table, Machine machine);
    static void drop(Table& table, const std::string& id);

    SharedGuarded<Table> table_;
    const Clock* clock_ = nullptr;
    Store* store_ = nullptr;
};

}  // namespace musubi
