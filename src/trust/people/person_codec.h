#pragma once

#include "base/bytes.h"
#include "trust/people/person.h"

namespace musubi {

/// The parts that several records of people share.
void write_grant(ByteWriter& w, const Grant& grant);
/// Marks the reader as failed where it is none.
Grant read_grant(ByteReader& r);
void write_texts(ByteWriter& w, const std::vector<std::string>& texts);
std::vector<std::string> read_texts(ByteReader& r);

}  // namespace musubi
