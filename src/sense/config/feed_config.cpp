#include "sense/config/feed_config.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "net/http.h"
#include "sense/config/feed_check.h"
#include "sense/table/feed_time.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;

std::string text_of(const toml::table& table, std::string_view key, std::string_view other = {}) {
    return table[key].value_or(std::string{other});
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    if (const toml::array* array = table[key].as_array()) {
        for (const toml::node& node : *array) out.push_back(node.value_or(std::string{}));
    }
    return out;
}

bool is_slug(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return true;
}

/// The schema has been checked: what is read here has its kind.
class FeedFile {
public:
    FeedFile(const toml::table& root, const std::string& file) : root_{root}, file_{file} {}

    Result<FeedConfig> read() {
        const toml::table& feed = *root_["feed"].as_table();
        FeedConfig out;
        out.name = text_of(feed, "name");
        if (!is_slug(out.name)) {
            return error(feed, "name",
                         "'name' may hold lower-case letters, digits and '-', up to 64");
        }
        out.title_ja = text_of(feed, "title_ja", out.name);
        out.title_en = text_of(feed, "title_en", out.name);
        out.tenant = text_of(feed, "tenant");
        out.mode = text_of(feed, "mode") == "replay" ? FeedMode::Replay : FeedMode::Live;
        out.speed = feed["speed"].value_or(0.0);
        if (!(out.speed >= 0 && out.speed <= 1e9)) {
            return error(feed, "speed", "'speed' must be between 0 and 1000000000");
        }
        if (out.speed > 0 && out.mode == FeedMode::Live) {
            return error(feed, "speed", "'speed' is for mode = \"replay\"; leave it out");
        }
        out.context = text_of(feed, "context");
        out.attribution = text_of(feed, "attribution");
        for (const toml::node& node : *root_["source"].as_array()) {
            SourceConfig source = TRY(read_source(*node.as_table()));
            for (const SourceConfig& other : out.sources) {
                if (other.name == source.name) {
                    return error(*node.as_table(), "name", "two sources have this name");
                }
            }
            if (source.kind == SourceKind::Synthetic && out.mode == FeedMode::Replay) {
                return error(*node.as_table(), "kind", "a synthetic source needs mode = \"live\"");
            }
            out.sources.push_back(std::move(source));
        }
        return out;
    }

private:
    [[nodiscard]] Error error(const toml::table& table, std::string_view key,
                              std::string detail) const {
        const toml::node* node = table.get(key);
        const toml::node& at = node != nullptr ? *node : static_cast<const toml::node&>(table);
        return feed_error(file_, at, std::move(detail));
    }

    Result<SourceConfig> read_source(const toml::table& table) {
        SourceConfig out;
        out.where = place_of(file_, table);
        out.name = text_of(table, "name");
        if (!is_slug(out.name)) {
            return error(table, "name",
                         "'name' may hold lower-case letters, digits and '-', up to 64");
        }
        TRY(read_place(table, out));
        TRY(read_format(table, out));
        TRY(read_pace(table, out));
        const toml::table& entity = *table["entity"].as_table();
        out.id_template = text_of(entity, "id");
        out.type = text_of(entity, "type");
        if (out.type.empty()) return error(entity, "type", "'type' must not be empty");
        if (const toml::table* time = table["time"].as_table()) {
            out.time = TRY(read_time(*time));
        } else if (out.kind == SourceKind::Synthetic) {
            return error(table, "kind", "a synthetic source needs [source.time]");
        }
        for (const toml::node& node : *table["attribute"].as_array()) {
            out.attributes.push_back(TRY(read_attribute(*node.as_table(), out.time.has_value())));
        }
        return out;
    }

    Result<void> read_place(const toml::table& table, SourceConfig& out) {
        const std::string kind = text_of(table, "kind");
        const char* key = "path";
        if (kind == "folder") {
            out.kind = SourceKind::Folder;
            out.location = text_of(table, "path", ".");
        } else if (kind == "url") {
            out.kind = SourceKind::Url;
            out.location = text_of(table, "url");
            out.poll = minutes(1);
            key = "url";
            if (!parse_url(out.location)) {
                return error(table, key, "'url' must be an http or https URL");
            }
        } else if (kind == "synthetic") {
            out.kind = SourceKind::Synthetic;
            out.location = text_of(table, "stations", "stations.csv");
            key = "stations";
        } else {
            out.location = text_of(table, "path");
        }
        if (out.location.empty() || out.location.find('\0') != std::string::npos) {
            return error(table, key, "'" + std::string{key} + "' must say where it is");
        }
        out.glob = text_of(table, "glob", "*");
        out.daily = text_of(table, "daily");
        return {};
    }

    Result<void> read_format(const toml::table& table, SourceConfig& out) {
        out.format = text_of(table, "format") == "json" ? SourceFormat::Json : SourceFormat::Csv;
        const std::string encoding = text_of(table, "encoding", "auto");
        out.encoding = encoding == "utf-8"   ? TextEncoding::Utf8
                       : encoding == "cp932" ? TextEncoding::Cp932
                                             : TextEncoding::Auto;
        const std::string delimiter = text_of(table, "delimiter", ",");
        const bool plain = delimiter.size() == 1 && delimiter[0] > 0 && delimiter[0] != '"' &&
                           delimiter[0] != '\n' && delimiter[0] != '\r';
        if (!plain) {
            return error(table, "delimiter",
                         "'delimiter' must be one ASCII character, not a quote");
        }
        out.delimiter = delimiter[0];
        const std::int64_t header = table["header_line"].value_or(std::int64_t{1});
        if (header < 0 || header > 1000) {
            return error(table, "header_line", "'header_line' must be from 0 to 1000");
        }
        out.header_line = static_cast<std::uint64_t>(header);
        out.rows = text_of(table, "rows");
        if (!out.rows.empty() && out.rows.front() != '/') {
            return error(table, "rows", "'rows' must be a JSON Pointer: empty, or begin with '/'");
        }
        out.missing = texts_of(table, "missing");
        const std::int64_t bytes = table["max_bytes"].value_or(std::int64_t{8} << 20);
        if (bytes < 1 || bytes > (std::int64_t{64} << 20)) {
            return error(table, "max_bytes", "'max_bytes' must be from 1 to 67108864");
        }
        out.max_bytes = static_cast<std::size_t>(bytes);
        return {};
    }

    Result<Duration> duration(const toml::table& table, std::string_view key, Duration other,
                              Duration least, Duration most) const {
        const toml::node* node = table.get(key);
        if (node == nullptr) return other;
        const Duration value = TRY(parse_duration(node->as_string()->get()));
        if (value < least || value > most) {
            return error(
                table, key,
                "'" + std::string{key} + "' must be from " + to_iso(least) + " to " + to_iso(most));
        }
        return value;
    }

    Result<void> read_pace(const toml::table& table, SourceConfig& out) {
        out.poll = TRY(duration(table, "poll", out.poll, seconds(1), days(7)));
        out.settle = TRY(duration(table, "settle", out.settle, seconds(0), days(7)));
        out.cycle = TRY(duration(table, "cycle", out.cycle, minutes(2), days(30)));
        out.interval = TRY(duration(table, "interval", out.interval, seconds(1), days(1)));
        out.backfill = TRY(duration(table, "backfill", out.backfill, seconds(0), days(366)));
        const std::int64_t seed = table["seed"].value_or(std::int64_t{1});
        out.seed = static_cast<std::uint64_t>(seed);
        return {};
    }

    Result<TimeConfig> read_time(const toml::table& table) {
        TimeConfig out;
        out.columns = TRY(columns_of(table));
        if (out.columns.empty()) return error(table, "column", "[source.time] needs 'column'");
        if (table.contains("formats")) out.formats = texts_of(table, "formats");
        if (out.formats.empty()) return error(table, "formats", "'formats' must name at least one");
        for (const std::string& format : out.formats) {
            const auto read = TimeFormat::parse(format);
            if (!read) return error(table, "formats", read.error().detail);
        }
        const auto offset = parse_zone(text_of(table, "zone", "JST"));
        if (!offset) return error(table, "zone", offset.error().detail);
        out.offset = *offset;
        out.max_ahead = TRY(duration(table, "max_ahead", hours(1), seconds(0), days(36'500)));
        return out;
    }

    Result<std::vector<std::string>> columns_of(const toml::table& table) const {
        const bool one = table.contains("column");
        if (one && table.contains("columns")) {
            return error(table, "columns", "write 'column' or 'columns', not both");
        }
        std::vector<std::string> out;
        if (one) out.push_back(text_of(table, "column"));
        if (!one) out = texts_of(table, "columns");
        for (const std::string& column : out) {
            if (column.empty()) return error(table, "column", "the name of a column is empty");
        }
        if (out.size() > 16) return error(table, "columns", "'columns' may name up to 16");
        return out;
    }

    Result<AttributeConfig> read_attribute(const toml::table& table, bool has_time) {
        AttributeConfig out;
        out.where = place_of(file_, table);
        out.name = text_of(table, "name");
        if (out.name.empty()) return error(table, "name", "'name' must not be empty");
        out.columns = TRY(columns_of(table));
        out.as = read_as(text_of(table, "as", "text"));
        out.unit = text_of(table, "unit");
        out.observed = table["observed"].value_or(has_time);
        out.required = table["required"].value_or(false);
        if (out.observed && !has_time) {
            return error(table, "observed", "'observed' needs [source.time]");
        }
        if (table.contains("min")) out.min = table["min"].value<double>();
        if (table.contains("max")) out.max = table["max"].value<double>();
        out.divide = table["divide"].value_or(1.0);
        if (out.divide == 0 || !std::isfinite(out.divide)) {
            return error(table, "divide", "'divide' must not be 0");
        }
        TRY(read_fixed(table, out));
        return out;
    }

    static CellAs read_as(std::string_view word) {
        if (word == "number") return CellAs::Number;
        if (word == "boolean") return CellAs::Boolean;
        if (word == "relationship") return CellAs::Relationship;
        if (word == "geo3x3") return CellAs::Geo3x3;
        if (word == "geo3x3-south") return CellAs::Geo3x3South;
        if (word == "lon-lat") return CellAs::LonLat;
        return CellAs::Text;
    }

    Result<void> read_fixed(const toml::table& table, AttributeConfig& out) const {
        const toml::node* fixed = table.get("fixed");
        const std::size_t wanted = fixed != nullptr ? 0 : out.as == CellAs::LonLat ? 2 : 1;
        if (out.columns.size() != wanted) {
            return error(table, "name",
                         wanted == 0   ? "write 'fixed' or a column, not both"
                         : wanted == 1 ? "an attribute needs 'column' or 'fixed'"
                                       : "as = \"lon-lat\" needs columns = [longitude, latitude]");
        }
        if (fixed == nullptr) return {};
        if (const auto* text = fixed->as_string()) out.fixed = Json{text->get()};
        if (const auto* flag = fixed->as_boolean()) out.fixed = Json{flag->get()};
        if (const auto* whole = fixed->as_integer()) out.fixed = Json{whole->get()};
        if (const auto* real = fixed->as_floating_point()) {
            if (!std::isfinite(real->get())) {
                return error(table, "fixed", "'fixed' must be a finite number");
            }
            out.fixed = Json{real->get()};
        }
        return {};
    }

    const toml::table& root_;
    const std::string& file_;
};

Result<std::string> read_whole(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        return Error{ErrorCode::Io, "the feed file can not be read; check its name and rights",
                     path};
    }
    std::string text(kMaxFileBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxFileBytes) {
        return Error{ErrorCode::TooLarge, "a feed file may have up to 1 MB", path};
    }
    return text;
}

bool is_web(std::string_view base) {
    return base.starts_with("http://") || base.starts_with("https://");
}

std::string below(const std::string& base, const std::string& path) {
    if (path.empty() || path.front() == '/') return path;
    return base.empty() ? path : base + (base.back() == '/' ? "" : "/") + path;
}

/// Lets a source that is a file or a folder be followed at a URL instead.
Result<void> follow(SourceConfig& source, const std::string& base) {
    const std::string& name = source.kind == SourceKind::Folder ? source.daily : source.location;
    if (name.empty() || name.front() == '/') {
        return Error{ErrorCode::BadRequest,
                     "this source can not be followed by URL: give it 'daily', or a relative path",
                     source.where};
    }
    source.location = below(base, name);
    source.kind = SourceKind::Url;
    source.poll = std::max(source.poll, minutes(1));
    return {};
}

}  // namespace

Result<FeedConfig> parse_feed(std::string_view text, const std::string& file) {
    try {
        const toml::table root = toml::parse(text, file);
        TRY(check_feed(root, file));
        return FeedFile{root, file}.read();
    } catch (const toml::parse_error& fault) {
        return Error{ErrorCode::BadRequest, "this is not TOML: " + std::string{fault.description()},
                     file + ":" + std::to_string(fault.source().begin.line)};
    }
}

Result<FeedConfig> load_feed(const std::string& path) {
    const std::string text = TRY(read_whole(path));
    FeedConfig feed = TRY(parse_feed(text, path));
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    for (SourceConfig& source : feed.sources) {
        if (source.kind != SourceKind::Url) source.location = below(folder, source.location);
    }
    return feed;
}

Result<FeedConfig> load_feed(const std::string& path, const std::string& base) {
    const std::string text = TRY(read_whole(path));
    FeedConfig feed = TRY(parse_feed(text, path));
    if (is_web(base) && !parse_url(base)) {
        return Error{ErrorCode::BadRequest, "this is not a URL that can be fetched", base};
    }
    for (SourceConfig& source : feed.sources) {
        if (source.kind == SourceKind::Url) continue;
        if (is_web(base)) {
            TRY(follow(source, base));
        } else {
            source.location = below(base, source.location);
        }
    }
    if (is_web(base)) {
        feed.mode = FeedMode::Live;
        feed.speed = 0;
    }
    return feed;
}

}  // namespace musubi
