#include <algorithm>
#include <map>
#include <set>

#include "history/crc32c.h"
#include "net/http.h"
#include "sense/source/intake.h"
#include "sense/source/retry.h"
#include "sense/source/source.h"

namespace musubi {
namespace {

std::string header_of(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        const bool equal = std::ranges::equal(key, name, [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? a + 32 : a) == (b >= 'A' && b <= 'Z' ? b + 32 : b);
        });
        if (equal) return value;
    }
    return {};
}

std::string two(int number) { return std::string{number < 10 ? "0" : ""} + std::to_string(number); }

class UrlSource final : public Source {
public:
    UrlSource(const SourceConfig& config, RowMapper mapper, const SourceTools& tools)
        : config_{config},
          mapper_{std::move(mapper)},
          tools_{tools},
          intake_{config, mapper_, tools.writer} {}

    void reload() override { known_.clear(); }

    Result<SourceReport> poll() override {
        report_ = {};
        wait_ = {};
        const std::vector<std::string> urls = today();
        bool failed = false;
        for (const std::string& url : urls) {
            if (!TRY(fetch(url))) failed = true;
        }
        std::erase_if(known_, [&](const auto& known) {
            return std::ranges::find(urls, known.first) == urls.end();
        });
        failures_ = failed ? failures_ + 1 : 0;
        report_.again =
            failed ? std::max({config_.poll, wait_,
                               back_off(failures_, seconds(5), minutes(15), tools_.random)})
                   : config_.poll;
        const bool live = tools_.feed.mode == FeedMode::Live;
        if (!live && !failed) report_.again.reset();
        if (report_.trouble.empty()) report_.trouble = content_trouble_;
        return report_;
    }

private:
    struct Known {
        SourcePosition position;
        std::string stored;
    };

    /// The URLs to ask: of a name with a date, also the one of an hour ago, whose last rows may
    /// have come after midnight.
    [[nodiscard]] std::vector<std::string> today() const {
        const Time now = tools_.clock.now();
        const std::string before = dated(now - hours(1));
        const std::string current = dated(now);
        if (before == current) return {current};
        return {before, current};
    }

    [[nodiscard]] std::string dated(Time time) const {
        const Duration offset = config_.time ? config_.time->offset : hours(9);
        const Civil civil = to_civil(time, offset);
        std::string out;
        for (std::size_t i = 0; i < config_.location.size(); ++i) {
            const char letter = i + 1 < config_.location.size() ? config_.location[i + 1] : '\0';
            if (config_.location[i] != '%') {
                out += config_.location[i];
            } else if (letter == 'Y') {
                out += std::to_string(civil.year);
                ++i;
            } else if (letter == 'm' || letter == 'd' || letter == 'H') {
                out += two(letter == 'm' ? civil.month : letter == 'd' ? civil.day : civil.hour);
                ++i;
            } else {
                out += '%';  // an escape of the URL itself
            }
        }
        return out;
    }

    Result<Known*> entry_of(const std::string& url) {
        const auto known = known_.find(url);
        if (known != known_.end()) return &known->second;
        Known fresh;
        if (const auto stored = TRY(tools_.writer.position(config_.name + "/" + url))) {
            fresh.position = TRY(read_source_position(*stored));
            fresh.stored = *stored;
        }
        return &known_.emplace(url, std::move(fresh)).first->second;
    }

    /// False where the source could not be had.
    Result<bool> fetch(const std::string& url) {
        Known& known = *TRY(entry_of(url));
        HttpClientRequest request;
        request.url = url;
        request.timeout = seconds(30);
        request.max_response_bytes = config_.max_bytes;
        request.headers = {
            {"Accept", config_.format == SourceFormat::Json ? "application/json, */*;q=0.5"
                                                            : "text/csv, */*;q=0.5"},
            {"User-Agent", "musubi"}};
        if (!known.position.etag.empty()) {
            request.headers.emplace_back("If-None-Match", known.position.etag);
        }
        if (!known.position.last_modified.empty()) {
            request.headers.emplace_back("If-Modified-Since", known.position.last_modified);
        }
        const auto response = tools_.http->fetch(std::move(request));
        if (!response) {
            trouble(url + " を取得できません", url + ": " + to_text(response.error()));
            return false;
        }
        return take(url, *response, known);
    }

    Result<bool> take(const std::string& url, const HttpResponse& response, Known& known) {
        if (response.status == 304) return true;
        const bool dated_name = config_.location != url;
        if (response.status == 404 && dated_name) return true;  // the day's file is not there yet
        if (response.status != 200) {
            wait_ = std::max(wait_,
                             retry_after(header_of(response, "Retry-After"), tools_.clock.now()));
            const std::string status = std::to_string(response.status);
            trouble(url + " が " + status + " を返しました", url + " answered " + status);
            return false;
        }
        SourcePosition& position = known.position;
        const IntakeReport report = config_.format == SourceFormat::Json
                                        ? TRY(read_json(url, response.body, position))
                                        : TRY(read_csv(url, response.body, position));
        // Only now: an answer that was not read to its end must come again.
        position.etag = bounded(header_of(response, "ETag"));
        position.last_modified = bounded(header_of(response, "Last-Modified"));
        TRY(intake_.finish(url, position, known.stored));
        const FeedWords words = words_of(url, report);
        if (!words.empty() || report.taken > 0) content_trouble_ = words;
        return true;
    }

    static std::string bounded(std::string text) {
        return text.size() > 1024 ? std::string{} : std::move(text);
    }

    Result<IntakeReport> read_csv(const std::string& url, const std::string& body,
                                  SourcePosition& position) {
        // What was read is still there: only what follows is new.
        const bool grown =
            position.head_bytes != 0 && position.head_bytes <= body.size() &&
            crc32c(std::string_view{body}.substr(0, position.head_bytes)) == position.head_crc;
        if (!grown) position = {};
        position.head_bytes = body.size();
        position.head_crc = crc32c(body);
        const auto bytes = [&](std::uint64_t offset) -> Result<std::string_view> {
            const std::size_t from = std::min<std::uint64_t>(offset, body.size());
            return std::string_view{body}.substr(from, 256U << 10U);
        };
        return intake_.read_csv(url, bytes, position, true);
    }

    Result<IntakeReport> read_json(const std::string& url, const std::string& body,
                                   SourcePosition& position) {
        const std::uint32_t crc = crc32c(body);
        if (crc != position.head_crc || position.head_bytes != body.size()) position = {};
        position.head_bytes = body.size();
        position.head_crc = crc;
        return intake_.read_json(url, body, position);
    }

    void trouble(std::string ja, std::string en) {
        report_.trouble = {std::move(ja), std::move(en)};
    }

    const SourceConfig& config_;
    RowMapper mapper_;
    SourceTools tools_;
    Intake intake_;
    std::map<std::string, Known> known_;
    FeedWords content_trouble_;
    SourceReport report_;
    Duration wait_;
    int failures_ = 0;
};

}  // namespace

std::unique_ptr<Source> make_url_source(const SourceConfig& config, RowMapper mapper,
                                        const SourceTools& tools) {
    return std::make_unique<UrlSource>(config, std::move(mapper), tools);
}

}  // namespace musubi
