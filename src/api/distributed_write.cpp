#include "api/distributed_write.h"

#include <algorithm>
#include <array>

#include "api/problem.h"
#include "api/source_body.h"
#include "api/use.h"

namespace musubi {
namespace {

// What of a query string goes with the write to the source. `types`: see types_for.
std::string target_with_types(const ApiCall& call, std::string path, std::string_view types,
                              const Registration& source) {
    constexpr std::array<std::string_view, 3> kSentOn{"options", "datasetId", "deleteAll"};
    SourceTarget target{std::move(path)};
    target.add("type", types);
    for (const std::string_view name : kSentOn) {
        if (const std::string* value = call.param(name)) target.add(name, *value);
    }
    return target.add_local(source).take();
}

Result<std::string> target_of(const ApiCall& call, const SharedWrite& write,
                              const SourceNames& names, const Registration& source) {
    std::string types;  // what is made anew has those of the request
    const bool named =
        write.operation == SourceOperation::CreateEntity || writes_evolution(write.operation);
    if (!named) types = TRY(types_for(call, names));
    return target_with_types(call, write.path(*names.context), types, source);
}

/// What went wrong in one part of a write.
struct Fault {
    Json problem;
    std::string registration;        ///< empty: here
    std::vector<std::string> names;  ///< the attributes of the part, expanded
};

int status_of(const Json& problem) {
    const Json* status = problem.find("status");
    return status != nullptr && status->is_integer() ? static_cast<int>(status->integer()) : 500;
}

Json reason_of(const Json& problem) {
    for (const std::string_view name : {"detail", "title"}) {
        const Json* text = problem.find(name);
        if (text != nullptr && text->is_string() && !text->string().empty()) return *text;
    }
    return Json{"it could not be done"};
}

/// A write that is under way: what each source is given, then what is done here.
class WriteUnderWay : public std::enable_shared_from_this<WriteUnderWay> {
public:
    WriteUnderWay(const App& app, const ApiCall& call, SharedWrite write, WritePlan plan)
        : app_{app}, call_{call}, write_{std::move(write)}, plan_{std::move(plan)} {
        call_.may_wait = call_.may_fetch = true;
    }

    /// Fails: ContextNotAvailable, MustWait.
    Result<void> prepare() {
        for (SourceShare& share : plan_.shares) {
            if (share.supported) {
                requests_.push_back(
                    TRY(write_request(app_, call_, write_, share.source, share.names)));
                sent_.push_back(&share);
            } else {
                faults_.push_back({problem_details(not_supported(*share.source, write_.operation)),
                                   share.source->id, share.names});
            }
        }
        return {};
    }

    std::shared_ptr<Later> later() {
        return ask_sources(app_, call_, std::move(requests_),
                           [self = shared_from_this()](const std::vector<SourceReply>& replies) {
                               return self->finish(replies);
                           });
    }

private:
    void take(const std::vector<SourceReply>& replies) {
        for (std::size_t i = 0; i < replies.size(); ++i) {
            Json problem = problem_in(replies[i]);
            const bool in_part = problem.is_null() && replies[i].response->status == 207;
            if (problem.is_null()) ++done_;
            created_ = created_ || (problem.is_null() && replies[i].response->status == 201);
            if (in_part) {
                problem = problem_details(
                    {ErrorCode::Conflict, "the context source did only a part of it"});
                problem.set("status", 207);
            }
            if (problem.is_null()) continue;
            faults_.push_back({std::move(problem), replies[i].source->id, sent_[i]->names});
        }
    }

    [[nodiscard]] bool is_done_here() const {
        if (plan_.redirected) return false;
        return write_.names.empty() || write_.of_entity || !plan_.left.empty();
    }

    Result<Answer> finish(const std::vector<SourceReply>& replies) {
        take(replies);
        if (!is_done_here()) return Answer{conclude(nullptr)};
        auto here = write_.here(not_in(write_.names, plan_.left));
        if (!here) return Answer{refused(here.error())};
        if (auto* action = std::get_if<Action>(&*here)) {
            auto self = shared_from_this();
            return Answer{Action{.run = std::move(action->run),
                                 .reply =
                                     [self, reply = std::move(action->reply)] {
                                         const HttpResponse response = reply();
                                         return self->conclude(&response);
                                     },
                                 .refused = [self](const Error& e) { return self->refused(e); }}};
        }
        if (auto* response = std::get_if<HttpResponse>(&*here)) return Answer{conclude(response)};
        return here;
    }

    // It did not work here. That there is nothing here of an entity that others have is no fault.
    HttpResponse refused(const Error& error) {
        const bool is_elsewhere = error.code == ErrorCode::NotFound && plan_.proxied;
        if (!is_elsewhere) faults_.push_back({problem_details(error), {}, plan_.left});
        return conclude(nullptr);
    }

    // `here`: what is answered of the part that was done here; null: none was.
    HttpResponse conclude(const HttpResponse* here) {
        if (here != nullptr) ++done_;
        if (write_.in_one_place && done_ > 0) {
            std::erase_if(faults_, [](const Fault& f) { return status_of(f.problem) == 404; });
        }
        if (faults_.empty() && here != nullptr) return *here;
        if (faults_.empty()) {
            const bool made = created_ && !write_.location.empty();
            HttpResponse response = empty_response(call_, made ? 201 : write_.done_status);
            if (response.status == 201) response.headers.emplace_back("Location", write_.location);
            return response;
        }
        if (done_ == 0 && faults_.size() == 1) {
            const Json& problem = faults_.front().problem;
            HttpResponse response = json_response(call_, to_text(problem), status_of(problem));
            std::erase_if(response.headers, [](const HttpHeader& h) {
                return h.first == "Content-Type" || h.first == "Link";
            });
            response.headers.emplace_back("Content-Type", "application/problem+json");
            return response;
        }
        const Json body = write_.tells_attributes ? update_result(here) : batch_result();
        return json_response(call_, to_text(body), 207);
    }

    // BatchOperationResult (5.2.16).
    [[nodiscard]] Json batch_result() const {
        Json::Array success;
        if (done_ > 0) success.emplace_back(write_.id);
        Json::Array errors;
        for (const Fault& fault : faults_) {
            Json item;
            item.set("entityId", write_.id);
            if (!fault.registration.empty()) item.set("registrationId", fault.registration);
            item.set("error", fault.problem);
            errors.push_back(std::move(item));
        }
        Json body;
        body.set("success", std::move(success));
        body.set("errors", std::move(errors));
        return body;
    }

    // UpdateResult (5.2.18): with what was told of the part that was done here.
    [[nodiscard]] Json update_result(const HttpResponse* here) const {
        Json::Array updated;
        Json::Array not_updated;
        const auto failed = [&](const std::string& name) {
            return std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) {
                return std::find(fault.names.begin(), fault.names.end(), name) != fault.names.end();
            });
        };
        auto own = parse_json(here != nullptr && here->status == 207 ? here->body : "{}");
        for (const auto& [name, list] :
             {std::pair{"updated", &updated}, std::pair{"notUpdated", &not_updated}}) {
            const Json* items = own ? own->find(name) : nullptr;
            if (items != nullptr && items->is_array()) *list = items->array();
        }
        for (const std::string& name : write_.names) {
            const Json whole{name};
            const bool told = std::find(updated.begin(), updated.end(), whole) != updated.end() ||
                              std::any_of(not_updated.begin(), not_updated.end(), [&](auto& item) {
                                  const Json* its = item.find("attributeName");
                                  return its != nullptr && *its == whole;
                              });
            if (!told && !failed(name)) updated.push_back(whole);
        }
        for (const Fault& fault : faults_) {
            for (const std::string& name : fault.names) {
                Json item;
                item.set("attributeName", name);
                item.set("reason", reason_of(fault.problem));
                if (!fault.registration.empty()) item.set("registrationId", fault.registration);
                not_updated.push_back(std::move(item));
            }
        }
        Json body;
        body.set("updated", std::move(updated));
        body.set("notUpdated", std::move(not_updated));
        return body;
    }

    const App& app_;
    ApiCall call_;
    SharedWrite write_;
    WritePlan plan_;
    std::vector<SourceRequest> requests_;
    std::vector<const SourceShare*> sent_;
    std::vector<Fault> faults_;
    std::size_t done_ = 0;  // parts
    bool created_ = false;  // by some source
};

Result<void> check_access(const ApiCall& call, const WritePlan& plan,
                          const std::vector<std::string>& types) {
    if (plan.shares.empty()) return {};
    TRY(need_write(call));
    for (const SourceShare& share : plan.shares) {
        // Where none are named the source is asked for what is of types within reach (types_for).
        const AccessFilter& access = *call.caller.access;
        if (types.empty() ? access.covers(share.source->types()) : access.covers_all(types))
            continue;
        return Error{ErrorCode::Forbidden, "this key may not write entities of this type"};
    }
    return {};
}

}  // namespace

Result<SourceRequest> write_request(const App& app, const ApiCall& call, const SharedWrite& write,
                                    const RegistrationPtr& source,
                                    const std::vector<std::string>& names) {
    SourceRequest request{
        .source = source, .method = write.method, .target = {}, .headers = {}, .body = {}};
    if (write.body.is_null()) {
        const auto in_query = TRY(query_names_for(app, call, call.context, *source));
        request.target = TRY(target_of(call, write, in_query, *source));
        request.headers = source_headers(*source, in_query);
        return request;
    }
    const auto in_body = TRY(names_for(app, call, write.context, *source));
    Json body =
        write.cut ? cut_body(write.body, *write.context, names) : without_context(write.body);
    if (in_body.own) body = renamed(std::move(body), *write.context, *in_body.context);
    SourceBody written = source_body(*source, in_body, std::move(body));
    request.target = TRY(target_of(call, write, in_body, *source));
    request.headers = std::move(written.headers);
    request.body = std::move(written.text);
    return request;
}

Error not_supported(const Registration& source, SourceOperation operation) {
    return {ErrorCode::Conflict,
            "this belongs to the context source of the registration, which does not take " +
                std::string(name_of(operation)),
            source.id};
}

std::vector<std::string> not_in(const std::vector<std::string>& all,
                                const std::vector<std::string>& left) {
    std::vector<std::string> out;
    for (const std::string& name : all) {
        if (std::find(left.begin(), left.end(), name) == left.end()) out.push_back(name);
    }
    return out;
}

std::vector<std::string> attribute_names(const Entity& entity) {
    std::vector<std::string> names;
    for (const Attribute& attribute : entity.attributes) {
        if (std::find(names.begin(), names.end(), attribute.name) == names.end()) {
            names.push_back(attribute.name);
        }
    }
    return names;
}

void remove_attributes(Entity& entity, const std::vector<std::string>& names) {
    erase_if(entity.attributes, [&](const Attribute& attribute) {
        return std::find(names.begin(), names.end(), attribute.name) != names.end();
    });
}

Result<WritePlan> plan_for(const App& app, const ApiCall& call,
                           std::span<const SourceOperation> operations, const std::string& id,
                           const std::vector<std::string>& types,
                           const std::vector<std::string>& names) {
    std::vector<std::string> known = types;
    if (known.empty()) {
        if (const EntityPtr own = TRY(app.store.find(call.caller, id))) known = own->types;
    }
    SourceQuery query;
    EntitySelector selector;
    selector.id = id;
    if (!known.empty()) {
        TypeSelection any{.kind = TypeSelection::Kind::Or, .type = {}, .children = {}};
        for (const std::string& type : known) any.children.push_back({.type = type});
        selector.types = known.size() == 1 ? std::move(any.children.front()) : std::move(any);
    }
    query.entities.push_back(std::move(selector));
    query.attributes = names;
    query.evolution = std::any_of(operations.begin(), operations.end(), writes_evolution);
    WritePlan plan =
        plan_write(TRY(app.distributor.matching(origin_of(call), query)), operations, names);
    TRY(check_access(call, plan, known));
    for (const SourceShare& share : plan.shares) {
        if (share.supported) TRY(record_sent(app, call, {id, &known, nullptr}, share.source->id));
    }
    // Of an entity that a source has, its type is not known here, and a request on its evolution
    // can name none (4.17 has it for the present alone).
    if (query.evolution && !plan.shares.empty() && !call.caller.access->is_whole()) {
        return Error{ErrorCode::Forbidden,
                     "this key is limited to types, which a write of history at a context source "
                     "can not be"};
    }
    return plan;
}

Result<Answer> share_write(const App& app, const ApiCall& call, SharedWrite write) {
    if (!is_shared(app, call)) return write.here({});
    WritePlan plan =
        TRY(plan_for(app, call, {&write.operation, 1}, write.id, write.types, write.names));
    if (plan.shares.empty()) return write.here({});
    auto under_way = std::make_shared<WriteUnderWay>(app, call, std::move(write), std::move(plan));
    TRY(under_way->prepare());
    return Answer{under_way->later()};
}

}  // namespace musubi
