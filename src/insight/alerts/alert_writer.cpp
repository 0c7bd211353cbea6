#include "insight/alerts/alert_writer.h"

#include "base/both_words.h"
#include "insight/config/words.h"
#include "store/edit_values.h"

namespace musubi {
namespace {

constexpr std::uint64_t kMostIds = 10;

Json words_json(const Words& words) { return both_words(words.ja, words.en); }

Words words_of(const AlertEvent& event) {
    const RuleConfig& rule = event.rule->config;
    WordValues values{.name = event.name, .value = event.value, .threshold = event.threshold};
    values.unit = event.unit;
    const Duration span = rule.kind == RuleKind::Silent ? rule.after : rule.horizon;
    values.minutes = span.us / minutes(1).us;
    if (event.of_feed) values.count = event.count;
    const Words& words = event.of_feed ? rule.feed_words : rule.words;
    return {.ja = fill_words(words.ja, values), .en = fill_words(words.en, values)};
}

/// 警戒レベル相当: of a threshold from the table in force then; a look-ahead has none, because
/// nothing has been reached.
std::optional<int> level_of(const RuleSet& rules, const AlertEvent& event) {
    const RuleConfig& rule = event.rule->config;
    if (rule.kind == RuleKind::Query) return rule.level;
    if (rule.kind != RuleKind::Threshold) return std::nullopt;
    const LevelsVersion* version = rules.levels.at(event.at);
    const LevelItem* item = version != nullptr ? version->find(rule.threshold) : nullptr;
    return item != nullptr ? item->level : std::nullopt;
}

void set_or_remove(EntityEdit& edit, const std::string& name, std::optional<Json> value) {
    if (value) {
        set_value(edit, name, std::move(*value));
    } else {
        edit.remove(name, {});
    }
}

}  // namespace

Time AlertWriter::issued(const Transaction& tx, const AlertEvent& event) const {
    return replay_ ? event.clock : tx.now();
}

void AlertWriter::set_measured(EntityEdit& edit, const AlertEvent& event) const {
    if (!event.value) {
        edit.remove(rules_.names.measured, {});
        return;
    }
    Attribute measured = property_of(rules_.names.measured, *event.value);
    measured.unit_code = event.unit;
    measured.observed_at = event.value_at;
    const Attribute* present = edit.state().find(measured.name);
    if (present == nullptr || !same_content(*present, measured)) edit.set(std::move(measured));
}

void AlertWriter::set_meaning(EntityEdit& edit, const AlertEvent& event) const {
    const AlertNames& names = rules_.names;
    const RuleConfig& rule = event.rule->config;
    set_value(edit, names.category, rule.category);
    set_value(edit, names.sub_category, event.of_feed ? "silentFeed" : rule.sub_category);
    set_value(edit, names.severity, name_of(rule.severity));
    const auto level = level_of(rules_, event);
    set_or_remove(edit, names.level, level ? std::optional<Json>{*level} : std::nullopt);
    const auto threshold = event.threshold;
    set_or_remove(edit, names.threshold,
                  threshold ? std::optional<Json>{*threshold} : std::nullopt);
    set_value(edit, names.description, words_json(words_of(event)));
    set_or_remove(edit, names.staff_only,
                  rule.staff_only ? std::optional<Json>{true} : std::nullopt);
    set_measured(edit, event);
}

Result<std::string> AlertWriter::free_id(Transaction& tx, const std::string& asked) {
    for (std::uint64_t n = 1; n <= kMostIds; ++n) {
        std::string id = n == 1 ? asked : asked + ":" + std::to_string(tx.sequence() + n);
        const EntityPtr there = TRY(tx.find(id));
        if (there && there->guardian != kAlertGuardian) continue;
        if (n > 1) renamed_[asked] = id;
        return id;
    }
    return Error{ErrorCode::Conflict, "other entities have all the ids an alert could get", asked};
}

Result<void> AlertWriter::open(Transaction& tx, const AlertEvent& event) {
    const AlertNames& names = rules_.names;
    const std::string id = TRY(free_id(tx, event.alert));
    EntityEdit* edit = nullptr;
    if (TRY(tx.find(id))) {
        edit = TRY(tx.edit(id));
        edit->remove(names.to, {});
    } else {
        Entity skeleton;
        skeleton.id = id;
        skeleton.types = {names.type};
        skeleton.guardian = kAlertGuardian;
        edit = TRY(tx.create(std::move(skeleton)));
    }
    set_value(*edit, names.status, "open");
    set_value(*edit, names.source, event.source);
    set_value(*edit, names.issued, date_time(issued(tx, event)));
    set_value(*edit, names.from, date_time(event.at));
    set_meaning(*edit, event);
    if (event.synthetic) set_value(*edit, names.synthetic, true);
    if (event.lon && event.lat) {
        Json point;
        point.set("type", "Point");
        point.set("coordinates", Json::Array{*event.lon, *event.lat});
        Attribute location = property_of(names.location, std::move(point));
        location.kind = AttributeKind::GeoProperty;
        edit->set(std::move(location));
    }
    return {};
}

Result<void> AlertWriter::change(Transaction& tx, const AlertEvent& event, const std::string& id) {
    auto edit = tx.edit(id);
    if (edit) {
        set_meaning(**edit, event);
        return {};
    }
    if (edit.error().code == ErrorCode::NotFound) return open(tx, event);
    return std::move(edit).error();
}

Result<void> AlertWriter::close(Transaction& tx, const AlertEvent& event, const std::string& id) {
    auto edit = tx.edit(id);
    if (!edit) {
        const bool gone = edit.error().code == ErrorCode::NotFound;
        return gone ? Result<void>{} : Result<void>{std::move(edit).error()};
    }
    set_value(**edit, rules_.names.status, "closed");
    set_value(**edit, rules_.names.to, date_time(event.at));
    if (event.value) set_measured(**edit, event);
    return {};
}

Result<std::vector<std::pair<std::string, std::string>>> AlertWriter::write(
    Transaction& tx, const std::vector<AlertEvent>& events) {
    for (const AlertEvent& event : events) {
        const auto renamed = renamed_.find(event.alert);
        const std::string& id = renamed != renamed_.end() ? renamed->second : event.alert;
        switch (event.kind) {
            case AlertEvent::Kind::Open: TRY(open(tx, event)); break;
            case AlertEvent::Kind::Change: TRY(change(tx, event, id)); break;
            case AlertEvent::Kind::Close: TRY(close(tx, event, id)); break;
        }
    }
    return std::vector<std::pair<std::string, std::string>>{renamed_.begin(), renamed_.end()};
}

}  // namespace musubi
