#pragma once

#include <functional>
#include <string>
#include <vector>

#include "history/chunk.h"
#include "history/point.h"

namespace musubi {

/// All recorded states of one attribute and dataset of an entity, in order of instance ids.
struct Series {
    std::string name;
    std::string dataset_id;
    std::vector<Point> points;
};

/// Says of a chunk of that series whether it has to be read.
using ChunkFilter = std::function<bool(const Series&, const ChunkSummary&)>;

}  // namespace musubi
