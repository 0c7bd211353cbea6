#include "api/distributed_batch.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "api/problem.h"
#include "api/source_body.h"

namespace musubi {
namespace {

/// What one source is given of a batch.
struct Load {
    RegistrationPtr source;
    std::vector<std::size_t> items = {};
    Json::Array body = {};
    std::vector<SourceNames> names = {};  // of each item
};

/// A write of one entity of a batch, for a source that takes no batches.
struct Single {
    RegistrationPtr source;
    std::size_t place = 0;
    std::vector<std::string> names;  // as SourceShare has them
    SourceOperation operation = SourceOperation::CreateEntity;
};

constexpr std::size_t kSinglesAtOnce = 64;

// The batch, and the single writes that stand for it, in the order in which they are tried (5.6.7 -
// 5.6.10, 5.6.20).
std::vector<SourceOperation> operations_of(SourceOperation batch, const ApiCall& call) {
    using enum SourceOperation;
    switch (batch) {
        case CreateBatch: return {batch, CreateEntity};
        case UpsertBatch:
            return {batch, CreateEntity, call.option("update") ? UpdateEntity : ReplaceEntity};
        case UpdateBatch: return {batch, call.option("noOverwrite") ? AppendAttrs : UpdateEntity};
        case MergeBatch: return {batch, MergeEntity};
        case DeleteBatch: return {batch, DeleteEntity};
        default: return {batch};
    }
}

std::string_view method_of(SourceOperation single) {
    using enum SourceOperation;
    switch (single) {
        case ReplaceEntity: return "PUT";
        case MergeEntity:
        case UpdateEntity: return "PATCH";
        case DeleteEntity: return "DELETE";
        default: return "POST";
    }
}

std::string path_of(SourceOperation single, const std::string& id) {
    using enum SourceOperation;
    if (single == CreateEntity) return "/entities";
    const bool of_attributes = single == UpdateEntity || single == AppendAttrs;
    return entity_path(id) + (of_attributes ? "/attrs/" : "");
}

bool tells_of_existence(const Json& problem) {
    const Json* type = problem.find("type");
    return type != nullptr && type->is_string() && type->string().ends_with("/AlreadyExists");
}

class BatchUnderWay : public std::enable_shared_from_this<BatchUnderWay> {
public:
    BatchUnderWay(const App& app, const ApiCall& call, SharedBatch batch)
        : app_{app},
          call_{call},
          batch_{std::move(batch)},
          operations_{operations_of(batch_.operation, call)} {}

    /// Fails: Forbidden, TooComplexQuery, ContextNotAvailable, MustWait.
    Result<void> prepare() {
        for (std::size_t i = 0; i < batch_.items.size(); ++i) {
            const SharedItem& item = batch_.items[i];
            const WritePlan plan =
                TRY(plan_for(app_, call_, operations_, item.id, item.types, item.names));
            for (const SourceShare& share : plan.shares) TRY(load(i, share));
            if (plan.proxied) elsewhere_->proxied.insert(i);
            const bool nothing_left = !item.names.empty() && plan.left.empty();
            if (plan.redirected || nothing_left) elsewhere_->not_here.insert(i);
            auto not_ours = not_in(item.names, plan.left);
            if (!not_ours.empty()) elsewhere_->not_ours.emplace(i, std::move(not_ours));
        }
        return {};
    }

    [[nodiscard]] bool empty() const {
        return loads_.empty() && singles_.empty() && elsewhere_->faults.empty();
    }

    /// Fails: BadRequest, ContextNotAvailable, MustWait.
    Result<std::shared_ptr<Later>> begin() {
        std::vector<SourceRequest> requests;
        for (Load& load : loads_) requests.push_back(request_of(load));
        batches_ = requests.size();
        TRY(add_singles(requests));
        return later(std::move(requests));
    }

private:
    std::shared_ptr<Later> later(std::vector<SourceRequest> requests) {
        return ask_sources(app_, call_, std::move(requests),
                           [self = shared_from_this()](const std::vector<SourceReply>& replies) {
                               return self->finish(replies);
                           });
    }

    Result<Answer> finish(const std::vector<SourceReply>& replies) {
        call_.may_wait = call_.may_fetch = true;
        for (std::size_t i = 0; i < batches_; ++i) take(loads_[i], replies[i]);
        const std::vector<Single> sent = std::move(sent_);
        for (std::size_t i = 0; i < sent.size(); ++i) take(sent[i], replies[batches_ + i]);
        batches_ = 0;
        std::vector<SourceRequest> requests;
        TRY(add_singles(requests));
        if (!requests.empty()) return Answer{later(std::move(requests))};
        return batch_.here(elsewhere_);
    }

    // The next single writes: not all at once, for there may be many.
    Result<void> add_singles(std::vector<SourceRequest>& requests) {
        sent_.clear();
        while (!singles_.empty() && sent_.size() < kSinglesAtOnce) {
            requests.push_back(TRY(request_of(singles_.front())));
            sent_.push_back(std::move(singles_.front()));
            singles_.pop_front();
        }
        return {};
    }

    Result<SourceRequest> request_of(const Single& single) const {
        const SharedItem& item = batch_.items[single.place];
        SharedWrite write{
            .operation = single.operation, .id = item.id, .types = item.types, .names = item.names};
        write.method = method_of(single.operation);
        write.path = [path = path_of(single.operation, item.id)](const Context&) { return path; };
        if (single.operation != SourceOperation::DeleteEntity) write.body = item.json;
        write.context = item.context;
        ApiCall call = call_;  // its options are those of a batch
        call.params.clear();
        if (single.operation == SourceOperation::AppendAttrs) {
            call.params.emplace_back("options", "noOverwrite");
        }
        return write_request(app_, call, write, single.source, single.names);
    }

    // The first of the single writes after `operation` that the source does.
    [[nodiscard]] std::optional<SourceOperation> next_single(const Registration& source,
                                                             SourceOperation operation) const {
        auto it = std::find(operations_.begin(), operations_.end(), operation);
        while (it != operations_.end() && ++it != operations_.end()) {
            if (source.does(*it)) return *it;
        }
        return std::nullopt;
    }

    void take(const Single& single, const SourceReply& reply) {
        const std::string& id = batch_.items[single.place].id;
        Json problem = problem_in(reply);
        if (problem.is_null() && reply.response->status == 207) {
            problem =
                problem_details({ErrorCode::Conflict, "the context source did only a part of it"});
        }
        if (problem.is_null()) {
            elsewhere_->done.insert(id);
            if (reply.response->status == 201) elsewhere_->created.insert(id);
            return;
        }
        const bool is_there = batch_.operation == SourceOperation::UpsertBatch &&
                              single.operation == SourceOperation::CreateEntity &&
                              tells_of_existence(problem);
        if (is_there) {
            if (const auto next = next_single(*single.source, single.operation)) {
                singles_.push_back(single);
                singles_.back().operation = *next;
                return;
            }
            problem = problem_details({ErrorCode::Unsupported,
                                       "the context source has the entity, and only creates such",
                                       single.source->id});
        }
        elsewhere_->faults.push_back({id, single.source->id, std::move(problem)});
    }

    // Of an entity that a source has, its type is not known here, and the source is asked with a
    // key of its own: who is limited to types makes new ones alone.
    [[nodiscard]] bool may_be_given() const {
        return call_.caller.access->is_whole() || batch_.operation == SourceOperation::CreateBatch;
    }

    Result<void> load(std::size_t place, const SourceShare& share) {
        const SharedItem& item = batch_.items[place];
        const Registration& source = *share.source;
        if (!share.supported) {
            elsewhere_->faults.push_back(
                {item.id, source.id, problem_details(not_supported(source, batch_.operation))});
            return {};
        }
        if (!source.does(batch_.operation)) {
            const auto single = next_single(source, batch_.operation);
            singles_.push_back({share.source, place, share.names, *single});
            return {};
        }
        if (!may_be_given()) {
            elsewhere_->faults.push_back(
                {item.id, source.id,
                 problem_details({ErrorCode::Forbidden,
                                  "this key is limited to types, which a batch at a context source "
                                  "can not be; write one entity at a time"})});
            return {};
        }
        const auto [at, is_new] = place_of_.try_emplace(source.id, loads_.size());
        if (is_new) loads_.push_back({share.source});
        Load& load = loads_[at->second];
        load.items.push_back(place);
        if (!item.json.is_object()) {
            load.body.push_back(item.json);
            return {};
        }
        SourceNames names = TRY(names_for(app_, call_, item.context, source));
        Json body = cut_body(item.json, *item.context, share.names);
        if (names.own) body = renamed(std::move(body), *item.context, *names.context);
        load.body.push_back(std::move(body));
        load.names.push_back(std::move(names));
        return {};
    }

    SourceRequest request_of(Load& load) const {
        const Registration& source = *load.source;
        SourceTarget target{std::string(batch_.path)};
        if (const std::string* options = call_.param("options")) target.add("options", *options);
        SourceNames names;
        names.context = core_context();
        if (!load.names.empty()) names = load.names.front();
        const bool alike =
            std::all_of(load.names.begin(), load.names.end(), [&](const SourceNames& each) {
                return each.inline_context.is_null() && each.link == names.link;
            });
        if (!alike) {  // each item then has its context with it
            for (std::size_t i = 0; i < load.body.size(); ++i) {
                const SourceNames& own = load.names[i];
                Json context = own.inline_context;
                if (context.is_null()) {
                    context = own.link.empty() ? Json{kCoreContextUrl} : Json{own.link};
                }
                load.body[i].set("@context", std::move(context));
            }
        }
        SourceRequest request{.source = load.source,
                              .method = "POST",
                              .target = target.add_local(source).take(),
                              .headers = {},
                              .body = {}};
        if (alike) {
            SourceBody written = source_body(source, names, Json{std::move(load.body)});
            request.headers = std::move(written.headers);
            request.body = std::move(written.text);
        } else {
            request.headers = source_headers(source, {});
            request.headers.emplace_back("Content-Type", "application/ld+json");
            request.body = to_text(Json{std::move(load.body)});
        }
        return request;
    }

    void take(const Load& load, const SourceReply& reply) {
        const Json problem = problem_in(reply);
        const auto failed =
            problem.is_null() ? faults_in(load, reply) : std::set<std::string, std::less<>>{};
        for (const std::size_t place : load.items) {
            const std::string& id = batch_.items[place].id;
            if (!problem.is_null()) {
                elsewhere_->faults.push_back({id, load.source->id, problem});
            } else if (!failed.contains(id)) {
                elsewhere_->done.insert(id);
            }
        }
        if (problem.is_null() && reply.response->status == 201) note_created(load, reply);
    }

    // What a 207 tells of single entities.
    std::set<std::string, std::less<>> faults_in(const Load& load, const SourceReply& reply) {
        std::set<std::string, std::less<>> failed;
        if (reply.response->status != 207) return failed;
        const auto body = parse_json(reply.response->body);
        const Json* errors = body ? body->find("errors") : nullptr;
        if (errors == nullptr || !errors->is_array()) return failed;
        for (const Json& error : errors->array()) {
            const Json* id = error.find("entityId");
            if (id == nullptr || !id->is_string()) continue;
            const Json* problem = error.find("error");
            if (!failed.insert(id->string()).second) continue;
            elsewhere_->faults.push_back(
                {id->string(), load.source->id,
                 problem != nullptr && problem->is_object()
                     ? *problem
                     : problem_details({ErrorCode::Conflict, "the source could not do it"})});
        }
        return failed;
    }

    // 201 with the ids of what was made; without them, it is all.
    void note_created(const Load& load, const SourceReply& reply) {
        const auto body = parse_json(reply.response->body);
        if (body && body->is_array()) {
            for (const Json& id : body->array()) {
                if (id.is_string()) elsewhere_->created.insert(id.string());
            }
            return;
        }
        for (const std::size_t place : load.items) {
            elsewhere_->created.insert(batch_.items[place].id);
        }
    }

    const App& app_;
    ApiCall call_;
    SharedBatch batch_;
    std::map<std::string, std::size_t> place_of_;
    std::vector<SourceOperation> operations_;  // any of which does
    std::vector<Load> loads_;
    std::size_t batches_ = 0;     // requests of the round that are of loads
    std::deque<Single> singles_;  // yet to be sent
    std::vector<Single> sent_;
    std::shared_ptr<BatchElsewhere> elsewhere_ = std::make_shared<BatchElsewhere>();
};

}  // namespace

Result<std::shared_ptr<Later>> share_batch(const App& app, const ApiCall& call, SharedBatch batch) {
    auto under_way = std::make_shared<BatchUnderWay>(app, call, std::move(batch));
    TRY(under_way->prepare());
    if (under_way->empty()) return std::shared_ptr<Later>{};
    return under_way->begin();
}

}  // namespace musubi
