#pragma once

#include <string>

#include "store/transaction.h"

namespace musubi {

/// Fails: Conflict where `now` lies before what was recorded of the entity last: the clock of the
/// machine was set back. The sentence has times as clocks in Japan show them.
Result<void> check_clock(const Entity& entity, Time now, const std::string& place);
/// The same against the newest record of a project (its id), whatever it was of; from then on this
/// commit is the newest one. Fails: Conflict likewise, Io.
Result<void> advance_clock(Transaction& tx, const std::string& project, const std::string& place);

/// A moment as clocks in Japan show it: `2026-04-01 09:30:00`.
[[nodiscard]] std::string clock_text(Time at);

}  // namespace musubi
