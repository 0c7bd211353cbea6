#pragma once

#include <string>
#include <vector>

#include "cli/projects_at_work.h"
#include "sense/feed_runner.h"

namespace musubi {

/// What `musubi serve --example` loads, once: the pilots and projects of the ministry's paper, and
/// one river project that is worked through to the gate of its pilot on the synthetic feed. All of
/// it says that it is an example. Its days are counted from the day it is loaded.
class ExampleAtWork {
public:
    /// What it stands on; all of it outlives it.
    struct Ground {
        Store& store;
        const Clock& clock;
        Log& log;
        ProjectsAtWork& projects;
        std::string folder;  ///< of examples; empty: there is none
        bool runs_river;     ///< whether the pack has what the river project measures
    };
    /// Writes projects and pilots, all of it or nothing, where they have not been loaded before;
    /// without the river pack without its project. Fails: NotFound (no examples), as
    /// read_portfolio_folder and ProjectService::put.
    Result<void> load(const Ground& ground);
    /// Opens the gate once the feed has told its past. For the thread that looks after things.
    void tick(const std::vector<FeedRunner*>& feeds);

private:
    std::optional<Ground> ground_;
    bool waits_ = false;
};

}  // namespace musubi
