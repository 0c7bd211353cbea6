#include "trust/machines/machines.h"

#include <algorithm>
#include <tuple>

#include "base/both_words.h"
#include "trust/encoding.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::string_view kCertificateKind = "machine-certificate";

// By what a certificate leads to one machine; empty where no certificate does.
std::string mark_of(MachineProof proof, std::string_view proven_by) {
    if (proof == MachineProof::Certificate) return to_hex(proven_by);
    if (proof == MachineProof::Subject) return "name " + to_hex(sha256({proven_by}));
    return {};
}

}  // namespace

bool Machines::is_there(const Machine& machine) const {
    const auto tenant = store_->tenant(machine.spec.tenant);
    return tenant && *tenant == machine.tenant;
}

Result<void> Machines::load(Store& store, const Clock& clock) {
    store_ = &store;
    clock_ = &clock;
    store.add_projection(*this);
    for (const auto& [id, value] : TRY(store.records(0, kKind))) {
        Machine machine = TRY(decode_machine(id, value));
        if (!is_there(machine)) continue;  // that tenant was deleted
        table_.with([&](Table& table) { keep(table, std::move(machine)); });
    }
    return {};
}

void Machines::keep(Table& table, Machine machine) {
    drop(table, machine.id);
    std::string id = machine.id;
    std::string mark = mark_of(machine.proof, machine.proven_by);
    if (!mark.empty()) table.by_certificate.insert_or_assign(std::move(mark), id);
    Entry entry;
    entry.caller = caller_of(machine.spec, machine_subject(id));
    entry.used_at =
        std::make_shared<std::atomic<std::int64_t>>(machine.used_at ? machine.used_at->us : 0);
    entry.machine = std::make_shared<const Machine>(std::move(machine));
    table.by_id.insert_or_assign(std::move(id), std::move(entry));
}

void Machines::drop(Table& table, const std::string& id) {
    const auto found = table.by_id.find(id);
    if (found == table.by_id.end()) return;
    const Machine& machine = *found->second.machine;
    const auto mark = table.by_certificate.find(mark_of(machine.proof, machine.proven_by));
    if (mark != table.by_certificate.end() && mark->second == id) table.by_certificate.erase(mark);
    table.by_id.erase(found);
}

MachinePtr Machines::find(std::string_view id) const {
    return table_.read([&](const Table& table) -> MachinePtr {
        const auto found = table.by_id.find(std::string(id));
        return found == table.by_id.end() ? nullptr : found->second.machine;
    });
}

MachinePtr Machines::find_by_secret(std::string_view id, std::string_view secret) const {
    const std::string digest = sha256({secret});
    const std::string nobody(digest.size(), '\0');
    MachinePtr machine = find(id);
    const bool has_secret = machine && machine->proof == MachineProof::Secret;
    const std::string& known = has_secret ? machine->proven_by : nobody;
    return same_secret(known, digest) && has_secret ? machine : nullptr;
}

MachinePtr Machines::find_by_mark(const std::string& mark) const {
    return table_.read([&](const Table& table) -> MachinePtr {
        const auto found = table.by_certificate.find(mark);
        if (found == table.by_certificate.end()) return nullptr;
        return table.by_id.at(found->second).machine;
    });
}

MachinePtr Machines::find_by_thumbprint(std::string_view thumbprint) const {
    return find_by_mark(mark_of(MachineProof::Certificate, thumbprint));
}

MachinePtr Machines::find_by_subject(std::string_view name) const {
    return find_by_mark(mark_of(MachineProof::Subject, name));
}

std::optional<Caller> Machines::caller(std::string_view id) const {
    return table_.read([&](const Table& table) -> std::optional<Caller> {
        const auto found = table.by_id.find(std::string(id));
        if (found == table.by_id.end()) return std::nullopt;
        const KeySpec& spec = found->second.machine->spec;
        if (spec.until && is_over(spec, clock_->now())) return std::nullopt;
        return found->second.caller;
    });
}

std::optional<Caller> Machines::bearer(std::string_view subject) const {
    const std::string_view id = machine_of(subject);
    return id.empty() ? std::nullopt : caller(id);
}

std::optional<Time> Machines::end_of(std::string_view subject) const {
    const MachinePtr machine = find(machine_of(subject));
    return machine ? machine->spec.until : std::nullopt;
}

void Machines::note_use(std::string_view id) const {
    const std::int64_t now = clock_->now().us;
    table_.read([&](const Table& table) {
        const auto found = table.by_id.find(std::string(id));
        if (found == table.by_id.end()) return;
        std::atomic<std::int64_t>& used = *found->second.used_at;
        if (used.load(std::memory_order_relaxed) < now) used.store(now, std::memory_order_relaxed);
    });
}

std::vector<Machine> Machines::list(const Caller& caller) const {
    std::vector<Machine> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table.by_id) {
            const KeySpec& spec = entry.machine->spec;
            if (!may_see_keys(caller, spec)) continue;
            out.push_back(*entry.machine);
            const std::int64_t used = entry.used_at->load(std::memory_order_relaxed);
            if (used != 0) out.back().used_at = Time{used};
        }
    });
    std::sort(out.begin(), out.end(), [](const Machine& a, const Machine& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return out;
}

Result<void> Machines::add(Transaction& tx, const Machine& machine) const {
    if (table_.read([](const Table& table) { return table.by_id.size(); }) >= kMaxMachines) {
        return Error{ErrorCode::TooLarge,
                     both_texts("機械が 10,000 台あります。使わないものを消してください",
                                "there are 10,000 machines; remove those not in use")};
    }
    const std::string mark = mark_of(machine.proof, machine.proven_by);
    if (!mark.empty()) {
        if (const auto holder = TRY(tx.record_of(0, kCertificateKind, mark))) {
            const auto other = TRY(tx.record_of(0, kKind, *holder));
            // Of a tenant that was deleted only the record is left.
            if (other && is_there(TRY(decode_machine(*holder, *other)))) {
                return Error{
                    ErrorCode::AlreadyExists,
                    both_texts(
                        "この証明書、またはこの名前の機械がすでに登録されています",
                        "another machine is registered with this certificate, or this name")};
            }
        }
        tx.put_record_of(0, kCertificateKind, mark, machine.id);
    }
    tx.put_record_of(0, kKind, machine.id, encode(machine));
    return {};
}

Result<void> Machines::remove(Transaction& tx, std::string_view id) const {
    const auto value = TRY(tx.record_of(0, kKind, id));
    if (!value)
        return Error{ErrorCode::NotFound,
                     both_texts("この機械はありません", "there is no such machine"),
                     std::string(id)};
    const Machine machine = TRY(decode_machine(id, *value));
    const std::string mark = mark_of(machine.proof, machine.proven_by);
    if (!mark.empty()) tx.put_record_of(0, kCertificateKind, mark, std::nullopt);
    tx.put_record_of(0, kKind, id, std::nullopt);
    return {};
}

Result<void> Machines::sweep(Store& store) const {
    std::vector<std::pair<std::string, Time>> used;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table.by_id) {
            const Time at{entry.used_at->load(std::memory_order_relaxed)};
            const std::optional<Time>& written = entry.machine->used_at;
            if (at.us != 0 && (!written || *written + kUseStep <= at)) used.emplace_back(id, at);
        }
    });
    if (used.empty()) return {};
    TRY(store.commit(service_caller("", "machines"), [&](Transaction& tx) -> Result<void> {
        for (const auto& one : used) {
            const auto value = TRY(tx.record_of(0, kKind, one.first));
            if (!value) continue;  // removed meanwhile
            Machine machine = TRY(decode_machine(one.first, *value));
            machine.used_at = one.second;
            tx.put_record_of(0, kKind, one.first, encode(machine));
        }
        return {};
    }));
    return {};
}

void Machines::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::vector<std::string> theirs;
        for (const auto& [id, entry] : table.by_id) {
            if (entry.machine->tenant == tenant) theirs.push_back(id);
        }
        for (const std::string& id : theirs) drop(table, id);
    });
}

void Machines::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        table_.with([&](Table& table) {
            std::int64_t used = 0;
            if (const auto former = table.by_id.find(record.name); former != table.by_id.end()) {
                used = former->second.used_at->load(std::memory_order_relaxed);
            }
            drop(table, record.name);
            if (!record.value) return;
            auto machine = decode_machine(record.name, *record.value);
            if (!machine) return;
            keep(table, std::move(machine).value());
            std::atomic<std::int64_t>& now = *table.by_id.at(record.name).used_at;
            if (now.load() < used) now.store(used);
        });
    }
}

}  // namespace musubi
