#pragma once

#include <string_view>

#include "project/cases/case_entity.h"
#include "store/store.h"

namespace musubi {

/// What a case is made of besides an interview: the project as its evidence has it, and how it was
/// decided. What the evidence does not say is left out. Fails: as read_case.
Result<CaseText> case_of_evidence(const Json& evidence, std::string_view outcome,
                                  std::string_view reason);
/// Writes a case as an entity of the loop, new or in the place of what it was, with the project it
/// is of where there is one; of that project's, an interview stays where `text` has none. Fails:
/// Conflict (another's entity has its id), Io.
Result<void> write_case_entity(Transaction& tx, const CaseText& text, const std::string& project);

/// What people do with cases.
class CaseService {
public:
    explicit CaseService(Store& store) : store_{store} {}
    /// Writes a case `{...}` of read_case without its id. Of a case that a decision left it takes
    /// the interview alone, factor by factor; other members stay as they are. Fails: BadRequest,
    /// TooLarge, Forbidden, Conflict (also another member than the interview), Io.
    Result<void> put(const Caller& caller, std::string_view slug, const Json& members);

private:
    Store& store_;
};

}  // namespace musubi
