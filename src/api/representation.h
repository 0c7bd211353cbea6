#pragma once

#include <memory>
#include <vector>

#include "api/call.h"

namespace musubi {

/// How entities are to be written for this call (6.3.7, 6.3.11, 6.4.3.2, 6.5.3.1): format, system
/// attributes, language, attrs, pick and omit, datasets, joined entities, the version that Prefer
/// names. Fails: BadRequest, TooComplexQuery.
Result<WriteOptions> write_options(const App& app, const ApiCall& call);

/// The entities a response joins at most, those that it was asked for not counted.
inline constexpr std::size_t kMaxJoined = 10'000;

/// 200 (or 203, where it had to be reshaped) with one entity in the representation asked for.
/// Fails: NotFound where pick and omit leave nothing of it; BadRequest; TooComplexQuery.
Result<HttpResponse> entity_response(const ApiCall& call, const EntityPtr& entity,
                                     const WriteOptions& options);
/// The same with a list of them.
Result<HttpResponse> entities_response(const ApiCall& call, const std::vector<EntityPtr>& entities,
                                       const WriteOptions& options);

}  // namespace musubi
