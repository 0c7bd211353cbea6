#pragma once

#include <string_view>

#include "base/random.h"
#include "base/time.h"

namespace musubi {

/// The pause before try number `failures` + 1: doubled each time from `first` up to `most`, and
/// drawn between half of that and all of it, so that many do not come back at once.
[[nodiscard]] Duration back_off(int failures, Duration first, Duration most, Random& random);

/// How long a `Retry-After` asks to wait (RFC 9110, 10.2.3: seconds, or a date); none where it is
/// not understood. At most a day.
[[nodiscard]] Duration retry_after(std::string_view header, Time now);

}  // namespace musubi
