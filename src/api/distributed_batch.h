#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/distributed_write.h"

namespace musubi {

/// One entity of a batch, as sources may be given it.
struct SharedItem {
    std::string id;
    std::vector<std::string> types;  ///< empty: not named
    std::vector<std::string> names;  ///< its attributes, expanded; empty: the entity as such
    Json json;                       ///< as it came; a text where the batch is of ids alone
    ContextPtr context;
};

/// What became of a batch at the sources (GS CIM 009 v1.9.1, 5.2.16, 5.2.17).
struct BatchElsewhere {
    struct Fault {
        std::string id;
        std::string registration;
        Json problem;
    };
    std::vector<Fault> faults;
    std::set<std::string, std::less<>> done;     ///< ids: some source did its part
    std::set<std::string, std::less<>> created;  ///< of them, what it made
    /// By the place of the item: nothing of it is ours; or what is not (expanded).
    std::set<std::size_t> not_here;
    std::map<std::size_t, std::vector<std::string>> not_ours;
    std::set<std::size_t> proxied;  ///< that it is not here is no fault
};

/// A batch in which context sources may have a part: each gets one request with all that is its;
/// one that takes no such batches, but writes of one entity, gets those, 64 at once.
struct SharedBatch {
    SourceOperation operation;
    std::string_view path;  ///< below /ngsi-ld/v1
    std::vector<SharedItem> items;
    /// Does the rest; called when the sources have answered.
    std::function<Result<Answer>(const std::shared_ptr<const BatchElsewhere>&)> here;
};

/// Null where no source is concerned. Fails: as share_write.
Result<std::shared_ptr<Later>> share_batch(const App& app, const ApiCall& call, SharedBatch batch);

}  // namespace musubi
