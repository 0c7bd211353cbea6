#include "pack/feed_readings.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sense/table/csv_table.h"

namespace musubi {
namespace {

constexpr std::size_t kChunk = 256U << 10U;
constexpr Time kAnyTime{INT64_MAX};

using EachReading = std::function<Result<void>(const Reading&)>;

Result<std::vector<std::string>> files_of(const SourceConfig& source) {
    if (source.kind == SourceKind::File) return std::vector<std::string>{source.location};
    std::vector<std::string> out;
    std::error_code fault;
    std::filesystem::directory_iterator entry{source.location, fault};
    for (; !fault && entry != std::filesystem::directory_iterator{}; entry.increment(fault)) {
        const std::string name = entry->path().filename().string();
        if (fnmatch(source.glob.c_str(), name.c_str(), FNM_PERIOD) == 0) {
            out.push_back(entry->path().string());
        }
    }
    if (fault) {
        return Error{ErrorCode::Io, "the folder can not be read: " + fault.message(),
                     source.location};
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<void> read_file(const std::string& path, const SourceConfig& source, RowMapper& mapper,
                       const EachReading& each) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return Error{ErrorCode::Io, "the file can not be read", path};
    CsvTable table{source, mapper};
    RecordSplitter splitter{0, 1, source.delimiter};
    std::string chunk(kChunk, '\0');
    Reading reading;
    bool begun = false;
    for (bool at_end = false; !at_end;) {
        in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        const std::string_view bytes{chunk.data(), static_cast<std::size_t>(in.gcount())};
        if (!begun) table.look_at(bytes);
        begun = true;
        at_end = bytes.empty();
        splitter.add(bytes);
        while (const auto record = splitter.next(at_end)) {
            const RowResult result = table.take(*record, kAnyTime, reading);
            if (result.kind == RowResult::Kind::Taken) TRY(each(reading));
        }
    }
    return {};
}

Result<void> read_feed(const FeedConfig& feed, const Context& context, const EachReading& each) {
    for (const SourceConfig& source : feed.sources) {
        const bool is_file = source.kind == SourceKind::File || source.kind == SourceKind::Folder;
        if (!is_file || source.format != SourceFormat::Csv) {
            return Error{ErrorCode::Unsupported,
                         "the back-test reads CSV files; give it a folder with them", source.where};
        }
        RowMapper mapper = TRY(RowMapper::compile(source, context));
        for (const std::string& file : TRY(files_of(source))) {
            TRY(read_file(file, source, mapper, each));
        }
    }
    return {};
}

}  // namespace

ReadingSource readings_of(FeedConfig feed, ContextPtr context) {
    return [feed = std::move(feed), context = std::move(context)](const EachReading& each) {
        return read_feed(feed, *context, each);
    };
}

ContextLoader contexts_of(const Pack& pack) {
    return [&pack](std::string_view url) -> Result<std::shared_ptr<const Json>> {
        for (const Pack::ContextFile& context : pack.contexts) {
            if (context.url == url) {
                return std::make_shared<const Json>(TRY(parse_json(context.text)));
            }
        }
        return Error{ErrorCode::ContextNotAvailable, "the pack does not bring this context",
                     std::string{url}};
    };
}

Result<std::unique_ptr<const BacktestResult>> backtest_pack(const Pack& pack,
                                                            const std::string& folder) {
    const ContextLoader contexts = contexts_of(pack);
    const auto rules = TRY(load_rules(pack, contexts));
    FeedConfig feed = TRY(choose_feed(pack, folder));
    ContextPtr context = core_context();
    if (!feed.context.empty()) context = TRY(resolve_context(Json{feed.context}, contexts));
    return run_backtest(rules, readings_of(std::move(feed), std::move(context)));
}

}  // namespace musubi
