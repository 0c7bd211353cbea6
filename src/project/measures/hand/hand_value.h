#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace musubi {

/// A file that a value stands in. It stays where it is; its hash tells whether it is the same.
struct HandAttachment {
    std::string name;
    std::string sha256;  ///< 64 digits, in hex
    std::int64_t bytes = 0;
};

/// What somebody enters: a value of one day, from paper, a spreadsheet or what they know.
struct HandEntry {
    std::string of;      ///< what it counts: `staff-hours`
    std::string about;   ///< of whom: a firm, a household, a department; empty: of all
    std::string cohort;  ///< for break-downs; empty: as it was
    std::string day;     ///< YYYY-MM-DD, in Japan
    std::optional<double> value;
    std::string unit;  ///< UN/CEFACT code
    std::string by;    ///< who enters it
    std::string note;
    std::optional<HandAttachment> attachment;
    Json place;             ///< a GeoJSON geometry; null: none
    bool corrects = false;  ///< it takes the place of the value of that day
    std::string where;      ///< what an error about it names: `line 3`
};

/// One that was entered, as history has it.
struct HandValue {
    std::string id;  ///< of the entity
    std::string of;
    std::string about;
    std::string cohort;
    Time day;
    double value = 0;
    std::string unit;
    std::string by;
    Time entered_at;
    std::string note;
    std::optional<HandAttachment> attachment;
    std::size_t revision = 1;  ///< of that day, from 1
    bool current = true;       ///< none corrected it
};

}  // namespace musubi
