#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "model/ngsild.h"
#include "store/store.h"

namespace musubi {

/// Finds the entities that others link to, for one who may read them. What he may not read, or is
/// not there, is left out.
class LinkWalker {
public:
    static constexpr int kMaxLevel = 8;
    static constexpr std::size_t kMax = 1000;  ///< in one answer; the rest is left out

    /// Both must outlive it.
    LinkWalker(const Store& store, const Caller& reader, int level)
        : store_{store}, reader_{reader}, level_{level} {}

    /// Those that are reached from `roots` in `level` steps, each once, without the roots.
    /// Fails: as Store::find.
    Result<std::vector<EntityPtr>> flat(const std::vector<const Entity*>& roots);
    /// `root` with what it links to inside, written with `context` and `options`. An entity is not
    /// shown inside of itself. Fails: as Store::find.
    Result<Entity> inlined(const Entity& root, const Context& context, const WriteOptions& options);
    /// The types of all that was found, to decide on access later.
    [[nodiscard]] const std::vector<std::vector<std::string>>& types() const { return types_; }
    /// Their ids, in the same order.
    [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }

private:
    Result<EntityPtr> find(const std::string& id);
    Result<Entity> inlined(const Entity& entity, const Context& context,
                           const WriteOptions& options, int level);
    Result<void> fill(Attribute& relationship, const Context& context, const WriteOptions& options,
                      int level);

    const Store& store_;
    const Caller& reader_;
    int level_;
    std::size_t bytes_ = 0;
    std::vector<std::string> path_;  // the entities that the present one is inside of
    std::vector<std::vector<std::string>> types_;
    std::vector<std::string> ids_;
};

}  // namespace musubi
