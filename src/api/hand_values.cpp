#include "api/admin_json.h"
#include "api/hand_value_csv.h"
#include "api/handlers.h"
#include "api/parameters.h"
#include "api/use.h"
#include "broker/member_reader.h"
#include "project/loop/loop_document.h"
#include "project/measures/hand/hand_value_service.h"
#include "trust/encoding.h"

namespace musubi::api {
namespace {

Result<std::optional<HandAttachment>> read_attachment(const Json& body) {
    const Json* given = body.find("attachment");
    if (given == nullptr || given->is_null()) return std::optional<HandAttachment>{};
    TRY((MemberReader{*given, "/attachment"}.only({"name", "sha256", "bytes"})));
    const Json* bytes = given->find("bytes");
    if (bytes == nullptr || !bytes->is_integer()) {
        return loop_error(
            ErrorCode::BadRequest, "attachment",
            "添付は {\"name\", \"sha256\", \"bytes\"} で、bytes は整数です",
            "an attachment is {\"name\", \"sha256\", \"bytes\"}, the last a whole number");
    }
    return std::optional{HandAttachment{text_or(*given, "name", ""), text_or(*given, "sha256", ""),
                                        bytes->integer()}};
}

Result<HandEntry> read_entry(const Json& body) {
    TRY((MemberReader{body, ""}.only({"of", "about", "cohort", "day", "value", "unit", "by", "note",
                                      "attachment", "place", "corrects"})));
    HandEntry entry;
    entry.of = text_or(body, "of", "");
    entry.about = text_or(body, "about", "");
    entry.cohort = text_or(body, "cohort", "");
    entry.day = text_or(body, "day", "");
    entry.unit = text_or(body, "unit", "");
    entry.by = text_or(body, "by", "");
    entry.note = text_or(body, "note", "");
    const Json* value = body.find("value");
    if (value != nullptr && value->is_number()) entry.value = value->number();
    if (const Json* place = body.find("place")) entry.place = *place;
    const Json* corrects = body.find("corrects");
    if (corrects != nullptr && !corrects->is_bool()) {
        return loop_error(ErrorCode::BadRequest, "corrects", "corrects は true か false です",
                          "'corrects' is true or false");
    }
    entry.corrects = corrects != nullptr && corrects->boolean();
    entry.attachment = TRY(read_attachment(body));
    return entry;
}

Json to_json(const HandAttachment& attachment) {
    Json out;
    out.set("name", attachment.name);
    out.set("sha256", attachment.sha256);
    out.set("bytes", attachment.bytes);
    return out;
}

Json to_json(const HandValue& value) {
    Json out;
    out.set("id", value.id);
    out.set("of", value.of);
    if (!value.about.empty()) out.set("about", value.about);
    if (!value.cohort.empty()) out.set("cohort", value.cohort);
    out.set("day", day_text(value.day));
    out.set("value", value.value);
    out.set("unit", value.unit);
    out.set("by", value.by);
    out.set("enteredAt", to_iso(value.entered_at));
    if (!value.note.empty()) out.set("note", value.note);
    if (value.attachment) out.set("attachment", to_json(*value.attachment));
    out.set("revision", static_cast<std::int64_t>(value.revision));
    out.set("current", value.current);
    return out;
}

Result<HandValueService::Page> read_hand_page(const ApiCall& call) {
    HandValueService::Page page;
    if (const std::string* of = call.param("of")) page.of = *of;
    page.offset = TRY(call.number("offset")).value_or(0);
    page.limit = TRY(call.number("limit")).value_or(page.limit);
    if (page.limit >= 1 && page.limit <= HandValueService::kMaxListed) return page;
    return loop_error(ErrorCode::BadRequest, "limit", "1 から 1000 までの数です",
                      "it is from 1 to 1000");
}

}  // namespace

// GET /musubi/v1/hand-values?of&offset&limit
Result<Answer> list_hand_values(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"of", "offset", "limit"}));
    const HandValueService::Page page = TRY(read_hand_page(call));
    const std::string type{kHandValueType};
    TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = type}));
    const auto listed = TRY(HandValueService{app.store}.list(call.caller, page));
    AskedTypes asked;
    asked.named.push_back(type);
    TRY(record_answer(app, call, asked, {}, listed.values.size()));
    Json::Array list;
    for (const HandValue& value : listed.values) list.push_back(to_json(value));
    Json out;
    out.set("values", std::move(list));
    out.set("total", static_cast<std::int64_t>(listed.total));
    return Answer{plain_json(out)};
}

// POST /musubi/v1/hand-values
Result<Answer> post_hand_value(const App& app, const ApiCall& call) {
    const HandEntry entry = TRY(read_entry(TRY(read_json(call))));
    const auto ids = TRY(HandValueService{app.store}.enter(call.caller, {&entry, 1}));
    Json out;
    out.set("id", ids.front());
    return Answer{plain_json(out, entry.corrects ? 200 : 201)};
}

// POST /musubi/v1/hand-values/csv?file: all of its rows, or none. The table is their attachment.
Result<Answer> post_hand_value_csv(const App& app, const ApiCall& call) {
    const std::string_view csv = call.request.body;
    auto entries = TRY(read_hand_values(csv));
    const std::string* file = call.param("file");
    const HandAttachment attachment{file != nullptr ? *file : "values.csv", to_hex(sha256({csv})),
                                    static_cast<std::int64_t>(csv.size())};
    for (HandEntry& entry : entries) entry.attachment = attachment;
    const auto ids = TRY(HandValueService{app.store}.enter(call.caller, entries));
    Json out;
    out.set("entered", static_cast<std::int64_t>(ids.size()));
    return Answer{plain_json(out, 201)};
}

}  // namespace musubi::api
