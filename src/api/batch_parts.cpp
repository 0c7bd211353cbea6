#include "api/batch_parts.h"

#include <atomic>
#include <iterator>
#include <optional>

namespace musubi::api {
namespace {

struct Progress {
    explicit Progress(std::size_t parts) : results{parts}, failed{parts}, left{parts} {}
    std::vector<BatchResult> results;
    std::vector<std::optional<Error>> failed;
    std::atomic<std::size_t> left;
};

Result<BatchResult> sum_of(Progress& progress) {
    BatchResult sum;
    bool any = false;
    for (std::size_t i = 0; i < progress.results.size(); ++i) {
        BatchResult& part = progress.results[i];
        any = any || !progress.failed[i];
        std::move(part.created.begin(), part.created.end(), std::back_inserter(sum.created));
        std::move(part.success.begin(), part.success.end(), std::back_inserter(sum.success));
        std::move(part.errors.begin(), part.errors.end(), std::back_inserter(sum.errors));
    }
    if (!any) return *progress.failed.front();
    return sum;
}

void end_part(Progress& progress, std::size_t number, std::vector<std::string> ids,
              const Result<Committed>& committed) {
    if (committed) return;
    progress.failed[number] = committed.error();
    BatchResult& result = progress.results[number];
    result = {};
    for (std::string& id : ids) result.errors.emplace_back(std::move(id), committed.error());
}

}  // namespace

std::shared_ptr<Later> in_parts(const App& app, const ApiCall& call, BatchParts batch) {
    auto later = std::make_shared<Later>();
    const auto progress = std::make_shared<Progress>(batch.parts);
    const std::size_t bytes = call.request.body.size() * 3 / batch.parts + 512;
    const auto shared = std::make_shared<const BatchParts>(std::move(batch));
    later->start = [&store = app.store, caller = call.caller, progress, shared,
                    bytes](const std::function<void()>& ready) {
        for (std::size_t i = 0; i < shared->parts; ++i) {
            auto part = std::make_shared<BatchParts::Part>(shared->read(i));
            store.submit({.caller = caller,
                          .run =
                              [progress, part, i](Transaction& tx) {
                                  progress->results[i] = {};
                                  return part->run(tx, progress->results[i]);
                              },
                          .done =
                              [progress, part, i, ready](const Result<Committed>& committed) {
                                  end_part(*progress, i, std::move(part->ids), committed);
                                  if (--progress->left == 0) ready();
                              },
                          .bytes = bytes});
        }
    };
    later->finish = [progress, shared]() -> Result<Answer> {
        return Answer{shared->reply(TRY(sum_of(*progress)))};
    };
    return later;
}

}  // namespace musubi::api
