#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "model/entity.h"

namespace musubi {

/// One recorded state of one attribute instance, as history keeps it.
struct Point {
    Time at;              ///< event time: observedAt, else the moment of recording
    Time recorded;        ///< wall clock of the commit
    InstanceId instance;  ///< (commit sequence, place in it)
    bool deleted = false;
    Json value;  ///< as Attribute::value
    /// The rest of the instance (kind, unitCode, whether observedAt was given, sub-attributes),
    /// opaque here; nearly always the same for all points of a series.
    std::string detail;

    friend bool operator==(const Point&, const Point&) = default;
};

}  // namespace musubi
