#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "net/http_client.h"
#include "sense/feed_writer.h"

namespace musubi {

/// What a person is told, in both languages.
struct FeedWords {
    std::string ja;
    std::string en;
    [[nodiscard]] bool empty() const { return en.empty(); }
};

/// What a look at a source brought.
struct SourceReport {
    std::optional<Duration> again;  ///< when to look again; nothing: it is read to its end
    FeedWords trouble;              ///< why it fails, or empty
};

/// A place where rows come from.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;
    /// Reads what is new into the writer, and sends off all of it. What is wrong with the source
    /// itself is in the report. Fails: where the store, or the writer, does.
    virtual Result<SourceReport> poll() = 0;
    /// Forgets what it remembers of positions: they are read from the store again.
    virtual void reload() = 0;
    /// The part of its bytes that is read, 0 to 1. Safe from any thread.
    [[nodiscard]] virtual double progress() const { return 1; }
};

/// What sources work with; all outlives them.
struct SourceTools {
    const FeedConfig& feed;
    FeedWriter& writer;
    HttpClient* http = nullptr;  ///< null: no source may need it
    const Clock& clock;
    Random& random;
};

std::unique_ptr<Source> make_file_source(const SourceConfig& config, RowMapper mapper,
                                         const SourceTools& tools);
std::unique_ptr<Source> make_url_source(const SourceConfig& config, RowMapper mapper,
                                        const SourceTools& tools);
/// Fails: Io, BadRequest where the table of stations can not be used.
Result<std::unique_ptr<Source>> make_synthetic_source(const SourceConfig& config, RowMapper mapper,
                                                      const SourceTools& tools);

}  // namespace musubi
