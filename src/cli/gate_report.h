#pragma once

#include "project/gate/evidence_check.h"

namespace musubi {

// What 'musubi gate' says of evidence. A text of a file is printed as plain_line makes it and never
// begins a line: those that begin with OK or BAD are the command's own.

/// Prints what was found; 0 where nothing is wrong, 1 where something is.
int print_report(const EvidenceReport& report, bool japanese);
/// The same of a replay.
int print_replay(const ReplayReport& report, bool japanese);

/// complain, of an error that may quote a file.
int complain_plainly(const Error& error);

}  // namespace musubi
