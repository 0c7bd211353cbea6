#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace musubi {

/// Reads an array of {key, value} that are sent as headers (receiverInfo, GS CIM 009 v1.9.1,
/// 5.2.15, 5.2.22). Headers that say how the message is carried, or that we set, are refused; so
/// is what is no header (RFC 9110, 5.5, 5.6.2). Fails: BadRequest, Unsupported.
Result<std::vector<std::pair<std::string, std::string>>> read_receiver_info(const Json& json);

}  // namespace musubi
