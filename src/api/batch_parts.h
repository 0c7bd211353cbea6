#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/call.h"

namespace musubi::api {

// What became of the items of a batch (5.2.16, 5.2.17).
struct BatchResult {
    std::vector<std::string> created;
    std::vector<std::string> success;
    std::vector<std::pair<std::string, Error>> errors;
};

/// A long batch, carried out in parts that follow each other: while one is written, the next is
/// run, and the one after it is read. Each part is one commit; the answer comes after the last.
struct BatchParts {
    /// What one part does, and of which entities.
    struct Part {
        std::function<Result<void>(Transaction&, BatchResult&)> run;
        std::vector<std::string> ids;
    };
    std::size_t parts = 0;
    std::function<Part(std::size_t part)> read;
    std::function<HttpResponse(const BatchResult&)> reply;
};
/// What fails of a part is told of each of its entities; where all fail alike, that is the answer.
[[nodiscard]] std::shared_ptr<Later> in_parts(const App& app, const ApiCall& call,
                                              BatchParts batch);

}  // namespace musubi::api
