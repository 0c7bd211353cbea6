#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"
#include "project/diagnosis/gather_facts.h"

namespace musubi {

/// Reads the entities of a project as a caller may see them; knows the names.
class LoopReader {
public:
    LoopReader(const Store& store, const Caller& caller, const DiagnosisInputs& inputs)
        : store_{store}, caller_{caller}, inputs_{inputs} {}

    /// True where the caller is shown every entity of the type, with what these attributes say.
    [[nodiscard]] bool sees(std::string_view type,
                            std::initializer_list<std::string_view> terms) const;
    /// Null unless there is one that Musubi guards, of this type.
    Result<EntityPtr> find(const std::string& id, std::string_view type) const;
    /// Those that Musubi guards, of this type and project.
    Result<std::vector<EntityPtr>> all_of(const std::string& project, std::string_view type) const;
    /// Up to `limit` of an expanded type, whoever wrote them.
    Result<std::vector<EntityPtr>> all(const EntityQuery& query, std::size_t limit) const;
    Result<std::vector<Series>> history(const std::string& id, const std::string& name,
                                        const ChunkFilter& wanted) const {
        return store_.history(caller_, id, {name}, wanted);
    }

    [[nodiscard]] static std::string expand(std::string_view term) {
        return core_context()->expand(term);
    }
    /// Of the attribute without a dataset; null where there is none.
    [[nodiscard]] static const Json* value(const Entity& entity, std::string_view term);
    /// A text, or texts, joined; empty: there is none.
    [[nodiscard]] static std::string text(const Entity& entity, std::string_view term);
    /// The texts of a list, or the one text.
    [[nodiscard]] static std::vector<std::string> texts(const Json* value);
    [[nodiscard]] static std::vector<std::string> texts(const Entity& entity,
                                                        std::string_view term) {
        return texts(value(entity, term));
    }
    /// Nothing: it says no day.
    [[nodiscard]] static std::optional<Time> day(const Entity& entity, std::string_view term);

private:
    const Store& store_;
    const Caller& caller_;
    const DiagnosisInputs& inputs_;
};

/// Terminals of these types (expanded), and whether the links reach them: `links` are entities, or
/// null for one of which nobody knows where it reaches.
Result<std::vector<SeenDevice>> see_devices(const LoopReader& reader,
                                            const std::vector<std::string>& types, Time now,
                                            const std::vector<EntityPtr>& links);

}  // namespace musubi
