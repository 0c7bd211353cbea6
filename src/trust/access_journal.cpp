#include "trust/access_journal.h"

#include <algorithm>
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
constexpr std::size_t kUsualId = 50;
constexpr std::size_t kWayBytes = 200;

// As much of a text as fits, ended where a character ends.
std::string_view shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
    return text.substr(0, most);
}

// A list in canonical text; of texts that are UTF-8, as ids are.
class ListText {
public:
    ListText() = default;
    explicit ListText(std::size_t room) { text_.reserve(room); }
    void text(std::string_view value) { append_canonical_text(next(), value); }
    void whole(std::size_t value) { next() += std::to_string(value); }
    [[nodiscard]] std::string str() && { return std::move(text_ += ']'); }

private:
    std::string& next() { return text_ += text_.empty() ? '[' : ','; }
    std::string text_;
};

// Of names, where each stands in `entities`.
class Places {
public:
    // The name of the one before is the most likely one.
    ListText& of(std::string_view name) {
        if (last_ >= all_.size() || all_[last_].first != name) {
            const auto at = std::lower_bound(all_.begin(), all_.end(), name,
                                             [](const Place& one, std::string_view other) {
                                                 return CanonicalLess{}(one.first, other);
                                             });
            last_ = static_cast<std::size_t>(at - all_.begin());
            if (at == all_.end() || at->first != name) all_.emplace(at, name, ListText{});
        }
        return all_[last_].second;
    }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    // As an object; then there are none.
    std::string take() {
        std::string out{'{'};
        for (auto& [name, at] : all_) {
            if (out.size() > 1) out += ',';
            append_canonical_text(out, name);
            out.append(1, ':').append(std::move(at).str());
        }
        all_.clear();
        return out += '}';
    }

private:
    using Place = std::pair<std::string, ListText>;
    std::vector<Place> all_;  // in the order of their names
    std::size_t last_ = 0;
};

// Gathers what one entry tells, and writes it when it is full.
class AccessWriter {
public:
    // What the entry tells besides is left as it was, unless nothing is added any more.
    AccessWriter(Journal& journal, AccessEntry& entry, std::size_t entities)
        : journal_{journal}, entry_{entry}, entities_{std::min(entities, kEntities) * kUsualId} {}

    Result<void> add(std::string_view id, std::string_view type,
                     const std::vector<std::string>& persons) {
        std::size_t from = 0;
        do {  // who an entity of hundreds is about is told by several entries
            const std::size_t until = std::min(persons.size(), from + kPersons);
            if (is_full(until - from)) {
                CanonicalMembers details = entry_.details;
                TRY(write(details));
                entities_ = ListText{kEntities * kUsualId};
            }
            const std::size_t place = count_++;
            entities_.text(shortened(id, kIdBytes));
            bytes_ += std::min(id.size(), kIdBytes) + type.size();
            types_.of(type).whole(place);
            for (; from < until; ++from) {
                persons_.of(persons[from]).whole(place);
                bytes_ += kPlaceBytes;
            }
        } while (from < persons.size());
        return {};
    }

    /// What is left of it; nothing is added afterwards.
    Result<void> finish() {
        if (count_ == 0) return {};
        return write(entry_.details);
    }

private:
    Result<void> write(CanonicalMembers& details) {
        details.json("entities", std::move(entities_).str());
        if (persons_.size() > 0) details.json("persons", persons_.take());
        details.json("types", types_.take());
        count_ = 0;
        bytes_ = 0;
        TRY(journal_.write(entry_.who, TRY(details.str())));
        return {};
    }

    [[nodiscard]] bool is_full(std::size_t persons) const {
        return count_ >= kEntities || bytes_ >= kBytes || persons_.size() + persons > kPersons;
    }

    Journal& journal_;
    AccessEntry& entry_;
    ListText entities_;
    std::size_t count_ = 0;  // of entities
    Places types_;
    Places persons_;  // by id of whom they are about
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
Result<std::vector<std::string>> find_persons(const AccessJournal& with, const std::string& tenant,
                                              const AccessedEntity& entity,
                                              const std::vector<std::string>& attributes,
                                              AccessedTime time) {
    std::vector<std::string> persons;
    if (attributes.empty()) return persons;
    const Caller service = service_caller(tenant, "access-journal");
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

AccessEntry access_entry(const Caller& caller, std::string_view way) {
    const auto inner = InnerTenant::parse(caller.tenant);
    AccessEntry entry{.who = {.kind = journal_kind::kAccess,
                              .tenant = inner ? inner->owner : std::string_view(caller.tenant),
                              .subject = caller.subject},
                      .details = {}};
    CanonicalMembers& details = entry.details;
    details.text("way", shortened(way, kWayBytes));
    details.text("purpose", caller.purpose);
    details.text("ground", caller.ground);
    details.text("role", name_of(caller.role));
    if (!caller.organisation.empty()) details.text("organisation", caller.organisation);
    if (!caller.session.empty()) details.text("session", caller.session);
    if (inner) details.text("snapshot", shortened(inner->snapshot, kIdBytes));
    return entry;
}

std::string_view shortened_id(std::string_view id) { return shortened(id, kIdBytes); }

bool are_personal(const PolicySet& set, std::span<const AccessedEntity> entities) {
    if (set.personal.empty()) return false;
    return std::any_of(entities.begin(), entities.end(), [&](const AccessedEntity& entity) {
        return personal_type_of(set, *entity.types) != nullptr;
    });
}

Result<void> write_access(const AccessJournal& with, const PolicySet& set, const Caller& caller,
                          AccessEntry entry, const AccessedData& data) {
    entry.details.whole("policyVersion", std::int64_t{set.number});
    AccessWriter writer{with.journal, entry, data.entities.size()};
    const std::vector<std::string>* types = nullptr;  // of the entity before: most have the same
    const PersonalType* personal = nullptr;
    std::vector<std::string> attributes;
    for (const AccessedEntity& entity : data.entities) {
        if (types == nullptr || *types != *entity.types) {
            types = entity.types;
            personal = personal_type_of(set, *types);
            attributes = person_attributes_of(set, *types);
        }
        if (personal == nullptr) continue;
        const auto persons = TRY(find_persons(with, caller.tenant, entity, attributes, data.time));
        TRY(writer.add(entity.id, personal->type, persons));
    }
    return writer.finish();
}

}  // namespace musubi
