#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "base/both_words.h"
#include "trust/keys.h"
#include "trust/policies/policy.h"
#include "trust/policies/policy_table.h"

namespace musubi {
namespace {

bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    if (const toml::array* list = table[key].as_array()) {
        for (const toml::node& node : *list) out.push_back(node.as_string()->get());
    }
    return out;
}

Time time_of(const toml::date_time& value) {
    const Civil civil{.year = value.date.year,
                      .month = value.date.month,
                      .day = value.date.day,
                      .hour = value.time.hour,
                      .minute = value.time.minute,
                      .second = value.time.second,
                      .microsecond = static_cast<int>(value.time.nanosecond / 1'000)};
    const auto offset = minutes(value.offset ? value.offset->minutes : 0);
    const auto time = from_civil(civil, offset);
    return time ? *time : Time{};  // TOML has checked that the day exists
}

// "08:30": since midnight. Nothing where it is no time of day.
std::optional<Duration> clock_of(std::string_view text) {
    int hour = 0;
    int minute = 0;
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto first = std::from_chars(text.data(), text.data() + 2, hour);
    const auto second = std::from_chars(text.data() + 3, text.data() + 5, minute);
    const bool read = first.ec == std::errc{} && first.ptr == text.data() + 2 &&
                      second.ec == std::errc{} && second.ptr == text.data() + 5;
    if (!read || hour < 0 || hour > 24 || minute < 0 || minute > 59) return std::nullopt;
    return hours(hour) + minutes(minute);
}

// toml++ writes arrays as JSON does, but for its times, of which coordinates have none.
std::string json_of(const toml::node& node) {
    std::ostringstream out;
    if (const toml::array* array = node.as_array()) {
        out << toml::json_formatter{*array};
    }
    return out.str();
}

/// One policy; the schema has been checked: what is read here has its kind.
class PolicyReader {
public:
    PolicyReader(const toml::table& table, const std::string& file, const Context& context)
        : table_{table}, file_{file}, context_{context} {}

    Result<Policy> read(bool permits) {
        for (const std::string_view key : {"idPattern", "scope", "q", "hours", "each"}) {
            const auto* text = table_[key].as_string();
            if (text == nullptr || !text->get().empty()) continue;
            return error(
                key,
                both_texts("空の文字列は何も示しません。すべてなら、この項目を書かないでください",
                           "an empty text says nothing; leave the key out for all"));
        }
        policy_.id = text_of(table_, "id");
        if (!is_slug(policy_.id)) {
            return error(
                "id", both_texts("名前は英小文字・数字・'-' で 64 字までです",
                                 "a name may hold lower-case letters, digits and '-', up to 64"));
        }
        if (policy_.id == "personal" || policy_.id == "role" || policy_.id.starts_with("halt-")) {
            return error(
                "id", both_texts("この名前は本文以外のものを指します。別の名前にしてください",
                                 "this name stands for what is not in the text: take another one"));
        }
        policy_.ja = text_of(table_, "ja");
        policy_.en = text_of(table_, "en");
        policy_.rule.policy = policy_.id;
        policy_.rule.permits = permits;
        TRY(read_target());
        TRY(read_geo());
        TRY(read_assignee());
        TRY(read_times());
        TRY(read_limit());
        if (const toml::table* coarsen = table_["coarsen"].as_table()) {
            TRY(read_coarsening(*coarsen));
        }
        return std::move(policy_);
    }

private:
    [[nodiscard]] Error error(std::string_view key, std::string detail) const {
        return toml_error(file_, table_, key, std::move(detail));
    }
    // A fault that a parser found in the text of a key, at the line of the key.
    [[nodiscard]] Error fault(std::string_view key, const Error& found) const {
        return error(key, found.detail + (found.where.empty() ? "" : " (" + found.where + ")"));
    }

    Result<void> read_target() {
        AccessRule& rule = policy_.rule;
        for (const std::string& word : texts_of(table_, "action")) {
            rule.actions.set(static_cast<std::size_t>(TRY(parse_access_action(word))));
        }
        if (rule.actions.none())
            return error("action", both_texts("動作を一つ以上書いてください",
                                              "it names at least one action"));
        for (const std::string& type : texts_of(table_, "type")) {
            rule.types.push_back(context_.expand(type));
        }
        for (const std::string& name : texts_of(table_, "attrs")) {
            rule.attributes.push_back(context_.expand(name));
        }
        policy_.id_pattern = text_of(table_, "idPattern");
        if (!policy_.id_pattern.empty()) {
            auto pattern = Pattern::parse(policy_.id_pattern);
            if (!pattern) return fault("idPattern", pattern.error());
            rule.ids = std::move(*pattern);
        }
        policy_.scope_text = text_of(table_, "scope");
        if (!policy_.scope_text.empty()) {
            auto scopes = parse_scope_query(policy_.scope_text);
            if (!scopes) return fault("scope", scopes.error());
            rule.scopes = std::move(*scopes);
        }
        if (const std::string q = text_of(table_, "q"); !q.empty()) {
            auto node = parse_q(q, context_);
            if (!node) return fault("q", node.error());
            if (linked_depth(*node) > 0) {
                return error(
                    "q",
                    both_texts("決まりが見るのはそのデータ自身で、つながる先ではありません",
                               "a policy looks at the entity itself, not at those it links to"));
            }
            rule.q = std::move(*node);
        }
        return {};
    }

    Result<void> read_geo() {
        const toml::table* geo = table_["geo"].as_table();
        if (geo == nullptr) return {};
        TRY(only_keys(file_, *geo, "georel|geometry|coordinates|geoproperty"));
        policy_.georel = TRY(required_text(file_, *geo, "georel"));
        policy_.geometry = TRY(required_text(file_, *geo, "geometry"));
        const toml::node* coordinates = geo->get("coordinates");
        if (coordinates == nullptr || !coordinates->is_array()) {
            return toml_error(file_, *geo, "coordinates", "'coordinates' must be there, as a list");
        }
        policy_.coordinates = json_of(*coordinates);
        const std::string property = text_of(*geo, "geoproperty");
        policy_.geoproperty = property.empty() ? "" : context_.expand(property);
        const Json json = TRY(parse_json(policy_.coordinates));
        auto query = parse_geo_query(policy_.georel, policy_.geometry, json, property, context_);
        if (!query) return fault("geo", query.error());
        policy_.rule.geo = std::move(*query);
        return {};
    }

    Result<void> read_assignee() {
        for (const std::string& role : texts_of(table_, "role")) {
            policy_.roles.push_back(TRY(parse_role(role)));
        }
        policy_.organisations = texts_of(table_, "organisation");
        policy_.subjects = texts_of(table_, "subject");
        for (const std::string& subject : policy_.subjects) {
            if (subject.starts_with("person:") || subject.starts_with("key:") ||
                subject.starts_with("machine:")) {
                continue;
            }
            return error("subject", both_texts("相手は person:ID、key:ID、machine:ID のどれかです",
                                               "a subject is person:ID, key:ID or machine:ID"));
        }
        policy_.purposes = texts_of(table_, "purpose");
        policy_.assurances = texts_of(table_, "assurance");
        return {};
    }

    Result<void> read_times() {
        if (const auto* from = table_["from"].as_date_time()) policy_.from = time_of(from->get());
        if (const auto* until = table_["until"].as_date_time()) {
            policy_.until = time_of(until->get());
        }
        if (policy_.from && policy_.until && *policy_.until <= *policy_.from) {
            return error("until",
                         both_texts("始まりより前に終わっています", "it ends before it begins"));
        }
        const std::string hours = text_of(table_, "hours");
        if (hours.empty()) return {};
        const auto from = clock_of(std::string_view(hours).substr(0, 5));
        const auto until =
            hours.size() == 11 && hours[5] == '-' ? clock_of(hours.substr(6)) : std::nullopt;
        if (!from || !until || *from == *until) {
            return error("hours", both_texts("時間は \"08:30-17:15\" のように書きます",
                                             "write the hours as in \"08:30-17:15\""));
        }
        policy_.hours = DayHours{*from, *until};
        return {};
    }

    Result<void> read_limit() {
        const auto count = table_["count"].value<std::int64_t>();
        const std::string each = text_of(table_, "each");
        if (!count) {
            return each.empty() ? Result<void>{}
                                : error("each", both_texts("'count' とともに書きます",
                                                           "it goes with 'count'"));
        }
        if (*count < 1 || *count > UseLimit::kMaxCount) {
            return error("count",
                         both_texts("1〜1,000,000 の数です", "it is a number from 1 to 1,000,000"));
        }
        std::bitset<kActions> reads;
        reads.set(static_cast<std::size_t>(AccessAction::Read));
        if (policy_.rule.actions != reads) {
            return error("count",
                         both_texts("数えるのは読むことだけです。ほかの動作は別に書いてください",
                                    "what is counted is reading: give other actions on their own"));
        }
        UseLimit limit{.count = static_cast<std::uint64_t>(*count), .each = {}};
        if (!each.empty()) {
            const auto span = parse_duration(each);
            if (!span || *span < minutes(1) || days(366) < *span) {
                return error("each",
                             both_texts("\"PT1M\" から \"P366D\" までの長さを書いてください",
                                        "write a span from \"PT1M\" to \"P366D\""));
            }
            limit.each = *span;
        }
        policy_.limit = limit;
        return {};
    }

    Result<void> read_coarsening(const toml::table& coarsen) {
        if (!policy_.rule.actions.test(static_cast<std::size_t>(AccessAction::Read))) {
            return error("coarsen", both_texts("読まないものは粗くできません",
                                               "what is not read is not made coarser"));
        }
        for (const auto& [name, node] : coarsen) {
            auto how = coarsening_of(node);
            if (!how) {
                return toml_error(
                    file_, node,
                    "write \"500 m\" for a place, \"PT1H\" for a time, a number above "
                    "0 for a number");
            }
            if (name.str() == "observedAt") {
                if (how->kind != Coarsening::Kind::Clock) {
                    return toml_error(file_, node,
                                      both_texts("時刻は \"PT1H\" のように切ります",
                                                 "times are cut as in \"PT1H\""));
                }
                policy_.rule.times = how->span;
                continue;
            }
            policy_.rule.coarser.emplace_back(context_.expand(std::string(name.str())), *how);
        }
        return {};
    }

    static std::optional<Coarsening> coarsening_of(const toml::node& node) {
        if (node.is_integer() || node.is_floating_point()) {
            const double step = *node.value<double>();
            if (!(step > 0)) return std::nullopt;
            return Coarsening{.kind = Coarsening::Kind::Step, .size = step};
        }
        const auto* text = node.as_string();
        if (text == nullptr) return std::nullopt;
        const std::string& word = text->get();
        if (word.ends_with(" m")) {
            double metres = 0;
            const auto read = std::from_chars(word.data(), word.data() + word.size() - 2, metres);
            const bool whole = read.ec == std::errc{} && read.ptr == word.data() + word.size() - 2;
            if (!whole || !is_mesh_size(metres)) return std::nullopt;
            return Coarsening{.kind = Coarsening::Kind::Mesh, .size = metres};
        }
        const auto span = parse_duration(word);
        if (!span || span->us <= 0) return std::nullopt;
        return Coarsening{.kind = Coarsening::Kind::Clock, .span = *span};
    }

    const toml::table& table_;
    const std::string& file_;
    const Context& context_;
    Policy policy_;
};

Result<void> read_policies(const toml::table& root, std::string_view table, const std::string& file,
                           const Context& context, PolicySet& set) {
    const toml::array* list = root[table].as_array();
    if (list == nullptr) return {};
    for (const toml::node& node : *list) {
        set.policies.push_back(
            TRY(PolicyReader(*node.as_table(), file, context).read(table == "permission")));
    }
    return {};
}

// Each is a query of its own when somebody asks what is held about them.
constexpr std::size_t kMaxPersonAttributes = 8;

Result<void> read_personal(const toml::table& root, const std::string& file, const Context& context,
                           PolicySet& set) {
    const toml::array* list = root["personal"].as_array();
    if (list == nullptr) return {};
    std::set<std::string> seen;
    for (const toml::node& node : *list) {
        const toml::table& table = *node.as_table();
        PersonalType personal{.type = {},
                              .purposes = texts_of(table, "purpose"),
                              .ja = text_of(table, "ja"),
                              .en = text_of(table, "en")};
        for (const std::string& name : texts_of(table, "person")) {
            personal.persons.push_back(context.expand(name));
        }
        if (personal.persons.size() > kMaxPersonAttributes) {
            return toml_error(
                file, table, "person",
                both_texts("人を指す属性は 8 までです", "up to 8 attributes name people"));
        }
        for (const std::string& type : texts_of(table, "type")) {
            personal.type = context.expand(type);
            if (!seen.insert(personal.type).second) {
                return toml_error(file, table, "type", "'" + type + "' is marked personal twice");
            }
            set.personal.push_back(personal);
        }
    }
    return {};
}

}  // namespace

std::string_view name_of(AccessAction action) {
    switch (action) {
        case AccessAction::Read: return "read";
        case AccessAction::Modify: return "modify";
        case AccessAction::Delete: return "delete";
    }
    return "unknown";
}

Result<AccessAction> parse_access_action(std::string_view word) {
    for (const auto action : {AccessAction::Read, AccessAction::Modify, AccessAction::Delete}) {
        if (word == name_of(action)) return action;
    }
    return Error{ErrorCode::BadRequest, "it is read, modify or delete", "action"};
}

Result<PolicySet> parse_policies(std::string_view text, const std::string& file,
                                 const Context& context) {
    const toml::table root = TRY(policy_table(text, file));
    PolicySet set;
    set.version = text_of(*root["policies"].as_table(), "version");
    TRY(read_policies(root, "permission", file, context, set));
    TRY(read_policies(root, "prohibition", file, context, set));
    TRY(read_personal(root, file, context, set));
    if (const toml::table* digits = root["my-number"].as_table()) {
        for (const std::string& type : texts_of(*digits, "except")) {
            set.other_digits.push_back(context.expand(type));
        }
    }
    if (set.policies.size() > kMaxPolicies) {
        return Error{
            ErrorCode::TooLarge,
            both_texts("本文の決まりは 10,000 までです", "a text may have up to 10,000 policies"),
            file};
    }
    std::set<std::string> ids;
    for (const Policy& policy : set.policies) {
        if (ids.insert(policy.id).second) continue;
        return Error{ErrorCode::BadRequest, "two policies have the id '" + policy.id + "'", file};
    }
    return set;
}

}  // namespace musubi
