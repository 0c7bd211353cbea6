#pragma once

#include "history/point.h"
#include "store/change.h"

namespace musubi {

/// The point that says an attribute was deleted.
inline Point deletion(const AttributeChange& attribute, Time at) {
    Point point;
    point.at = point.recorded = at;
    point.instance = attribute.instance;
    point.deleted = true;
    return point;
}

inline bool by_instance(const Point& a, const Point& b) { return a.instance < b.instance; }

}  // namespace musubi
