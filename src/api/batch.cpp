#include <algorithm>

#include "api/batch_parts.h"
#include "api/distributed_batch.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "broker/entities.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMaxBatch = 10'000;
constexpr std::size_t kLongBody = 64U << 10U;  // bytes, of which no I/O thread is kept busy
constexpr std::size_t kPart = 128;             // entities of one commit, in a long batch

/// One item of a batch: an entity, or why it is none.
struct Item {
    std::string id;
    Result<Entity> entity;
    Json json = {};  // as it came, where sources may be given it
    ContextPtr context = nullptr;
};

/// The documents of a batch, each with its context, or why it has none.
struct Documents {
    Json::Array all;
    std::vector<Result<ContextPtr>> contexts;
};

std::string id_of_document(const Json& document) {
    const Json* id = document.find("id");
    return id != nullptr && id->is_string() ? id->string() : std::string{};
}

Result<Documents> read_documents(const App& app, const ApiCall& call) {
    if (call.request.body.size() > kLongBody && !call.may_wait) {
        return Error{ErrorCode::MustWait, "a long batch is read on a worker"};
    }
    Body body = TRY(read_body(app, call));
    if (!body.json.is_array() || body.json.array().empty()) {
        return Error{ErrorCode::BadRequest, "the body is an array of entities, at least one"};
    }
    if (body.json.array().size() > kMaxBatch) {
        return Error{ErrorCode::TooLarge, "at most 10,000 entities in one batch"};
    }
    Documents out;
    out.contexts.reserve(body.json.array().size());
    for (const Json& json : body.json.array()) {
        if (!json.is_object()) {
            return Error{ErrorCode::BadRequest, "an item of the batch is no entity",
                         "/" + std::to_string(out.contexts.size())};
        }
        auto context = context_of(app, call, body, json);
        if (!context) {
            const bool must_wait = context.error().code == ErrorCode::MustWait;
            if (must_wait || id_of_document(json).empty()) return std::move(context).error();
        }
        out.contexts.push_back(std::move(context));
    }
    out.all = std::move(body.json.array());
    return out;
}

// Those from `from` on, at most `most`.
std::vector<Item> read_items(const Documents& documents, const ReadOptions& options,
                             std::size_t from = 0, std::size_t most = kMaxBatch) {
    std::vector<Item> items;
    const std::size_t end = std::min(documents.all.size(), from + most);
    items.reserve(end - from);
    for (std::size_t i = from; i < end; ++i) {
        const Json& json = documents.all[i];
        const Result<ContextPtr>& context = documents.contexts[i];
        if (context) {
            items.push_back({id_of_document(json), read_entity(json, **context, options)});
        } else {
            items.push_back({id_of_document(json), context.error()});
        }
    }
    return items;
}

// As they came, for the sources.
void keep_documents(Documents documents, std::vector<Item>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!documents.contexts[i]) continue;
        items[i].json = std::move(documents.all[i]);
        items[i].context = *std::move(documents.contexts[i]);
    }
}

Json to_json(const BatchResult& result, const BatchElsewhere& elsewhere) {
    std::set<std::string_view> failed;  // at some source
    Json::Array errors;
    for (const auto& [id, error] : result.errors) {
        Json item;
        item.set("entityId", id);
        item.set("error", problem_details(error));
        errors.push_back(std::move(item));
    }
    for (const auto& fault : elsewhere.faults) {
        failed.insert(fault.id);
        Json item;
        item.set("entityId", fault.id);
        item.set("registrationId", fault.registration);
        item.set("error", fault.problem);
        errors.push_back(std::move(item));
    }
    Json::Array success;
    std::set<std::string_view> told;
    for (const auto* ids : {&result.created, &result.success}) {
        for (const std::string& id : *ids) {
            told.insert(id);
            if (!failed.contains(id)) success.emplace_back(id);
        }
    }
    for (const std::string& id : elsewhere.done) {
        if (!failed.contains(id) && !told.contains(id)) success.emplace_back(id);
    }
    Json body;
    body.set("success", std::move(success));
    body.set("errors", std::move(errors));
    return body;
}

// 201 with the ids of what was made, 204 where nothing was, 207 where something failed.
HttpResponse batch_reply(const ApiCall& call, const BatchResult& result,
                         const BatchElsewhere& elsewhere) {
    if (!result.errors.empty() || !elsewhere.faults.empty()) {
        return json_response(call, to_text(to_json(result, elsewhere)), 207);
    }
    // What was there before was not made, though a part of it may be new to some source.
    std::set<std::string, std::less<>> elsewhere_alone = elsewhere.created;
    for (const std::string& id : result.success) elsewhere_alone.erase(id);
    for (const std::string& id : result.created) elsewhere_alone.erase(id);
    if (result.created.empty() && elsewhere_alone.empty()) return empty_response(call);
    Json::Array ids;
    for (const std::string& id : result.created) ids.emplace_back(id);
    for (const std::string& id : elsewhere_alone) ids.emplace_back(id);
    return json_response(call, to_text(Json{std::move(ids)}), 201);
}

// True where the whole batch must fail: the store itself is in trouble.
bool is_fatal(const Error& error) {
    return error.code == ErrorCode::Io || error.code == ErrorCode::Corrupt ||
           error.code == ErrorCode::Internal;
}

using ApplyItem = std::function<Result<void>(Transaction&, Entity&, BatchResult&)>;

using Items = std::shared_ptr<std::vector<Item>>;
using Elsewhere = std::shared_ptr<const BatchElsewhere>;

Elsewhere elsewhere_nothing() {
    static const auto kNothing = std::make_shared<const BatchElsewhere>();
    return kNothing;
}

Result<void> run_items(Transaction& tx, std::vector<Item>& items, const BatchElsewhere& elsewhere,
                       const ApplyItem& apply, BatchResult& result) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item& item = items[i];
        if (elsewhere.not_here.contains(i)) continue;
        if (!item.entity) {
            result.errors.emplace_back(item.id, item.entity.error());
            continue;
        }
        auto done = apply(tx, *item.entity, result);
        if (done) continue;
        if (is_fatal(done.error())) return done;
        const bool others = done.error().code == ErrorCode::NotFound;
        if (others && elsewhere.proxied.contains(i)) continue;
        result.errors.emplace_back(item.id, std::move(done).error());
    }
    return {};
}

Answer action_of(const ApiCall& call, const Items& items, const ApplyItem& apply,
                 const Elsewhere& elsewhere) {
    auto result = std::make_shared<BatchResult>();
    return Action{
        .run = [=](Transaction& tx) { return run_items(tx, *items, *elsewhere, apply, *result); },
        .reply = [call, result, elsewhere] { return batch_reply(call, *result, *elsewhere); }};
}

/// What a batch is to the sources.
struct BatchKind {
    SourceOperation operation;
    std::string_view path;
};

// What sources can be given of the items; `places`: where each stands among all items.
SharedBatch shared_batch(const BatchKind& kind, const std::vector<Item>& items,
                         std::vector<std::size_t>& places) {
    SharedBatch batch{.operation = kind.operation, .path = kind.path, .items = {}, .here = {}};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item& item = items[i];
        if (!item.entity || item.json.is_null()) continue;
        places.push_back(i);
        batch.items.push_back({.id = item.entity->id,
                               .types = item.entity->types,
                               .names = attribute_names(*item.entity),
                               .json = item.json,
                               .context = item.context});
    }
    return batch;
}

// The same with the places among all items; takes from the entities what is not ours.
Elsewhere placed(const BatchElsewhere& from, const std::vector<std::size_t>& places,
                 std::vector<Item>& items) {
    BatchElsewhere out = from;
    out.not_here.clear();
    out.proxied.clear();
    for (const std::size_t i : from.not_here) out.not_here.insert(places[i]);
    for (const std::size_t i : from.proxied) out.proxied.insert(places[i]);
    for (const auto& [i, names] : from.not_ours) remove_attributes(*items[places[i]].entity, names);
    return std::make_shared<const BatchElsewhere>(std::move(out));
}

Result<Answer> batch_action(const App& app, const ApiCall& call, const BatchKind& kind,
                            std::vector<Item> items, ApplyItem apply) {
    auto all = std::make_shared<std::vector<Item>>(std::move(items));
    if (!is_shared(app, call)) return action_of(call, all, apply, elsewhere_nothing());
    std::vector<std::size_t> places;
    SharedBatch batch = shared_batch(kind, *all, places);
    batch.here = [call, all, apply, places](const Elsewhere& elsewhere) -> Result<Answer> {
        return action_of(call, all, apply, placed(*elsewhere, places, *all));
    };
    auto later = TRY(share_batch(app, call, std::move(batch)));
    if (later) return Answer{std::move(later)};
    return action_of(call, all, apply, elsewhere_nothing());
}

Answer batch_in_parts(const App& app, const ApiCall& call, Documents documents,
                      const ReadOptions& options, const ApplyItem& apply) {
    const auto all = std::make_shared<const Documents>(std::move(documents));
    BatchParts batch;
    batch.parts = (all->all.size() + kPart - 1) / kPart;
    batch.read = [all, options, apply](std::size_t number) {
        auto items =
            std::make_shared<std::vector<Item>>(read_items(*all, options, number * kPart, kPart));
        BatchParts::Part part;
        for (const Item& item : *items) part.ids.push_back(item.id);
        part.run = [items, apply](Transaction& tx, BatchResult& result) {
            return run_items(tx, *items, *elsewhere_nothing(), apply, result);
        };
        return part;
    };
    batch.reply = [call](const BatchResult& result) {
        return batch_reply(call, result, *elsewhere_nothing());
    };
    return in_parts(app, call, std::move(batch));
}

Result<Answer> batch_of_entities(const App& app, const ApiCall& call, const BatchKind& kind,
                                 const ReadOptions& options, ApplyItem apply) {
    Documents documents = TRY(read_documents(app, call));
    const bool alone = !is_shared(app, call);
    if (alone && call.may_wait && !call.makes_tenant && documents.all.size() > kPart) {
        return batch_in_parts(app, call, std::move(documents), options, apply);
    }
    auto items = read_items(documents, options);
    if (!alone) keep_documents(std::move(documents), items);
    return batch_action(app, call, kind, std::move(items), std::move(apply));
}

}  // namespace

// POST /entityOperations/create (6.14.3.1)
Result<Answer> batch_create(const App& app, const ApiCall& call) {
    return batch_of_entities(app, call, {SourceOperation::CreateBatch, "/entityOperations/create"},
                             {},
                             [](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
                                 std::string id = e.id;
                                 TRY(create_entity(tx, std::move(e)));
                                 result.created.push_back(std::move(id));
                                 return {};
                             });
}

// POST /entityOperations/upsert (6.15.3.1)
Result<Answer> batch_upsert(const App& app, const ApiCall& call) {
    const UpsertMode mode = call.option("update") ? UpsertMode::Update : UpsertMode::Replace;
    return batch_of_entities(
        app, call, {SourceOperation::UpsertBatch, "/entityOperations/upsert"}, {},
        [mode](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
            std::string id = e.id;
            const bool is_new = TRY(upsert_entity(tx, std::move(e), mode));
            (is_new ? result.created : result.success).push_back(std::move(id));
            return {};
        });
}

// POST /entityOperations/update (6.16.3.1)
Result<Answer> batch_update(const App& app, const ApiCall& call) {
    const Overwrite overwrite = call.option("noOverwrite") ? Overwrite::No : Overwrite::Yes;
    return batch_of_entities(
        app, call, {SourceOperation::UpdateBatch, "/entityOperations/update"}, {},
        [overwrite](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
            const UpdateResult done = TRY(append_attributes(tx, e, overwrite));
            if (!done.not_updated.empty()) {
                return Error{ErrorCode::Conflict, "some attributes exist and were not overwritten",
                             done.not_updated.front().name};
            }
            result.success.push_back(e.id);
            return {};
        });
}

// POST /entityOperations/merge (6.31.3.1)
Result<Answer> batch_merge(const App& app, const ApiCall& call) {
    return batch_of_entities(
        app, call, {SourceOperation::MergeBatch, "/entityOperations/merge"},
        {.as = ReadAs::Fragment, .nulls = true, .partial = true, .merge = true},
        [](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
            if (!is_uri(e.id)) {
                return Error{ErrorCode::BadRequest, "an entity needs its id", "/id"};
            }
            TRY(merge_entity(tx, e));
            result.success.push_back(e.id);
            return {};
        });
}

// POST /entityOperations/delete (6.17.3.1)
Result<Answer> batch_delete(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    if (!body.json.is_array() || body.json.array().empty() ||
        body.json.array().size() > kMaxBatch) {
        return Error{ErrorCode::BadRequest, "the body is an array of 1 to 10,000 entity ids"};
    }
    std::vector<Item> items;
    for (const Json& json : body.json.array()) {
        if (!json.is_string() || !is_uri(json.string())) {
            return Error{ErrorCode::BadRequest, "the id of an entity is a URI"};
        }
        Entity named;
        named.id = json.string();
        items.push_back({json.string(), std::move(named), json});
    }
    return batch_action(app, call, {SourceOperation::DeleteBatch, "/entityOperations/delete"},
                        std::move(items),
                        [](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
                            TRY(delete_entity(tx, e.id));
                            result.success.push_back(e.id);
                            return {};
                        });
}

}  // namespace musubi::api
