#include "api/source_question.h"

#include <algorithm>

namespace musubi {
namespace {

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) {
        if (!out.empty()) out += ',';
        out += text;
    }
    return out;
}

// What the source says it has, of the parts that match.
struct Known {
    std::vector<std::string> ids;  // none: any
    std::vector<std::string> types;
    std::optional<Pattern> pattern;  // where there is but one part
};

Known known_of(const MatchedSource& source) {
    Known known;
    bool all_ids = true;
    bool all_types = true;
    std::size_t parts = 0;
    for (const std::size_t place : source.information) {
        const RegistrationInfo& info = source.registration->information[place];
        if (info.entities.empty()) all_ids = all_types = false;
        for (const EntityInfo& entity : info.entities) {
            ++parts;
            all_ids = all_ids && !entity.id.empty();
            known.ids.push_back(entity.id);
            known.pattern = entity.id_pattern;
            for (const std::string& type : entity.types) {
                const bool is_new =
                    std::find(known.types.begin(), known.types.end(), type) == known.types.end();
                if (is_new) known.types.push_back(type);
            }
        }
    }
    if (!all_ids) known.ids.clear();
    if (!all_types) known.types.clear();
    if (parts != 1) known.pattern.reset();
    return known;
}

TypeSelection any_of(const std::vector<std::string>& types) {
    TypeSelection selection;
    if (types.size() == 1) {
        selection.type = types.front();
        return selection;
    }
    selection.kind = TypeSelection::Kind::Or;
    for (const std::string& type : types) selection.children.push_back({.type = type});
    return selection;
}

// What of the selection the source can have (4.3.6.1).
Selected narrowed(Selected selected, const Known& known) {
    if (!known.ids.empty()) {
        std::vector<std::string> both;
        for (const std::string& id : known.ids) {
            const bool wanted =
                selected.ids.empty()
                    ? !selected.id_pattern || selected.id_pattern->found_in(id)
                    : std::find(selected.ids.begin(), selected.ids.end(), id) != selected.ids.end();
            if (wanted) both.push_back(id);
        }
        selected.ids = std::move(both);
        selected.id_pattern.reset();
    } else if (selected.ids.empty() && !selected.id_pattern) {
        selected.id_pattern = known.pattern;
    }
    if (!selected.types && !known.types.empty()) selected.types = any_of(known.types);
    return selected;
}

void add_time(const Question& question, SourceTarget& target) {
    if (!question.temporal) return;
    for (const auto& [name, value] : question.temporal->parameters) target.add(name, value);
}

// By GET (6.4.3.2, 6.18.3.2).
Asked ask_by_get(const Question& question, const MatchedSource& source, const Selected& selected,
                 SourceNames names, const SourcePage& page) {
    const Registration& registration = *source.registration;
    Asked asked;
    asked.unfiltered = names.own && !question.q.empty();
    SourceTarget target{question.temporal ? "/temporal/entities" : "/entities"};
    if (selected.types) target.add("type", to_text(*selected.types, *names.context));
    target.add("id", joined(selected.ids));
    if (selected.id_pattern) target.add("idPattern", selected.id_pattern->text());
    asked.only = narrowed_names(source, question.attrs);
    target.add_names("attrs", asked.only, *names.context);
    if (!asked.unfiltered) target.add("q", question.q);
    target.add("georel", question.georel);
    target.add("geometry", question.geometry);
    target.add("coordinates", question.coordinates);
    if (!question.geoproperty.empty()) {
        target.add("geoproperty", names.context->compact(question.geoproperty));
    }
    target.add("scopeQ", question.scopes);
    target.add("datasetId", joined(question.datasets));
    add_time(question, target);
    target.add("options", "sysAttrs").add_local(registration);
    target.add("limit", std::to_string(page.limit));
    if (page.offset > 0) target.add("offset", std::to_string(page.offset));
    if (page.count) target.add("count", "true");
    asked.request = {.source = source.registration,
                     .method = "GET",
                     .target = target.take(),
                     .headers = source_headers(registration, names),
                     .body = {}};
    asked.names = std::move(names);
    return asked;
}

Json selectors_of(const std::vector<Selected>& entities, const Known& known,
                  const Context& context) {
    Json::Array out;
    for (const Selected& each : entities) {
        const Selected selected = narrowed(each, known);
        Json item;
        item.set("type", selected.types ? to_text(*selected.types, context) : std::string("*"));
        if (selected.ids.size() == 1) item.set("id", selected.ids.front());
        if (selected.ids.size() > 1) {
            Json::Array ids;
            for (const std::string& id : selected.ids) ids.emplace_back(id);
            item.set("id", std::move(ids));
        }
        if (selected.id_pattern) item.set("idPattern", selected.id_pattern->text());
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

Json list_of(const std::vector<std::string>& texts) {
    Json::Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return Json{std::move(out)};
}

// The Query (5.2.23).
Json query_body(const Question& question, const MatchedSource& source, const Context& context,
                bool unfiltered) {
    Json body;
    body.set("type", "Query");
    body.set("entities", selectors_of(question.entities, known_of(source), context));
    std::vector<std::string> attrs;
    for (const std::string& name : narrowed_names(source, question.attrs)) {
        attrs.push_back(context.compact(name));
    }
    if (!attrs.empty()) body.set("attrs", list_of(attrs));
    if (!question.q.empty() && !unfiltered) body.set("q", question.q);
    if (!question.georel.empty()) {
        Json geo;
        geo.set("georel", question.georel);
        geo.set("geometry", question.geometry);
        auto coordinates = parse_json(question.coordinates);
        geo.set("coordinates", coordinates ? std::move(*coordinates) : Json{question.coordinates});
        if (!question.geoproperty.empty()) {
            geo.set("geoproperty", context.compact(question.geoproperty));
        }
        body.set("geoQ", std::move(geo));
    }
    if (!question.scopes.empty()) body.set("scopeQ", question.scopes);
    if (!question.datasets.empty()) body.set("datasetId", list_of(question.datasets));
    return body;
}

// By POST (6.23.3.1).
Asked ask_by_post(const Question& question, const MatchedSource& source, SourceNames names,
                  const SourcePage& page) {
    const Registration& registration = *source.registration;
    Asked asked;
    asked.unfiltered = names.own && !question.q.empty();
    asked.only = narrowed_names(source, question.attrs);
    SourceBody body = source_body(registration, names,
                                  query_body(question, source, *names.context, asked.unfiltered));
    SourceTarget target{"/entityOperations/query"};
    target.add("options", "sysAttrs").add_local(registration);
    target.add("limit", std::to_string(page.limit));
    if (page.offset > 0) target.add("offset", std::to_string(page.offset));
    if (page.count) target.add("count", "true");
    asked.request = {.source = source.registration,
                     .method = "POST",
                     .target = target.take(),
                     .headers = std::move(body.headers),
                     .body = std::move(body.text)};
    asked.names = std::move(names);
    return asked;
}

}  // namespace

Question question_of(const ApiCall& call, const EntityQuery& asked) {
    Question question;
    question.entities.push_back(
        {.types = asked.types, .ids = asked.ids, .id_pattern = asked.id_pattern});
    question.attrs = asked.attrs;
    question.datasets = call.list("datasetId");
    question.q = call.text("q");
    if (asked.geo) {
        question.georel = call.text("georel");
        question.geometry = call.text("geometry");
        question.coordinates = call.text("coordinates");
        if (call.param("geoproperty") != nullptr) question.geoproperty = asked.geo->property;
    }
    question.scopes = call.text("scopeQ");
    question.context = call.context;
    return question;
}

void take_geo(const Json& geo, const GeoQuery& read, Question& question) {
    const auto text = [&](std::string_view name) {
        const Json* member = geo.find(name);
        return member != nullptr && member->is_string() ? member->string() : std::string{};
    };
    question.georel = text("georel");
    question.geometry = text("geometry");
    const Json* coordinates = geo.find("coordinates");
    question.coordinates = coordinates->is_string() ? coordinates->string() : to_text(*coordinates);
    if (geo.find("geoproperty") != nullptr) question.geoproperty = read.property;
}

std::vector<Selected> selected_by(const std::vector<EntitySelector>& selectors) {
    std::vector<Selected> out;
    for (const EntitySelector& selector : selectors) {
        Selected one{.types = selector.types, .ids = {}, .id_pattern = selector.id_pattern};
        if (!selector.id.empty()) one.ids.push_back(selector.id);
        out.push_back(std::move(one));
    }
    return out;
}

Question without_filters(Question question) {
    question.attrs.clear();
    question.q.clear();
    question.georel.clear();
    question.scopes.clear();
    question.geometry.clear();
    question.coordinates.clear();
    question.geoproperty.clear();
    return question;
}

Result<SourceQuery> source_query_of(const ApiCall& call, const Question& question,
                                    const EntityQuery& asked) {
    SourceQuery query;
    for (const Selected& selected : question.entities) {
        EntitySelector one;
        one.types = selected.types;
        one.id_pattern = selected.id_pattern;
        for (const std::string& id : selected.ids) {
            query.entities.push_back(one);
            query.entities.back().id = id;
        }
        if (selected.ids.empty()) query.entities.push_back(one);
    }
    query.attributes = question.attrs;
    query.dataset_ids = question.datasets;
    query.geo = asked.geo;
    if (question.temporal) {
        query.time = question.temporal->time;
        query.evolution = true;
    }
    if (const std::string* csf = call.param("csf")) query.csf = TRY(parse_q(*csf, *call.context));
    return query;
}

Result<std::vector<Asked>> ask_query(const App& app, const ApiCall& call, const Question& question,
                                     const MatchedSource& source, const SourcePage& page) {
    const Registration& registration = *source.registration;
    std::vector<Asked> out;
    const bool one = question.entities.size() == 1;
    const bool by_get = one && registration.does(SourceOperation::QueryEntity);
    if (!question.temporal && registration.does(SourceOperation::QueryBatch) && !by_get) {
        out.push_back(ask_by_post(question, source,
                                  TRY(names_for(app, call, question.context, registration)), page));
        return out;
    }
    const SourceNames names = TRY(query_names_for(app, call, question.context, registration));
    const Known known = known_of(source);
    for (const Selected& selected : question.entities) {
        out.push_back(ask_by_get(question, source, narrowed(selected, known), names, page));
    }
    return out;
}

Result<Asked> ask_retrieval(const App& app, const ApiCall& call, const Question& question,
                            const MatchedSource& source) {
    const Registration& registration = *source.registration;
    if (!question.temporal && !registration.does(SourceOperation::RetrieveEntity)) {
        auto asked = TRY(ask_query(app, call, question, source, {.limit = 1, .offset = 0}));
        return std::move(asked.front());
    }
    Asked asked;
    asked.names = TRY(query_names_for(app, call, question.context, registration));
    SourceTarget target{(question.temporal ? "/temporal" : "") +
                        entity_path(question.entities.front().ids.front())};
    asked.only = narrowed_names(source, question.attrs);
    target.add_names("attrs", asked.only, *asked.names.context);
    target.add("datasetId", joined(question.datasets));
    add_time(question, target);
    target.add("options", "sysAttrs").add_local(registration);
    asked.request = {.source = source.registration,
                     .method = "GET",
                     .target = target.take(),
                     .headers = source_headers(registration, asked.names),
                     .body = {}};
    return asked;
}

std::vector<SourceRequest> requests_of(std::vector<Asked>& asked) {
    std::vector<SourceRequest> requests;
    requests.reserve(asked.size());
    for (Asked& one : asked) requests.push_back(std::move(one.request));
    return requests;
}

void keep_only(const std::vector<std::string>& only, Entity& fragment) {
    if (only.empty()) return;
    erase_if(fragment.attributes, [&](const Attribute& attribute) {
        return std::find(only.begin(), only.end(), attribute.name) == only.end();
    });
}

bool answers_questions(const Registration& source) {
    return source.does(SourceOperation::RetrieveEntity) ||
           source.does(SourceOperation::QueryEntity) || source.does(SourceOperation::QueryBatch);
}

Precedence precedence_of(const Registration& source) {
    if (source.mode == RegistrationMode::Exclusive) return Precedence::Exclusive;
    return source.mode == RegistrationMode::Auxiliary ? Precedence::Auxiliary : Precedence::Equal;
}

}  // namespace musubi
