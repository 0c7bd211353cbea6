#include "api/distributed_batch.h"

#include <algorithm>

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

class BatchUnderWay : public std::enable_shared_from_this<BatchUnderWay> {
public:
    BatchUnderWay(const App& app, const ApiCall& call, SharedBatch batch)
        : app_{app}, call_{call}, batch_{std::move(batch)} {}

    /// Fails: Forbidden, TooComplexQuery, ContextNotAvailable, MustWait.
    Result<void> prepare() {
        for (std::size_t i = 0; i < batch_.items.size(); ++i) {
            const SharedItem& item = batch_.items[i];
            const WritePlan plan =
                TRY(plan_for(app_, call_, batch_.operation, item.id, item.types, item.names));
            for (const SourceShare& share : plan.shares) TRY(load(i, share));
            if (plan.proxied) elsewhere_->proxied.insert(i);
            const bool nothing_left = !item.names.empty() && plan.left.empty();
            if (plan.redirected || nothing_left) elsewhere_->not_here.insert(i);
            auto not_ours = not_in(item.names, plan.left);
            if (!not_ours.empty()) elsewhere_->not_ours.emplace(i, std::move(not_ours));
        }
        return {};
    }

    [[nodiscard]] bool empty() const { return loads_.empty() && elsewhere_->faults.empty(); }

    std::shared_ptr<Later> later() {
        std::vector<SourceRequest> requests;
        for (Load& load : loads_) requests.push_back(request_of(load));
        return ask_sources(app_, call_, std::move(requests),
                           [self = shared_from_this()](const std::vector<SourceReply>& replies) {
                               for (std::size_t i = 0; i < replies.size(); ++i) {
                                   self->take(self->loads_[i], replies[i]);
                               }
                               return self->batch_.here(self->elsewhere_);
                           });
    }

private:
    // Of an entity that a source has, its type is not known here, and the source is asked with a
    // key of its own: who is limited to types makes new ones alone.
    [[nodiscard]] bool may_be_given() const {
        return call_.caller.access->only_types.empty() ||
               batch_.operation == SourceOperation::CreateBatch;
    }

    Result<void> load(std::size_t place, const SourceShare& share) {
        const SharedItem& item = batch_.items[place];
        const Registration& source = *share.source;
        if (!share.supported) {
            elsewhere_->faults.push_back(
                {item.id, source.id, problem_details(not_supported(source, batch_.operation))});
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
    std::vector<Load> loads_;
    std::shared_ptr<BatchElsewhere> elsewhere_ = std::make_shared<BatchElsewhere>();
};

}  // namespace

Result<std::shared_ptr<Later>> share_batch(const App& app, const ApiCall& call, SharedBatch batch) {
    auto under_way = std::make_shared<BatchUnderWay>(app, call, std::move(batch));
    TRY(under_way->prepare());
    return under_way->empty() ? nullptr : under_way->later();
}

}  // namespace musubi
