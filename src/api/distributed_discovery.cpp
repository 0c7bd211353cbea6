#include <algorithm>

#include "api/discovery_facts.h"
#include "api/source_reply.h"
#include "model/ngsild/members.h"

namespace musubi::api {
namespace {

using enum SourceOperation;

bool is_of_types(SourceOperation operation) {
    return operation == RetrieveEntityTypes || operation == RetrieveEntityTypeDetails ||
           operation == RetrieveEntityTypeInfo;
}

std::string target_of_facts(const FactsAsked& asked, const Context& context,
                            const Registration& source) {
    std::string path = is_of_types(asked.operation) ? "/types" : "/attributes";
    if (!asked.name.empty()) path += "/" + percent_encode(context.compact(asked.name));
    SourceTarget target{std::move(path)};
    const bool details =
        asked.operation == RetrieveEntityTypeDetails || asked.operation == RetrieveAttrTypeDetails;
    if (details) target.add("details", "true");
    return target.add_local(source).take();
}

template <typename Visit>
void each_text(const Json& json, std::string_view member, Visit visit) {
    const Json* list = json.find(member);
    if (list == nullptr || !list->is_array()) return;
    for (const Json& item : list->array()) {
        if (item.is_string()) visit(item.string());
    }
}

std::size_t count_of_member(const Json& json, std::string_view member) {
    const Json* count = json.find(member);
    const bool known = count != nullptr && count->is_integer() && count->integer() > 0;
    return known ? static_cast<std::size_t>(count->integer()) : 0;
}

/// What a source may tell: of entities within reach of the caller.
class Reader {
public:
    Reader(const ApiCall& call, const Context& names, Facts& facts)
        : call_{call}, names_{names}, facts_{facts} {}

    void read(const Json& json, SourceOperation operation) {
        if (json.is_array()) {
            for (const Json& item : json.array()) read(item, operation);
        } else if (operation == RetrieveEntityTypes) {
            each_text(json, "typeList", [&](const std::string& name) {
                const std::string type = names_.expand(name);
                if (call_.caller.access->knows_of(type)) facts_.types[type];
            });
        } else if (operation == RetrieveAttrTypes) {
            each_text(json, "attributeList", [&](const std::string& name) {
                if (sees_all()) facts_.attributes[names_.expand(name)];
            });
        } else if (is_of_types(operation)) {
            read_type(json);
        } else {
            read_attribute(json);
        }
    }

private:
    [[nodiscard]] bool sees_all() const { return call_.caller.access->is_whole(); }

    // What is to be told of an attribute (expanded) of a type; null: nothing.
    auto* attribute_of(const std::string& type, const std::string& attribute) {
        const bool hidden = call_.caller.access->may_conceal({type}, attribute);
        return hidden ? nullptr : &facts_.types[type].attributes[attribute];
    }

    static std::string text_in(const Json& json, std::string_view first, std::string_view second) {
        for (const std::string_view member : {first, second}) {
            const Json* text = json.find(member);
            if (text != nullptr && text->is_string()) return text->string();
        }
        return {};
    }

    void read_type(const Json& json) {
        const std::string name = text_in(json, "typeName", "id");
        const std::string type = names_.expand(name);
        if (name.empty() || !call_.caller.access->knows_of(type)) return;
        facts_.types[type].entities += count_of_member(json, "entityCount");
        each_text(json, "attributeNames", [&](const std::string& attribute) {
            attribute_of(type, names_.expand(attribute));
        });
        const Json* details = json.find("attributeDetails");
        if (details == nullptr || !details->is_array()) return;
        for (const Json& item : details->array()) {
            const std::string attribute = text_in(item, "attributeName", "id");
            auto* facts =
                attribute.empty() ? nullptr : attribute_of(type, names_.expand(attribute));
            if (facts != nullptr) add_kinds(item, *facts);
        }
    }

    void read_attribute(const Json& json) {
        const std::string name = text_in(json, "attributeName", "id");
        std::set<std::string> types;
        each_text(json, "typeNames", [&](const std::string& type) {
            const std::string iri = names_.expand(type);
            const bool hidden = call_.caller.access->may_conceal({iri}, names_.expand(name));
            if (!hidden && call_.caller.access->knows_of(iri)) types.insert(iri);
        });
        if (name.empty() || (types.empty() && !sees_all())) return;
        AttributeFacts& facts = facts_.attributes[names_.expand(name)];
        facts.types.insert(types.begin(), types.end());
        if (!sees_all()) return;  // the count may be of others as well
        facts.instances += count_of_member(json, "attributeCount");
        add_kinds(json, facts);
    }

    static void add_kinds(const Json& json, AttributeFacts& facts) {
        each_text(json, "attributeTypes", [&](const std::string& name) {
            if (const auto kind = ngsild::kind_named(name)) facts.kinds.insert(*kind);
        });
    }

    const ApiCall& call_;
    const Context& names_;
    Facts& facts_;
};

SourceQuery query_of_facts(const FactsAsked& asked) {
    SourceQuery query;
    if (asked.name.empty()) return query;
    if (is_of_types(asked.operation)) {
        EntitySelector selector;
        selector.types = TypeSelection{.type = asked.name};
        query.entities.push_back(std::move(selector));
    } else {
        query.attributes.push_back(asked.name);
    }
    return query;
}

void take(const ApiCall& call, const SourceReply& reply, const SourceNames& names,
          SourceOperation operation, Facts& facts, SourceWarnings& warnings) {
    if (!reply.response) return warnings.unanswered(*reply.source, reply.response.error().detail);
    if (reply.response->status == 404) return;
    if (reply.response->status != 200)
        return warnings.refused(*reply.source, reply.response->status);
    const auto json = parse_json(reply.response->body);
    if (!json) return warnings.invalid(*reply.source, "its answer is no JSON");
    Reader{call, *names.context, facts}.read(*json, operation);
}

}  // namespace

Result<std::shared_ptr<Later>> discover_at_sources(
    const App& app, const ApiCall& call, FactsAsked asked, Facts facts,
    std::function<Result<HttpResponse>(const Facts&)> show) {
    std::vector<SourceRequest> requests;
    std::vector<SourceNames> names;
    for (const MatchedSource& source :
         TRY(app.distributor.matching(origin_of(call), query_of_facts(asked)))) {
        const Registration& registration = *source.registration;
        if (!registration.does(asked.operation)) continue;
        names.push_back(TRY(query_names_for(app, call, call.context, registration)));
        requests.push_back({.source = source.registration,
                            .method = "GET",
                            .target = target_of_facts(asked, *names.back().context, registration),
                            .headers = source_headers(registration, names.back()),
                            .body = {}});
    }
    if (requests.empty()) return std::shared_ptr<Later>{};
    return ask_sources(
        app, call, std::move(requests),
        [&app, call, asked, facts = std::move(facts), names = std::move(names),
         show = std::move(show)](const std::vector<SourceReply>& replies) -> Result<Answer> {
            Facts all = facts;
            SourceWarnings warnings;
            for (std::size_t i = 0; i < replies.size(); ++i) {
                take(call, replies[i], names[i], asked.operation, all, warnings);
            }
            HttpResponse response = TRY(show(all));
            warnings.show(app, call, response);
            return Answer{std::move(response)};
        });
}

}  // namespace musubi::api
