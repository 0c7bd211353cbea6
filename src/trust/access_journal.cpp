#include "trust/access_journal.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/tenants.h"
#include "trust/keys.h"
#include "trust/policies/persons.h"

namespace musubi {
namespace {

// One entry has at most so much: a page of a thousand makes several.
constexpr std::size_t kEntities = 100;
constexpr std::size_t kPersons = 200;
constexpr std::size_t kBytes = 10U << 10U;  // of ids, types and places
constexpr std::size_t kPlaceBytes = 4;
constexpr std::size_t kIdBytes = 300;
constexpr std::size_t kWayBytes = 200;

// As much of a text as fits, ended where a character ends.
std::string_view shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
    return text.substr(0, most);
}

// Gathers what one entry tells, and writes it when it is full.
class AccessWriter {
public:
    AccessWriter(Journal& journal, JournalEntry entry)
        : journal_{journal}, entry_{std::move(entry)} {}

    Result<void> add(std::string_view id, std::string_view type,
                     const std::vector<std::string>& persons) {
        std::size_t from = 0;
        do {  // who an entity of hundreds is about is told by several entries
            const std::size_t until = std::min(persons.size(), from + kPersons);
            if (is_full(until - from)) TRY(write(entry_));
            const Json place{static_cast<std::int64_t>(entities_.size())};
            entities_.emplace_back(shortened(id, kIdBytes));
            bytes_ += std::min(id.size(), kIdBytes) + type.size();
            types_[std::string(type)].push_back(place);
            for (; from < until; ++from) {
                persons_[persons[from]].push_back(place);
                bytes_ += kPlaceBytes;
            }
        } while (from < persons.size());
        return {};
    }

    /// What is left of it, and no more after that.
    Result<void> finish() { return write(std::move(entry_)); }

private:
    using Places = std::map<std::string, Json::Array>;

    Result<void> write(JournalEntry part) {
        if (entities_.empty()) return {};
        part.details.set("entities", std::exchange(entities_, {}));
        part.details.set("types", object_of(types_));
        if (!persons_.empty()) part.details.set("persons", object_of(persons_));
        types_.clear();
        persons_.clear();
        bytes_ = 0;
        TRY(journal_.write(part));
        return {};
    }

    [[nodiscard]] bool is_full(std::size_t persons) const {
        return entities_.size() >= kEntities || bytes_ >= kBytes ||
               persons_.size() + persons > kPersons;
    }
    static Json object_of(Places& places) {
        Json out{Json::Object{}};
        for (auto& [name, at] : places) out.set(name, std::move(at));
        return out;
    }

    Journal& journal_;
    JournalEntry entry_;
    Json::Array entities_;
    Places types_;    // places in `entities_`, by type
    Places persons_;  // the same by id of whom they are about
    std::size_t bytes_ = 0;
};

// Whom an entity was about as far as its history tells: ever, or at the end.
Result<std::vector<std::string>> former_persons(const Store& store, const Caller& service,
                                                std::string_view id,
                                                const std::vector<std::string>& attributes,
                                                AccessedTime time) {
    std::vector<std::string> persons;
    const auto history = store.history(service, id, attributes);
    if (!history && history.error().code == ErrorCode::NotFound) return persons;
    if (!history) return history.error();
    for (const Series& series : *history) {
        for (auto point = series.points.rbegin(); point != series.points.rend(); ++point) {
            if (point->deleted) continue;
            add_persons(point->value, persons);
            if (time == AccessedTime::Present) break;
        }
    }
    return persons;
}

// Whom it is about, whatever of it is shown to who looks.
Result<std::vector<std::string>> find_persons(const AccessJournal& with, const Caller& service,
                                              const AccessedEntity& entity,
                                              const std::vector<std::string>& attributes,
                                              AccessedTime time) {
    std::vector<std::string> persons;
    if (attributes.empty()) return persons;
    if (entity.shown != nullptr) persons = persons_of(attributes, *entity.shown);
    const EntityPtr stored = TRY(with.store.find(service, entity.id));
    if (stored) {
        const auto now = persons_of(attributes, *stored);
        persons.insert(persons.end(), now.begin(), now.end());
    }
    if (!stored || time == AccessedTime::History) {
        const auto former = TRY(former_persons(with.store, service, entity.id, attributes, time));
        persons.insert(persons.end(), former.begin(), former.end());
    }
    each_once(persons);
    return persons;
}

}  // namespace

JournalEntry access_entry(const Caller& caller, std::string_view way) {
    const auto inner = InnerTenant::parse(caller.tenant);
    JournalEntry entry{.kind = journal_kind::kAccess,
                       .tenant = inner ? std::string(inner->owner) : caller.tenant,
                       .subject = caller.subject,
                       .details = {}};
    entry.details.set("way", shortened(way, kWayBytes));
    entry.details.set("purpose", caller.purpose);
    entry.details.set("ground", caller.ground);
    entry.details.set("role", name_of(caller.role));
    if (!caller.organisation.empty()) entry.details.set("organisation", caller.organisation);
    if (!caller.session.empty()) entry.details.set("session", caller.session);
    if (inner) entry.details.set("snapshot", shortened(inner->snapshot, kIdBytes));
    return entry;
}

std::string_view shortened_id(std::string_view id) { return shortened(id, kIdBytes); }

bool are_personal(const PolicySet* set, const std::vector<AccessedEntity>& entities) {
    if (set == nullptr || set->personal.empty()) return false;
    return std::any_of(entities.begin(), entities.end(), [&](const AccessedEntity& entity) {
        return personal_type_of(*set, *entity.types) != nullptr;
    });
}

Result<void> write_access(const AccessJournal& with, TenantId owner, const Caller& caller,
                          JournalEntry entry, const AccessedData& data) {
    const auto set = with.policies.in_force(owner);
    if (set == nullptr) return {};
    entry.details.set("policyVersion",
                      static_cast<std::int64_t>(with.policies.number_in_force(owner)));
    const Caller service = service_caller(caller.tenant, "access-journal");
    AccessWriter writer{with.journal, std::move(entry)};
    for (const AccessedEntity& entity : data.entities) {
        const PersonalType* personal = personal_type_of(*set, *entity.types);
        if (personal == nullptr) continue;
        const auto attributes = person_attributes_of(*set, *entity.types);
        const auto persons = TRY(find_persons(with, service, entity, attributes, data.time));
        TRY(writer.add(entity.id, personal->type, persons));
    }
    return writer.finish();
}

}  // namespace musubi
