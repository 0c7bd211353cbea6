#include <algorithm>

#include "api/handlers.h"
#include "api/problem.h"
#include "broker/entities.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMaxBatch = 10'000;

/// One item of a batch: an entity, or why it is none.
struct Item {
    std::string id;
    Result<Entity> entity;
};

// What became of the items (5.2.16, 5.2.17).
struct BatchResult {
    std::vector<std::string> created;
    std::vector<std::string> success;
    std::vector<std::pair<std::string, Error>> errors;
};

Result<std::vector<Item>> read_items(const App& app, const ApiCall& call,
                                     const ReadOptions& options) {
    const Body body = TRY(read_body(app, call));
    if (!body.json.is_array() || body.json.array().empty()) {
        return Error{ErrorCode::BadRequest, "the body is an array of entities, at least one"};
    }
    if (body.json.array().size() > kMaxBatch) {
        return Error{ErrorCode::TooLarge, "at most 10,000 entities in one batch"};
    }
    std::vector<Item> items;
    items.reserve(body.json.array().size());
    for (const Json& json : body.json.array()) {
        if (!json.is_object()) {
            return Error{ErrorCode::BadRequest, "an item of the batch is no entity",
                         "/" + std::to_string(items.size())};
        }
        const Json* id = json.find("id");
        std::string name = id != nullptr && id->is_string() ? id->string() : std::string{};
        auto context = context_of(app, call, body, json);
        if (!context) {
            const bool must_wait = context.error().code == ErrorCode::MustWait;
            if (must_wait || name.empty()) return std::move(context).error();
            items.push_back({std::move(name), std::move(context).error()});
            continue;
        }
        items.push_back({std::move(name), read_entity(json, **context, options)});
    }
    return items;
}

Json to_json(const BatchResult& result) {
    Json::Array success;
    for (const std::string& id : result.created) success.emplace_back(id);
    for (const std::string& id : result.success) success.emplace_back(id);
    Json::Array errors;
    for (const auto& [id, error] : result.errors) {
        Json item;
        item.set("entityId", id);
        item.set("error", problem_details(error));
        errors.push_back(std::move(item));
    }
    Json body;
    body.set("success", std::move(success));
    body.set("errors", std::move(errors));
    return body;
}

// 201 with the ids of what was made, 204 where nothing was, 207 where something failed.
HttpResponse reply_of(const ApiCall& call, const BatchResult& result) {
    if (!result.errors.empty()) {
        return json_response(call, to_text(to_json(result)), 207);
    }
    if (result.created.empty()) return empty_response(call);
    Json::Array ids;
    for (const std::string& id : result.created) ids.emplace_back(id);
    return json_response(call, to_text(Json{std::move(ids)}), 201);
}

// True where the whole batch must fail: the store itself is in trouble.
bool is_fatal(const Error& error) {
    return error.code == ErrorCode::Io || error.code == ErrorCode::Corrupt ||
           error.code == ErrorCode::Internal;
}

using ApplyItem = std::function<Result<void>(Transaction&, Entity&, BatchResult&)>;

Answer batch_action(const ApiCall& call, std::vector<Item> items, ApplyItem apply) {
    auto shared = std::make_shared<std::vector<Item>>(std::move(items));
    auto result = std::make_shared<BatchResult>();
    return Action{.run = [=](Transaction& tx) -> Result<void> {
                      for (Item& item : *shared) {
                          if (!item.entity) {
                              result->errors.emplace_back(item.id, item.entity.error());
                              continue;
                          }
                          auto done = apply(tx, *item.entity, *result);
                          if (done) continue;
                          if (is_fatal(done.error())) return done;
                          result->errors.emplace_back(item.id, std::move(done).error());
                      }
                      return {};
                  },
                  .reply = [call, result] { return reply_of(call, *result); }};
}

}  // namespace

// POST /entityOperations/create (6.14.3.1)
Result<Answer> batch_create(const App& app, const ApiCall& call) {
    auto items = TRY(read_items(app, call, {}));
    return batch_action(call, std::move(items),
                        [](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
                            std::string id = e.id;
                            TRY(create_entity(tx, std::move(e)));
                            result.created.push_back(std::move(id));
                            return {};
                        });
}

// POST /entityOperations/upsert (6.15.3.1)
Result<Answer> batch_upsert(const App& app, const ApiCall& call) {
    auto items = TRY(read_items(app, call, {}));
    const UpsertMode mode = call.option("update") ? UpsertMode::Update : UpsertMode::Replace;
    return batch_action(call, std::move(items),
                        [mode](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
                            std::string id = e.id;
                            const bool is_new = TRY(upsert_entity(tx, std::move(e), mode));
                            (is_new ? result.created : result.success).push_back(std::move(id));
                            return {};
                        });
}

// POST /entityOperations/update (6.16.3.1)
Result<Answer> batch_update(const App& app, const ApiCall& call) {
    auto items = TRY(read_items(app, call, {}));
    const Overwrite overwrite = call.option("noOverwrite") ? Overwrite::No : Overwrite::Yes;
    return batch_action(
        call, std::move(items),
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
    auto items =
        TRY(read_items(app, call, {.as = ReadAs::Fragment, .nulls = true, .partial = true}));
    return batch_action(
        call, std::move(items),
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
        items.push_back({json.string(), std::move(named)});
    }
    return batch_action(call, std::move(items),
                        [](Transaction& tx, Entity& e, BatchResult& result) -> Result<void> {
                            TRY(delete_entity(tx, e.id));
                            result.success.push_back(e.id);
                            return {};
                        });
}

}  // namespace musubi::api
