#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace musubi {

enum class FeedMode { Live, Replay };
enum class SourceKind { File, Folder, Url, Synthetic };
enum class SourceFormat { Csv, Json };
enum class TextEncoding { Auto, Utf8, Cp932 };
/// How the text of a cell becomes a value.
enum class CellAs { Text, Number, Boolean, Relationship, Geo3x3, Geo3x3South, LonLat };

struct AttributeConfig {
    std::string name;                  ///< a term of the context
    std::vector<std::string> columns;  ///< one; two for LonLat; none where it is fixed
    Json fixed;                        ///< null: read from the columns
    CellAs as = CellAs::Text;
    std::string unit;
    bool observed = false;
    bool required = false;
    std::optional<double> min;
    std::optional<double> max;
    double divide = 1;
    std::string where;  ///< "file:line", for errors found later
};

struct TimeConfig {
    std::vector<std::string> columns;
    std::vector<std::string> formats{"auto"};
    Duration offset = hours(9);
    Duration max_ahead = hours(1);
};

struct SourceConfig {
    std::string name;
    SourceKind kind = SourceKind::File;
    std::string location;  ///< path or URL; a synthetic source: the table of stations
    std::string daily;
    std::string glob = "*";
    SourceFormat format = SourceFormat::Csv;
    TextEncoding encoding = TextEncoding::Auto;
    char delimiter = ',';
    std::uint64_t header_line = 1;
    std::string rows;
    std::vector<std::string> missing;
    Duration poll = seconds(10);
    Duration settle = minutes(1);
    std::size_t max_bytes = 8U << 20U;
    std::uint64_t seed = 1;
    Duration cycle = minutes(15);
    Duration interval = seconds(10);
    Duration backfill = days(7);
    std::string id_template;
    std::string type;
    std::optional<TimeConfig> time;
    std::vector<AttributeConfig> attributes;
    std::string where;  ///< "file:line" of its table
};

/// A feed file, read and checked. Names are not expanded, paths not resolved.
struct FeedConfig {
    std::string name;
    std::string title_ja;
    std::string title_en;
    std::string tenant;
    FeedMode mode = FeedMode::Live;
    double speed = 0;  ///< of a replay; 0: as fast as it can
    std::string context;
    std::string attribution;
    std::vector<SourceConfig> sources;
};

/// Reads a feed file and holds it against the schema (`feed_keys`). `file` is what errors call it.
/// Fails: BadRequest, saying what is wrong and what to write; `where` is "file:line".
Result<FeedConfig> parse_feed(std::string_view text, const std::string& file);

/// The same from a file; relative paths are seen from its folder.
/// Fails: as parse_feed; Io where it can not be read; TooLarge beyond 1 MB.
Result<FeedConfig> load_feed(const std::string& path);
/// The same, but what the sources name is found in `base`: a folder, or an http(s) URL, where a
/// folder is followed by its `daily` file and the feed is live.
/// Fails: as load_feed; BadRequest where a source can not be followed by URL.
Result<FeedConfig> load_feed(const std::string& path, const std::string& base);

}  // namespace musubi
