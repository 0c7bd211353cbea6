#include "insight/config/rule_config.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "insight/config/rule_check.h"
#include "insight/config/words.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 5> kSeverities{"informational", "low", "medium", "high",
                                                      "critical"};
constexpr std::size_t kMaxRules = 200;

bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

RuleKind kind_of(std::string_view word) {
    if (word == "q") return RuleKind::Query;
    if (word == "lookahead") return RuleKind::LookAhead;
    if (word == "silent") return RuleKind::Silent;
    return RuleKind::Threshold;
}

/// The schema has been checked: what is read here has its kind.
class RuleReader {
public:
    RuleReader(const toml::table& table, const std::string& file) : table_{table}, file_{file} {}

    Result<RuleConfig> read() {
        rule_.where = toml_error(file_, table_, {}).where;
        rule_.id = text_of(table_, "id");
        rule_.group = text_of(table_, "group", rule_.id);
        for (const char* key : {"id", "group"}) {
            if (is_slug(std::string_view{key} == "id" ? rule_.id : rule_.group)) continue;
            return error(key, "a name may hold lower-case letters, digits and '-', up to 64");
        }
        rule_.type = TRY(required_text(file_, table_, "type"));
        rule_.kind = kind_of(text_of(table_, "kind"));
        TRY(read_condition());
        TRY(read_silence());
        TRY(read_meaning());
        TRY(read_words());
        return std::move(rule_);
    }

private:
    [[nodiscard]] Error error(std::string_view key, std::string detail) const {
        return toml_error(file_, table_, key, std::move(detail));
    }

    Result<Duration> duration(std::string_view key, Duration other, Duration least) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return other;
        const Duration value = TRY(parse_duration(node->as_string()->get()));
        if (value >= least && value <= days(366)) return value;
        return error(key, "'" + std::string{key} + "' must be from " + to_iso(least) + " to P366D");
    }

    Result<void> read_condition() {
        for (const char* key : {"value", "threshold", "q", "until"}) {
            if (table_.contains(key)) TRY(required_text(file_, table_, key));
        }
        rule_.value = text_of(table_, "value");
        rule_.threshold = text_of(table_, "threshold");
        rule_.q = text_of(table_, "q");
        rule_.until = text_of(table_, "until");
        rule_.hysteresis = table_["hysteresis"].value_or(0.0);
        if (!(rule_.hysteresis >= 0 && rule_.hysteresis <= 1e6)) {
            return error("hysteresis", "'hysteresis' must be from 0 to 1000000");
        }
        rule_.hold = TRY(duration("hold", {}, seconds(0)));
        rule_.parameters = text_of(table_, "parameters",
                                   rule_.kind == RuleKind::LookAhead ? "lookahead.toml" : "");
        rule_.horizon = TRY(duration("horizon", hours(1), minutes(1)));
        rule_.neighbours = text_of(table_, "neighbours", rule_.threshold);
        return {};
    }

    Result<void> read_silence() {
        rule_.after = TRY(duration("after", hours(1), seconds(1)));
        rule_.share = table_["share"].value_or(0.5);
        if (!(rule_.share >= 0 && rule_.share <= 1)) {
            return error("share", "'share' must be from 0 to 1");
        }
        rule_.at_least = table_["at_least"].value_or(std::int64_t{3});
        if (rule_.at_least < 1 || rule_.at_least > 1'000'000) {
            return error("at_least", "'at_least' must be from 1 to 1000000");
        }
        return {};
    }

    Result<void> read_meaning() {
        const std::string severity = text_of(table_, "severity");
        const auto found = std::find(kSeverities.begin(), kSeverities.end(), severity);
        rule_.severity = static_cast<Severity>(found - kSeverities.begin());
        const bool silent = rule_.kind == RuleKind::Silent;
        rule_.category = text_of(table_, "category", silent ? "environment" : "naturalDisaster");
        const std::string standard = rule_.kind == RuleKind::Threshold   ? rule_.threshold
                                     : rule_.kind == RuleKind::LookAhead ? "lookAhead"
                                     : silent                            ? "silentSensor"
                                                                         : rule_.id;
        rule_.sub_category = text_of(table_, "sub_category", standard);
        if (rule_.sub_category.empty()) return error("sub_category", "it must not be empty");
        if (const auto level = table_["level"].value<std::int64_t>()) {
            if (*level < 1 || *level > 5) return error("level", "'level' must be from 1 to 5");
            rule_.level = static_cast<int>(*level);
        }
        const bool look_ahead = rule_.kind == RuleKind::LookAhead;
        rule_.staff_only = table_["staff_only"].value_or(look_ahead);
        if (look_ahead && !rule_.staff_only) {
            // 気象業務法 17, 23: a forecast for the public needs a permit.
            return error("staff_only", "a look-ahead is for staff; leave 'staff_only' out");
        }
        return {};
    }

    Result<void> read_words() {
        rule_.words = {.ja = text_of(table_, "ja"), .en = text_of(table_, "en")};
        rule_.feed_words = {.ja = text_of(table_, "feed_ja"), .en = text_of(table_, "feed_en")};
        for (const char* key : {"ja", "en", "feed_ja", "feed_en"}) {
            const auto checked = check_words(text_of(table_, key));
            if (!checked) return error(key, checked.error().detail);
        }
        return {};
    }

    const toml::table& table_;
    const std::string& file_;
    RuleConfig rule_;
};

Result<void> check_together(const RuleConfig& rule, const std::vector<RuleConfig>& before) {
    for (const RuleConfig& other : before) {
        if (other.id == rule.id) {
            return Error{ErrorCode::BadRequest, "two rules are named '" + rule.id + "'",
                         rule.where};
        }
        if (other.group != rule.group) continue;
        if (other.type != rule.type || other.kind != rule.kind || rule.kind == RuleKind::Silent) {
            return Error{ErrorCode::BadRequest,
                         "rules of one group must be of one type and kind, and not silent ones",
                         rule.where};
        }
        if (rule.severity > other.severity) {
            return Error{ErrorCode::BadRequest,
                         "within a group write the gravest rule first: this one is graver than '" +
                             other.id + "'",
                         rule.where};
        }
    }
    return {};
}

}  // namespace

std::string_view name_of(Severity severity) {
    return kSeverities[static_cast<std::size_t>(severity)];
}

Result<RuleFile> parse_rules(std::string_view text, const std::string& file) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(check_rules(root, file));
    const toml::table& head = *root["rules"].as_table();
    RuleFile out;
    out.version = TRY(required_text(file, head, "version"));
    out.context = TRY(required_text(file, head, "context"));
    out.levels = text_of(head, "levels");
    for (const toml::node& node : *root["rule"].as_array()) {
        if (out.rules.size() >= kMaxRules) {
            return toml_error(file, node, "a file may have up to 200 rules");
        }
        RuleConfig rule = TRY(RuleReader(*node.as_table(), file).read());
        TRY(check_together(rule, out.rules));
        out.rules.push_back(std::move(rule));
    }
    return out;
}

}  // namespace musubi
