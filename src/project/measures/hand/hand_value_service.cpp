#include "project/measures/hand/hand_value_service.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "model/normal_text.h"
#include "project/loop/loop_document.h"
#include "project/loop/loop_text.h"
#include "project/measures/hand/value_units.h"
#include "store/codec.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kPage = 1'000;

// Expanded by the core context, whatever the pack's names are.
std::string named(std::string_view name) {
    return std::string{iri::kDefaultVocabulary}.append(name);
}
struct Names {
    std::string of = named("of");
    std::string about = named("about");
    std::string cohort = named("cohort");
    std::string value = named("enteredValue");
    std::string note = named("note");
    std::string by = named("enteredBy");
    std::string at = named("enteredAt");
    std::string attachment = named("attachment");
};

// A text that people write: on one line, not too long.
bool is_one_line(std::string_view text) {
    return is_plain_line(text) && is_utf8(text) &&
           count_characters(text) <= HandValueService::kMaxLine;
}

Error wrong(const char* where, std::string_view ja, std::string_view en) {
    return loop_error(ErrorCode::BadRequest, where, ja, en);
}

Error conflict(std::string_view ja, std::string_view en) {
    return loop_error(ErrorCode::Conflict, "", ja, en);
}

// A text of somebody else's, in a sentence: its first characters.
std::string shortened(const std::string& text) {
    constexpr std::size_t kShown = 20;
    std::size_t end = std::min(text.size(), kShown);
    while (end < text.size() && end > 0 &&
           (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    return is_utf8(text) ? text.substr(0, end) : std::string{"?"};
}

std::string in_japan(Time at) {
    const std::string text = to_iso(at + kJapan);
    return text.substr(0, 10) + " " + text.substr(11, 8);
}

// "8-11" to {8, 11}, of so many digits at most. Nothing: they are no such numbers.
std::optional<std::vector<int>> numbers_in(std::string_view text) {
    constexpr std::size_t kMostDigits = 4;
    std::vector<int> out;
    while (true) {
        const std::string_view digits = text.substr(0, text.find('-'));
        int number = 0;
        const char* const end = digits.data() + digits.size();
        const auto [at, fault] = std::from_chars(digits.data(), end, number);
        if (fault != std::errc{} || at != end || digits.size() > kMostDigits) return std::nullopt;
        out.push_back(number);
        if (digits.size() == text.size()) return out;
        text.remove_prefix(digits.size() + 1);
    }
}

// 2026-08-11, and as spreadsheets and people in Japan write it: 2026/8/11, 2026-8-11,
// 2026年8月11日, in digits of any width. Fails: BadRequest.
Result<Time> read_written_day(const std::string& written) {
    std::string text = to_nfkc(written).value_or(std::string{});
    for (const auto& [mark, plain] : {std::pair<std::string_view, std::string_view>{"/", "-"},
                                      {"年", "-"},
                                      {"月", "-"},
                                      {"日", ""}}) {
        for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
            text.replace(at, mark.size(), plain);
        }
    }
    const auto numbers = numbers_in(text);
    if (numbers && numbers->size() == 3 && numbers->front() >= 1'000) {
        const auto day = parse_day(
            fmt::format("{:04}-{:02}-{:02}", (*numbers)[0], (*numbers)[1], (*numbers)[2]));
        if (day) return *day;
    }
    return wrong("day",
                 fmt::format("「{}」は 2026-04-01 や 2026/4/1 のような日付ではありません",
                             shortened(written)),
                 fmt::format("'{}' is no date as in 2026-04-01 or 2026/4/1", shortened(written)));
}

Result<void> check_attachment(const HandAttachment& attachment) {
    const bool is_hash =
        attachment.sha256.size() == 64 &&
        attachment.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash) {
        return wrong("attachment", "添付の sha256 は 0-9 と a-f の 64 桁です",
                     "'sha256' of an attachment is 64 digits 0-9 and a-f");
    }
    if (is_blank(attachment.name) || !is_one_line(attachment.name)) {
        return wrong("attachment", "添付には名前が要ります（空白だけでなく、一行で、200 字まで）",
                     "an attachment has a name of up to 200 characters, on one line, not blanks "
                     "alone");
    }
    if (attachment.bytes > 0) return {};
    return wrong("attachment", "添付の bytes は大きさで、0 より大きい数です",
                 "'bytes' of an attachment is how large it is, above 0");
}

Result<void> check_words(const HandEntry& entry) {
    const auto is_id = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (entry.of.empty() || entry.of.size() > 64 ||
        !std::all_of(entry.of.begin(), entry.of.end(), is_id)) {
        return wrong("of",
                     "何を数えるか（対象）は、staff-hours のように英小文字・数字・- で書きます",
                     "what is counted is named by lower-case letters, digits and '-', as in "
                     "staff-hours");
    }
    if (is_blank(entry.by))
        return wrong("by", "だれが入れるかを書いてください", "write who enters it");
    for (const auto& [where, text] :
         {std::pair{"by", &entry.by}, {"about", &entry.about}, {"cohort", &entry.cohort}}) {
        if (!is_one_line(*text)) {
            return wrong(where, "名前は一行で、200 字までです",
                         "a name may have up to 200 characters, on one line, in UTF-8");
        }
        if (!text->empty() && is_blank(*text)) {
            return wrong(where, "空白だけでは名前になりません", "a name is not blanks alone");
        }
    }
    if (!is_utf8(entry.note) || count_characters(entry.note) > HandValueService::kMaxNote) {
        return wrong("note", "備考は 4,000 字までです",
                     "a note may have up to 4,000 characters, in UTF-8");
    }
    return {};
}

Result<void> check_place(const Json& place) {
    auto fits = check_geometry(place);
    if (fits) return {};
    return wrong("place", "場所が GeoJSON の図形ではありません（座標は経度、緯度の順です）",
                 fits.error().detail);
}

// The moment the day begins in Japan.
Result<Time> check_entry(const HandEntry& entry, Time now) {
    TRY(check_words(entry));
    if (!entry.value || !std::isfinite(*entry.value)) {
        return wrong("value", "値が数ではありません", "the value is no number");
    }
    if (find_value_unit(entry.unit) == nullptr) {
        const std::string unit = shortened(entry.unit);
        return wrong("unit",
                     fmt::format("「{}」という単位はありません。使えるのは {} です", unit,
                                 value_unit_codes(true)),
                     fmt::format("'{}' is no unit that is known; there are {}", unit,
                                 value_unit_codes(false)));
    }
    if (entry.attachment) TRY(check_attachment(*entry.attachment));
    if (!entry.place.is_null()) TRY(check_place(entry.place));
    const Time day = TRY(read_written_day(entry.day));
    if (day > now) {
        return wrong("day", fmt::format("{} はまだ来ていません", day_text(day)),
                     fmt::format("{} has not come yet", day_text(day)));
    }
    return day;
}

Json to_json(const HandAttachment& attachment) {
    Json out;
    out.set("name", attachment.name);
    out.set("sha256", attachment.sha256);
    out.set("bytes", attachment.bytes);
    return out;
}

// One command: it sees what it did itself.
class Entering {
public:
    explicit Entering(Transaction& tx) : tx_{tx} {}

    Result<std::string> take(const HandEntry& entry) {
        const Time day = TRY(check_entry(entry, tx_.now()));
        std::string id = hand_value_entity(entry.of, entry.about);
        EntityEdit& edit = *TRY(open(id, entry));
        if (edit.state().modified_at > tx_.now()) {
            const std::string now = in_japan(tx_.now());
            const std::string then = in_japan(edit.state().modified_at);
            return conflict(
                fmt::format("サーバーの時計は {} ですが、{} に入れた値があります。先に時計を直して"
                            "ください",
                            now, then),
                fmt::format("the clock of the server says {}, but a value was entered at {} (both "
                            "in Japan): set the clock right first",
                            now, then));
        }
        const Attribute* present = edit.state().find(names_.value);
        if (present != nullptr && present->unit_code != entry.unit) {
            return wrong("unit",
                         fmt::format("「{}」は {} で入れています。{} ではありません", entry.of,
                                     present->unit_code, entry.unit),
                         fmt::format("{} is entered in {}, not in {}", entry.of, present->unit_code,
                                     entry.unit));
        }
        const bool there = TRY(has_day(edit, day));
        if (there && !entry.corrects) {
            return conflict(fmt::format("「{}」の {} の値はもうあります。直すときは、訂正だと書いて"
                                        "ください（corrects）",
                                        entry.of, day_text(day)),
                            fmt::format("{} has a value of {} already; say that this corrects it",
                                        entry.of, day_text(day)));
        }
        if (!there && entry.corrects) {
            return conflict(
                fmt::format("「{}」の {} には、直す値がありません", entry.of, day_text(day)),
                fmt::format("{} has no value of {} to be corrected", entry.of, day_text(day)));
        }
        const bool late = present != nullptr && present->observed_at && day < *present->observed_at;
        Attribute value = value_of(entry, day);
        if (late) {
            edit.add_late(std::move(value));
        } else {
            edit.set(std::move(value));
        }
        days_.insert({id, day});
        return id;
    }

private:
    Result<EntityEdit*> open(const std::string& id, const HandEntry& entry) {
        const EntityPtr there = TRY(tx_.find(id));
        if (there && there->guardian != kMeasureGuardian) {
            return conflict("同じ id のほかのエンティティがあります: " + id,
                            "an entity that is not Musubi's has the id " + id);
        }
        EntityEdit* edit = nullptr;
        if (there) {
            edit = TRY(tx_.edit(id));
        } else {
            Entity entity;
            entity.id = id;
            entity.types = {std::string{kHandValueType}};
            entity.guardian = kMeasureGuardian;
            edit = TRY(tx_.create(std::move(entity)));
            edit->set(property_of(names_.of, entry.of));
            if (!entry.about.empty()) edit->set(property_of(names_.about, entry.about));
        }
        if (!entry.cohort.empty()) set_value(*edit, names_.cohort, entry.cohort);
        if (entry.place.is_null()) return edit;
        Attribute place = property_of(std::string{iri::kLocation}, entry.place);
        place.kind = AttributeKind::GeoProperty;
        const Attribute* present = edit->state().find(iri::kLocation);
        if (present == nullptr || !same_content(*present, place)) edit->set(std::move(place));
        return edit;
    }

    Result<bool> has_day(const EntityEdit& edit, Time day) {
        if (days_.contains({edit.state().id, day})) return true;
        const Attribute* present = edit.state().find(names_.value);
        if (present == nullptr) return false;
        if (present->observed_at == day) return true;
        const auto of_day = [day](const Series&, const ChunkSummary& chunk) {
            return chunk.first_at <= day && day <= chunk.last_at;
        };
        for (const Series& series : TRY(tx_.past(edit.state().id, names_.value, of_day))) {
            const bool found =
                std::any_of(series.points.begin(), series.points.end(),
                            [&](const Point& p) { return p.at == day && !p.deleted; });
            if (found) return true;
        }
        return false;
    }

    [[nodiscard]] Attribute value_of(const HandEntry& entry, Time day) const {
        Attribute out = property_of(names_.value, *entry.value);
        out.unit_code = entry.unit;
        out.observed_at = day;
        out.sub.push_back(property_of(names_.by, entry.by));
        out.sub.push_back(property_of(names_.at, date_time(tx_.now())));
        if (!entry.note.empty()) out.sub.push_back(property_of(names_.note, entry.note));
        if (entry.attachment) {
            out.sub.push_back(property_of(names_.attachment, to_json(*entry.attachment)));
        }
        return out;
    }

    Transaction& tx_;
    Names names_;
    std::set<std::pair<std::string, Time>> days_;  // that this command entered
};

Result<Caller> guardian_for(const Caller& caller) {
    const bool writes = caller.role == Role::Operator || caller.role == Role::Service ||
                        caller.role == Role::DataOwner || caller.role == Role::Member;
    if (!writes || !caller.access || !caller.access->may_write) {
        return loop_error(
            ErrorCode::Forbidden, "",
            "値を入れられるのは、書ける人（運用者・データの所有者・メンバー）です",
            "values are entered by who may write: an operator, the owner of the data, "
            "or a member of the project");
    }
    Caller guardian = caller;  // who asked stays the subject of the change
    guardian.guardian = kMeasureGuardian;
    return guardian;
}

std::string text_of(const Attribute* attribute) {
    return attribute != nullptr && attribute->value.is_string() ? attribute->value.string() : "";
}

std::optional<HandAttachment> attachment_of(const Attribute* attribute) {
    if (attribute == nullptr) return std::nullopt;
    const auto text = [&](std::string_view name) -> std::string {
        const Json* member = attribute->value.find(name);
        return member != nullptr && member->is_string() ? member->string() : "";
    };
    const Json* bytes = attribute->value.find("bytes");
    return HandAttachment{text("name"), text("sha256"),
                          bytes != nullptr && bytes->is_integer() ? bytes->integer() : 0};
}

// The values of one entity, those of a day in the order in which they were entered.
Result<void> add_values(const Entity& entity, const Series& series, std::vector<HandValue>& out) {
    const Names names;
    std::map<Time, std::size_t> newest;  // of each day: its place in `out`
    for (const Point& point : series.points) {
        if (point.deleted || !point.value.is_number()) continue;
        const Attribute state = TRY(from_point(series.name, series.dataset_id, point));
        HandValue value{.id = entity.id,
                        .of = text_of(entity.find(names.of)),
                        .about = text_of(entity.find(names.about)),
                        .cohort = text_of(entity.find(names.cohort)),
                        .day = point.at,
                        .value = point.value.number(),
                        .unit = state.unit_code,
                        .by = text_of(state.find_sub(names.by)),
                        .entered_at = point.recorded,
                        .note = text_of(state.find_sub(names.note)),
                        .attachment = attachment_of(state.find_sub(names.attachment))};
        const auto [before, first] = newest.try_emplace(point.at, out.size());
        if (!first) {
            out[before->second].current = false;
            value.revision = out[before->second].revision + 1;
            before->second = out.size();
        }
        out.push_back(std::move(value));
    }
    return {};
}

}  // namespace

std::string hand_value_entity(const std::string& of, const std::string& about) {
    std::string id = "urn:ngsi-ld:HandValue:" + of;
    if (!about.empty()) id += ":" + to_hex(sha256({about})).substr(0, kIdDigits);
    return id;
}

Result<std::vector<std::string>> HandValueService::enter(const Caller& caller,
                                                         std::span<const HandEntry> entries) {
    const Caller guardian = TRY(guardian_for(caller));
    if (entries.empty())
        return wrong("", "入れる値がありません", "there is no value to be entered");
    if (entries.size() > kMaxAtOnce) {
        return loop_error(ErrorCode::TooLarge, "", "一度に入れられる値は 10,000 件までです",
                          "at most 10,000 values are entered at once");
    }
    std::vector<std::string> ids;
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        ids.clear();  // it may be run again
        Entering entering{tx};
        for (const HandEntry& entry : entries) {
            auto id = entering.take(entry);
            if (!id) {
                Error error = id.error();
                if (!entry.where.empty()) error.where = entry.where;
                return error;
            }
            ids.push_back(std::move(*id));
        }
        return {};
    }));
    return ids;
}

Result<HandValueService::Listed> HandValueService::list(const Caller& caller,
                                                        const Page& asked) const {
    const Names names;
    std::vector<HandValue> all;
    EntityQuery query;
    query.types = TypeSelection{.type = std::string{kHandValueType}};
    query.limit = kPage;
    for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
        const QueryResult page = TRY(store_.query(caller, query));
        found = page.entities.size();
        for (const EntityPtr& entity : page.entities) {
            if (entity->guardian != kMeasureGuardian) continue;
            if (!asked.of.empty() && text_of(entity->find(names.of)) != asked.of) continue;
            auto history = store_.history(caller, entity->id, {names.value});
            if (!history && history.error().code == ErrorCode::NotFound) continue;
            for (const Series& series : TRY(std::move(history))) {
                TRY(add_values(*entity, series, all));
            }
        }
    }
    const auto newer = [](const HandValue& a, const HandValue& b) {
        return std::tie(b.day, a.id, b.revision) < std::tie(a.day, b.id, a.revision);
    };
    std::sort(all.begin(), all.end(), newer);
    Listed out{.values = {}, .total = all.size()};
    const std::size_t first = std::min(asked.offset, all.size());
    const std::size_t last = first + std::min(asked.limit, all.size() - first);
    for (std::size_t i = first; i < last; ++i) out.values.push_back(std::move(all[i]));
    return out;
}

}  // namespace musubi
