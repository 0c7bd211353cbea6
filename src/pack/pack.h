#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "insight/config/levels.h"
#include "insight/rules/rule_set.h"
#include "project/measures/measure.h"
#include "sense/config/feed_config.h"

namespace musubi {

/// A solution that can be carried: what it is called, the names it uses, what it reads and what it
/// watches. Read whole from a folder with a pack.toml.
struct Pack {
    struct ContextFile {
        std::string url;
        std::string text;
    };
    struct Feed {
        std::string name;  ///< "synthetic", "published"
        std::string file;  ///< whole path
    };
    std::string folder;
    std::string name;
    std::string version;
    Words title;
    std::vector<ContextFile> contexts;
    std::vector<Feed> feeds;
    std::string rules;     ///< file name in the folder; empty: none
    std::string measures;  ///< likewise
};

/// Fails: Io, BadRequest (`where` is "file:line").
Result<Pack> load_pack(const std::string& folder);

/// The pack's rules, with their names expanded by `context`. Fails: as compile_rules.
Result<std::shared_ptr<const RuleSet>> load_rules(const Pack& pack, const ContextLoader& contexts);

/// The pack's measures, likewise. Fails: as read_measures.
Result<MeasureSetPtr> load_measures(const Pack& pack, const ContextLoader& contexts);

/// What `--feed` calls the pack's made-up data.
inline constexpr std::string_view kSyntheticFeed = "synthetic";

/// The feed that `--feed` names: "synthetic", or a folder or URL that has the form of the pack's
/// published data. Fails: NotFound where the pack has no such feed; as load_feed.
Result<FeedConfig> choose_feed(const Pack& pack, const std::string& source);

}  // namespace musubi
