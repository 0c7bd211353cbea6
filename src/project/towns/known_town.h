#pragma once

#include <string>

#include "store/store.h"

namespace musubi {

/// An area code names a municipality that the statistics of the tenant tell of. Nothing is asked
/// of an empty code, nor where no statistics were brought. Fails: BadRequest at `place`, Io.
Result<void> check_known_town(const Store& store, const std::string& tenant,
                              const std::string& code, const std::string& place);

}  // namespace musubi
