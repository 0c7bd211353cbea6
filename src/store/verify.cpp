#include "store/verify.h"

#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "history/chunk.h"
#include "store/codec.h"
#include "store/format.h"
#include "store/index/index_image.h"
#include "store/keys.h"
#include "store/tenants.h"

namespace musubi {
namespace {

// The last change of each attribute that the log still tells of.
struct LastChange {
    InstanceId instance;
    bool deleted = false;
};
using AttributeStates = std::unordered_map<std::string, std::map<std::string, LastChange>>;

class Verifier {
public:
    explicit Verifier(const KeyValueStore& kv) : kv_{kv} {}

    Result<VerifyReport> run() {
        TRY(check_format());
        if (auto blocks = kv_.verify_checksums(); !blocks) fault(to_text(blocks.error()));
        if (auto names = dictionary_.load(kv_); !names) {
            if (names.error().code == ErrorCode::Io) return std::move(names).error();
            fault(to_text(names.error()));
        }
        Tenants tenants;
        TRY(tenants.load(kv_));
        for (const auto& [name, id] : tenants.all()) tenants_.insert(id);
        TRY(read_changes());
        TRY(read_image(tenants));
        TRY(read_entities());
        TRY(read_history());
        return std::move(report_);
    }

private:
    void fault(std::string text) {
        if (report_.faults.size() < VerifyReport::kMaxFaults) {
            report_.faults.push_back(std::move(text));
        }
    }

    Result<void> check_format() {
        const auto format = TRY(kv_.get(Space::Meta, "format"));
        if (!format || format->size() != 4) {
            fault("the folder has no format mark");
        } else if (read_be32(*format) != kFolderFormat) {
            fault("the folder has format " + std::to_string(read_be32(*format)) +
                  "; start this release once to convert it");
        }
        return {};
    }

    static std::string attribute_key(std::string_view name, std::string_view dataset) {
        return std::string(name).append(1, '\0').append(dataset);
    }

    // The log may still tell of a tenant that was deleted; nothing else may.
    [[nodiscard]] bool is_tenant(TenantId id) const { return tenants_.contains(id); }

    void take_change(const Change& change) {
        for (const EntityChange& entity : change.entities) {
            if (!is_tenant(entity.tenant)) continue;
            auto& states = last_[keys::entity(entity.tenant, entity.id)];
            if (entity.purged) {
                purged_[keys::series_of_entity(entity.tenant, entity.id)] = change.sequence;
            }
            for (const AttributeChange& a : entity.attributes) {
                if (a.rewrite != Rewrite::None) take_rewrite(entity, a, change.sequence);
                if (a.late) continue;
                states[attribute_key(a.name, a.dataset_id)] = {
                    .instance = a.after ? a.after->instance : a.instance, .deleted = !a.after};
            }
        }
    }

    void take_rewrite(const EntityChange& entity, const AttributeChange& a,
                      std::uint64_t sequence) {
        const std::string series =
            keys::series(entity.tenant, entity.id, dictionary_.find(a.name).value_or(0),
                         dictionary_.find(a.dataset_id).value_or(0));
        if (a.rewrite == Rewrite::Purged) purged_[series] = sequence;
        if (a.rewrite == Rewrite::Withdrawn) withdrawn_[series].insert(a.target);
    }

    // Whether the log says that a state of that series is no more.
    [[nodiscard]] bool is_gone(const std::string& series, const keys::SeriesOwner& owner,
                               InstanceId instance) const {
        for (const std::string& key : {series, keys::series_of_entity(owner.tenant, owner.id)}) {
            const auto purged = purged_.find(key);
            if (purged != purged_.end() && instance.sequence < purged->second) return true;
        }
        const auto withdrawn = withdrawn_.find(series);
        return withdrawn != withdrawn_.end() && withdrawn->second.contains(instance);
    }

    Result<void> read_changes() {
        const auto cursor = kv_.scan(Space::Changes, {}, {});
        std::uint64_t expected = 0;
        for (; cursor->valid(); cursor->next()) {
            ++report_.changes;
            if (cursor->key().size() != 8) {
                fault("a key of the log is malformed");
                continue;
            }
            const std::uint64_t sequence = read_be64(cursor->key());
            if (expected != 0 && sequence != expected) {
                fault("the log jumps from " + std::to_string(expected - 1) + " to " +
                      std::to_string(sequence));
            }
            expected = sequence + 1;
            last_sequence_ = sequence;
            const auto change = decode_change(cursor->value(), dictionary_);
            if (!change || change->sequence != sequence) {
                fault("change " + std::to_string(sequence) + " can not be read");
                continue;
            }
            take_change(*change);
        }
        return cursor->status();
    }

    void compare(const std::string& key, const Entity& entity) {
        for (const Attribute& a : entity.attributes) {
            if (a.instance.sequence <= last_sequence_) continue;
            fault("the log ends before the last change of " + entity.id);
            break;
        }
        const auto states = last_.find(key);
        if (states == last_.end()) return;
        for (const auto& [name, last] : states->second) {
            const std::size_t split = name.find('\0');
            const Attribute* present = entity.find(std::string_view(name).substr(0, split),
                                                   std::string_view(name).substr(split + 1));
            const bool agrees = last.deleted
                                    ? present == nullptr
                                    : present != nullptr && present->instance == last.instance;
            if (!agrees) {
                fault("the state of " + entity.id +
                      " is not what its last change left: " + name.substr(0, split));
            }
        }
        last_.erase(states);
    }

    // As a start would read it.
    Result<void> read_image(const Tenants& tenants) {
        ChangeLog log{kv_, dictionary_, {}};
        if (const auto loaded = log.load(); !loaded) {
            if (loaded.error().code == ErrorCode::Io) return loaded;
            return {};  // read_changes told of it
        }
        const auto from =
            read_index_image(kv_, dictionary_, log, tenants.numbers(), {index_, expiries_});
        if (!from && from.error().code == ErrorCode::Io) return from.error();
        if (!from)
            report_.notes.push_back("the next start makes the index anew: " +
                                    to_text(from.error()));
        has_image_ = from && *from;
        return {};
    }

    void compare_index(TenantId tenant, const Entity& entity) {
        rows_ += entity.types.size();
        if (!index_.agrees(tenant, entity)) {
            fault("the index does not know what " + entity.id + " is; delete index.image");
        }
    }

    Result<void> read_entities() {
        const auto cursor = kv_.scan(Space::Entities, {}, {});
        for (; cursor->valid(); cursor->next()) {
            ++report_.entities;
            if (cursor->key().size() < 5 || !is_tenant(read_be32(cursor->key()))) {
                fault("an entity belongs to no tenant");
                continue;
            }
            const auto entity =
                decode_entity(cursor->key().substr(4), cursor->value(), dictionary_);
            if (!entity) {
                fault(to_text(entity.error()));
                continue;
            }
            compare(std::string(cursor->key()), *entity);
            if (has_image_) compare_index(read_be32(cursor->key()), *entity);
        }
        TRY(cursor->status());
        if (has_image_ && index_.rows() != rows_)
            fault("the index has entities that are not there");
        for (const auto& [key, states] : last_) {
            for (const auto& [name, last] : states) {
                if (last.deleted) continue;
                fault("an entity that the log tells of is not there: " + key.substr(4));
                break;
            }
        }
        return cursor->status();
    }

    Result<void> read_history() {
        const auto cursor = kv_.scan(Space::History, {}, {});
        std::string series;
        std::map<InstanceId, bool> seen;
        for (; cursor->valid(); cursor->next()) {
            ++report_.chunks;
            const std::string_view key = cursor->key();
            const auto owner = keys::parse_series(key);
            const bool whole =
                owner && key.size() == keys::series(owner->tenant, owner->id, 0, 0).size() + 8;
            if (!whole || !is_tenant(owner->tenant)) {
                fault("a key of history is malformed, or of no tenant");
                continue;
            }
            if (key.substr(0, key.size() - 8) != series) {
                series = key.substr(0, key.size() - 8);
                seen.clear();
            }
            const auto points = decode_chunk(cursor->value());
            if (!points) {
                fault("a chunk of history can not be read: " + owner->id);
                continue;
            }
            report_.points += points->size();
            for (const Point& point : *points) {
                if (is_gone(series, *owner, point.instance)) {
                    fault("a state that was deleted still stands in the history of " + owner->id);
                    break;
                }
                if (!seen.emplace(point.instance, true).second) {
                    fault("a state stands twice in the history of " + owner->id);
                    break;
                }
            }
        }
        return cursor->status();
    }

    const KeyValueStore& kv_;
    Dictionary dictionary_;
    std::unordered_set<TenantId> tenants_;
    std::uint64_t last_sequence_ = 0;
    EntityIndex index_;
    ExpiryIndex expiries_;
    bool has_image_ = false;
    std::size_t rows_ = 0;  // that an index has
    VerifyReport report_;
    AttributeStates last_;
    std::unordered_map<std::string, std::uint64_t> purged_;  // by the start of keys of history
    std::unordered_map<std::string, std::set<InstanceId>> withdrawn_;  // by series
};

}  // namespace

Result<VerifyReport> verify_store(const KeyValueStore& kv) { return Verifier{kv}.run(); }

}  // namespace musubi
