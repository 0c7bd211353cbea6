#include "broker/registrations/registration_table.h"

#include <algorithm>
#include <set>

#include "broker/registrations/registry_log.h"

namespace musubi {
namespace {

using Line = RegistrationShelf::Line;

// Where a registration stands: under its entities, under its types, or with the others.
struct Place {
    enum class Of { Entity, Type, Others } of = Of::Others;
    std::set<std::string> keys;
};

Place place_of(const Registration& registration) {
    Place by_entity{Place::Of::Entity, {}};
    Place by_type{Place::Of::Type, {}};
    bool ids = true;
    for (const RegistrationInfo& info : registration.information) {
        if (info.entities.empty()) return {};
        for (const EntityInfo& entity : info.entities) {
            ids = ids && !entity.id.empty();
            by_entity.keys.insert(entity.id);
            by_type.keys.insert(entity.types.begin(), entity.types.end());
        }
    }
    return ids ? std::move(by_entity) : std::move(by_type);
}

void put(RegistrationShelf& shelf, const RegistrationPtr& registration) {
    shelf.by_id.insert_or_assign(registration->id, registration);
    const Place place = place_of(*registration);
    if (place.of == Place::Of::Others) shelf.others.push_back(registration);
    auto& lines = place.of == Place::Of::Entity ? shelf.by_entity : shelf.by_type;
    for (const std::string& key : place.keys) lines[key].push_back(registration);
}

void drop(RegistrationShelf& shelf, const std::string& id) {
    const auto found = shelf.by_id.find(id);
    if (found == shelf.by_id.end()) return;
    const RegistrationPtr gone = found->second;
    shelf.by_id.erase(found);
    const Place place = place_of(*gone);
    if (place.of == Place::Of::Others) std::erase(shelf.others, gone);
    auto& lines = place.of == Place::Of::Entity ? shelf.by_entity : shelf.by_type;
    for (const std::string& key : place.keys) {
        const auto line = lines.find(key);
        if (line == lines.end()) continue;
        std::erase(line->second, gone);
        if (line->second.empty()) lines.erase(line);
    }
}

// The types one of which a registration has to name; false where that can't be told.
bool needed_types(const SourceQuery& query, std::set<std::string>& out) {
    const auto collect = [&](const auto& self, const TypeSelection& selection) -> void {
        if (selection.kind == TypeSelection::Kind::Type) out.insert(selection.type);
        for (const TypeSelection& child : selection.children) self(self, child);
    };
    for (const EntitySelector& selector : query.entities) {
        if (!selector.types) return false;
        collect(collect, *selector.types);
    }
    return !query.entities.empty();
}

using Lines = std::unordered_map<std::string, Line>;

void add_lines(const Lines& lines, const std::set<std::string>* keys, Line& out) {
    const auto add = [&](const Line& line) { out.insert(out.end(), line.begin(), line.end()); };
    if (keys == nullptr) {
        for (const auto& [key, line] : lines) add(line);
        return;
    }
    for (const std::string& key : *keys) {
        if (const auto line = lines.find(key); line != lines.end()) add(line->second);
    }
}

bool asked_before(const RegistrationPtr& a, const RegistrationPtr& b) {
    return a->mode != b->mode ? a->mode < b->mode : a->id < b->id;
}

// Those that the index does not rule out, each once, in the order in which they are asked.
Line candidates(const RegistrationShelf& shelf, const SourceQuery& query) {
    std::set<std::string> ids;
    const bool all_ids = !query.entities.empty() &&
                         std::all_of(query.entities.begin(), query.entities.end(),
                                     [](const EntitySelector& s) { return !s.id.empty(); });
    if (all_ids) {
        for (const EntitySelector& selector : query.entities) ids.insert(selector.id);
    }
    std::set<std::string> types;
    const bool all_types = needed_types(query, types);
    Line out = shelf.others;
    add_lines(shelf.by_entity, all_ids ? &ids : nullptr, out);
    add_lines(shelf.by_type, all_types ? &types : nullptr, out);
    std::sort(out.begin(), out.end(), asked_before);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

Result<void> RegistrationTable::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        auto shelf = std::make_shared<RegistrationShelf>();
        for (const auto& [id, value] : TRY(store.records(tenant, kRegistrationKind))) {
            if (auto read = decode(id, value)) put(*shelf, read);
        }
        const auto log = TRY(store.record(tenant, kRegistryLogKind, kRegistryLogName));
        const std::uint64_t version = log ? TRY(decode_registry_log(*log)).version : 0;
        size_ += shelf->by_id.size();
        tables_.with([&, tenant = tenant](Tables& tables) {
            tables[tenant] = {std::move(shelf), version};
        });
    }
    return {};
}

RegistrationPtr RegistrationTable::decode(const std::string& id, const std::string& value) const {
    auto read = decode_registration(value);
    if (read) return std::make_shared<const Registration>(std::move(read).value());
    log_.error("registrations", "a stored registration can not be read; its source is not asked",
               {field("registration", id), field("why", to_text(read.error()))});
    return nullptr;
}

bool RegistrationTable::empty(TenantId tenant) const {
    if (size_.load(std::memory_order_relaxed) == 0) return true;
    return shelf(tenant)->by_id.empty();
}

RegistrationShelfPtr RegistrationTable::shelf(TenantId tenant) const {
    static const auto kEmpty = std::make_shared<const RegistrationShelf>();
    return tables_.read([&](const Tables& tables) {
        const auto own = tables.find(tenant);
        return own == tables.end() || !own->second.shelf ? kEmpty : own->second.shelf;
    });
}

RegistrationPtr RegistrationTable::find(TenantId tenant, std::string_view id) const {
    const RegistrationShelfPtr own = shelf(tenant);
    const auto found = own->by_id.find(id);
    return found == own->by_id.end() ? nullptr : found->second;
}

std::vector<MatchedSource> RegistrationTable::matching(TenantId tenant, const SourceQuery& query,
                                                       Time now) const {
    std::vector<MatchedSource> out;
    if (empty(tenant)) return out;
    for (const RegistrationPtr& registration : candidates(*shelf(tenant), query)) {
        if (registration->expired(now) || !may_answer(*registration, query)) continue;
        auto information = matching_information(*registration, query);
        if (!information.empty()) out.push_back({registration, std::move(information)});
    }
    return out;
}

std::vector<MatchedSource> RegistrationTable::sources(TenantId tenant, SourceOperation operation,
                                                      const SourceQuery& query, Time now) const {
    auto out = matching(tenant, query, now);
    std::erase_if(
        out, [&](const MatchedSource& source) { return !source.registration->does(operation); });
    return out;
}

std::uint64_t RegistrationTable::version(TenantId tenant) const {
    return tables_.read([&](const Tables& tables) {
        const auto own = tables.find(tenant);
        return own == tables.end() ? std::uint64_t{0} : own->second.version;
    });
}

void RegistrationTable::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    // One copy for each tenant that a commit touches; only the committer's thread comes here.
    std::map<TenantId, std::shared_ptr<RegistrationShelf>> changed;
    std::map<TenantId, std::uint64_t> versions;
    for (const RecordChange& record : records) {
        if (record.kind == kRegistryLogKind && record.value) {
            if (const auto log = decode_registry_log(*record.value)) {
                versions[record.tenant] = log->version;
            }
        }
        if (record.kind != kRegistrationKind) continue;
        auto& copy = changed[record.tenant];
        if (!copy) copy = std::make_shared<RegistrationShelf>(*shelf(record.tenant));
        size_ -= copy->by_id.size();
        drop(*copy, record.name);
        if (record.value) {
            if (auto read = decode(record.name, *record.value)) put(*copy, read);
        }
        size_ += copy->by_id.size();
    }
    if (changed.empty() && versions.empty()) return;
    tables_.with([&](Tables& tables) {
        for (auto& [tenant, shelf] : changed) tables[tenant].shelf = std::move(shelf);
        for (const auto& [tenant, version] : versions) tables[tenant].version = version;
    });
}

void RegistrationTable::erase_tenant(TenantId tenant) {
    size_ -= shelf(tenant)->by_id.size();
    tables_.with([&](Tables& tables) { tables.erase(tenant); });
}

}  // namespace musubi
