#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "api/source_request.h"
#include "model/entity.h"

namespace musubi::api {

/// Of one attribute, over all entities or those of one type.
struct AttributeFacts {
    std::size_t instances = 0;
    std::set<AttributeKind> kinds;
    std::set<std::string> types;
};
/// Of one type.
struct TypeFacts {
    std::size_t entities = 0;
    std::map<std::string, AttributeFacts> attributes;
};
/// Which types and attributes there are. Names are expanded.
struct Facts {
    std::map<std::string, TypeFacts> types;
    std::map<std::string, AttributeFacts> attributes;
};

/// What is asked about them, and of which type or attribute (expanded; empty: all).
struct FactsAsked {
    SourceOperation operation;
    std::string name;
};
/// The same question to sources (GS CIM 009 v1.9.1, 5.7.5-5.7.10): what they tell is added to
/// `facts`, entities and attributes that several count being counted several times. Null where no
/// source is concerned. Fails: as Distributor::matching; ContextNotAvailable, MustWait.
Result<std::shared_ptr<Later>> discover_at_sources(
    const App& app, const ApiCall& call, FactsAsked asked, Facts facts,
    std::function<Result<HttpResponse>(const Facts&)> show);

}  // namespace musubi::api
