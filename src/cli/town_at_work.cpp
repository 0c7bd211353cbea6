#include "cli/town_at_work.h"

#include <filesystem>

#include "base/both_words.h"
#include "sense/feed_record.h"

namespace musubi {
namespace {

Json to_json(const Words& words) { return both_words(words.ja, words.en); }

// The names and levels in force now, as the page shows them.
Json to_json(const LevelsVersion& version) {
    Json out;
    out.set("version", version.id);
    out.set("source", to_json(version.source));
    Json::Array items;
    for (const LevelItem& item : version.items) {
        Json one;
        one.set("attribute", item.attribute);
        one.set("level", item.level ? Json{*item.level} : Json{});
        one.set("name", to_json(item.name));
        items.push_back(std::move(one));
    }
    out.set("items", std::move(items));
    return out;
}

ContextLoader loader_of(const Contexts& contexts) {
    return [&contexts](std::string_view url) { return contexts.document(url); };
}

}  // namespace

std::string beside_program(const std::string& named, std::initializer_list<const char*> places) {
    if (!named.empty()) return named;
    std::error_code failure;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failure).parent_path();
    for (const char* place : places) {
        const auto folder = self / place;
        if (std::filesystem::is_directory(folder, failure)) {
            return std::filesystem::weakly_canonical(folder, failure).string();
        }
    }
    return {};
}

Result<void> TownAtWork::load_pack_of(const Config& config, Contexts& contexts) {
    const bool is_folder = config.pack.find('/') != std::string::npos;
    const std::string packs =
        beside_program(config.packs, {"../../packs", "../share/musubi/packs", "packs"});
    if (!is_folder && packs.empty()) {
        return Error{ErrorCode::NotFound,
                     "there is no folder of packs beside the program; name it with --packs, or the "
                     "pack by its own folder (--pack ./river)",
                     config.pack};
    }
    pack_ = TRY(load_pack(is_folder ? config.pack : packs + "/" + config.pack));
    town_.pack = pack_->name;
    town_.name = to_json(pack_->title);
    for (const auto& context : pack_->contexts) {
        TRY(contexts.add_builtin(context.url, context.text));
        if (town_.context_url.empty()) town_.context_url = context.url;
    }
    return {};
}

// Synthetic and real data never share a folder: who looks could not tell them apart, and the
// present of a replay would be that of the other.
Result<void> TownAtWork::keep_apart(const std::string& source, const FeedTools& tools) const {
    const bool synthetic = source == kSyntheticFeed;
    for (const Pack::Feed& other : pack_->feeds) {
        if ((other.name == kSyntheticFeed) == synthetic) continue;
        const FeedConfig config = TRY(load_feed(other.file));
        const auto tenant = tools.store.tenant(config.tenant);
        if (!tenant || !TRY(tools.store.record(*tenant, kFeedRecord, config.name))) continue;
        return Error{ErrorCode::Conflict,
                     synthetic
                         ? "this data folder holds real data; name another one for synthetic ones "
                           "with --data"
                         : "this data folder holds synthetic data; name another one for real ones "
                           "with --data",
                     config.name};
    }
    return {};
}

Result<void> TownAtWork::load_rules_of(Contexts& contexts, const FeedTools& tools) {
    if (pack_->rules.empty()) return {};
    rules_ = TRY(load_rules(*pack_, loader_of(contexts)));
    if (const LevelsVersion* version = rules_->levels.at(tools.clock.now())) {
        town_.levels = to_json(*version);
    }
    alerts_ = std::make_unique<AlertService>(tools.store, rules_);
    rule_reactor_ = std::make_unique<RuleReactor>(tools.store, tools.clock, tools.log, rules_);
    return {};
}

Result<void> TownAtWork::load(const Config& config, Contexts& contexts, const FeedTools& tools) {
    if (config.pack.empty()) {
        if (config.feed.empty()) return {};
        return Error{ErrorCode::BadRequest, "--feed needs --pack: it says what the feed means"};
    }
    TRY(load_pack_of(config, contexts));
    TRY(load_rules_of(contexts, tools));
    if (!pack_->measures.empty()) measures_ = TRY(load_measures(*pack_, loader_of(contexts)));
    if (config.feed.empty()) return {};
    TRY(keep_apart(config.feed, tools));
    FeedConfig feed = TRY(choose_feed(*pack_, config.feed));
    town_.name = to_json(Words{feed.title_ja, feed.title_en});
    feeds_.push_back(TRY(FeedRunner::create(std::move(feed), loader_of(contexts), tools)));
    return {};
}

void TownAtWork::start_reactors(Store& store, const Policies& policies, const Clock& clock,
                                Log& log, Metrics& metrics) {
    if (rule_reactor_) {
        rule_runner_ = std::make_unique<ReactorRunner>(store, clock, log, metrics, *rule_reactor_);
    }
    if (!measures_) return;
    measure_reactor_ =
        std::make_unique<MeasureReactor>(store, policies, clock, log, metrics, measures_);
    measure_runner_ =
        std::make_unique<ReactorRunner>(store, clock, log, metrics, *measure_reactor_);
}

void TownAtWork::start_feeds() {
    for (const auto& feed : feeds_) feed->start();
}

void TownAtWork::stop_feeds() {
    for (const auto& feed : feeds_) feed->stop();
}

std::vector<FeedRunner*> TownAtWork::feeds() const {
    std::vector<FeedRunner*> out;
    for (const auto& feed : feeds_) out.push_back(feed.get());
    return out;
}

}  // namespace musubi
