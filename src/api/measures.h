#pragma once

#include "api/call.h"
#include "project/measures/measure.h"
#include "project/measures/measure_totals.h"

namespace musubi::api {

/// The measure that an address names, whose use is begun: of all types that its parts are of.
/// Fails: Forbidden, NotFound, and as begin_use.
Result<const Measure*> begin_measure(const App& app, const ApiCall& call);
/// Notes in the journal what an answer tells of personal types, before it leaves.
/// Fails: as record_answer.
Result<void> record_measure(const App& app, const ApiCall& call, const Measure& measure,
                            std::size_t readings);

/// Whether nothing that a measure is made of is kept back from somebody.
[[nodiscard]] bool shows_all_of(const AccessFilter& access, const Measure& measure);

/// A day of the query string: midnight in Japan; `other` where it is not given.
/// Fails: BadRequest with its name.
Result<Time> asked_day(const ApiCall& call, const char* name, Time other);

/// One value as it is answered. `root`: of the readings behind it.
[[nodiscard]] Json value_json(const Measure& measure, const MeasureValue& value,
                              const std::string& root);

}  // namespace musubi::api
