#pragma once

#include <functional>
#include <span>

#include "base/result.h"
#include "model/access.h"
#include "store/change.h"

namespace musubi {

class Store;

/// Sees what a command changes of entities and records, and who asked for it, before any of it is
/// written.
/// Where it fails the command fails, and nothing of it is kept; what it saw may still not come
/// about. Called on the committer's thread: it must not wait.
using ChangeWitness =
    std::function<Result<void>(const Caller&, const Change&, std::span<const RecordChange>)>;

/// Each command from then on is shown to it. Once, from any thread. Only the composition root sets
/// it, and so it is not among what everybody may do with a Store.
void set_witness(Store& store, ChangeWitness witness);

}  // namespace musubi
