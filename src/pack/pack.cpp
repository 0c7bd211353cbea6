#include "pack/pack.h"

#include <algorithm>

#include "base/toml_file.h"
#include "insight/config/rule_config.h"
#include "project/measures/measure_text.h"

namespace musubi {
namespace {

Result<std::vector<Pack::ContextFile>> read_contexts(const std::string& folder,
                                                     const std::string& file,
                                                     const toml::table& table) {
    std::vector<Pack::ContextFile> out;
    const toml::array* list = table["context"].as_array();
    if (list == nullptr) return out;
    for (const toml::node& node : *list) {
        const toml::table* item = node.as_table();
        if (item == nullptr) return toml_error(file, node, "[[context]] is a table");
        TRY(only_keys(file, *item, "url|file"));
        const std::string name = TRY(required_text(file, *item, "file"));
        std::string url = TRY(required_text(file, *item, "url"));
        std::string path = folder;
        path.append("/").append(name);
        std::string text = TRY(read_text_file(path));
        out.push_back({std::move(url), std::move(text)});
    }
    return out;
}

Result<std::vector<Pack::Feed>> read_feeds(const std::string& folder, const std::string& file,
                                           const toml::table& table) {
    std::vector<Pack::Feed> out;
    const toml::table* feeds = table["feeds"].as_table();
    if (feeds == nullptr) return out;
    for (const auto& [name, node] : *feeds) {
        if (!node.is_string()) return toml_error(file, node, "a feed is the name of a file");
        out.push_back({std::string(name.str()), folder + "/" + node.ref<std::string>()});
    }
    return out;
}

}  // namespace

Result<Pack> load_pack(const std::string& folder) {
    const std::string file = folder + "/pack.toml";
    const toml::table table = TRY(parse_toml(TRY(read_text_file(file)), file));
    TRY(only_keys(file, table, "name|version|title|rules|measures|context|feeds"));
    Pack pack;
    pack.folder = folder;
    pack.name = TRY(required_text(file, table, "name"));
    pack.version = TRY(required_text(file, table, "version"));
    const toml::table* title = table["title"].as_table();
    if (title == nullptr)
        return toml_error(file, table, "title", "title.ja and title.en are needed");
    pack.title = {TRY(required_text(file, *title, "ja")), TRY(required_text(file, *title, "en"))};
    pack.rules = text_of(table, "rules");
    pack.measures = text_of(table, "measures");
    pack.contexts = TRY(read_contexts(folder, file, table));
    pack.feeds = TRY(read_feeds(folder, file, table));
    return pack;
}

Result<std::shared_ptr<const RuleSet>> load_rules(const Pack& pack, const ContextLoader& contexts) {
    const std::string path = pack.folder + "/" + pack.rules;
    const RuleFile file = TRY(parse_rules(TRY(read_text_file(path)), path));
    ContextPtr context = core_context();
    if (!file.context.empty()) {
        context = TRY(resolve_context(Json{file.context}, contexts));
    }
    const FileReader read = [&](const std::string& name) {
        return read_text_file(pack.folder + "/" + name);
    };
    return compile_rules(pack.name, file, *context, read);
}

Result<MeasureSetPtr> load_measures(const Pack& pack, const ContextLoader& contexts) {
    const std::string path = pack.folder + "/" + pack.measures;
    const std::string text = TRY(read_text_file(path));
    const std::string url = TRY(measure_context(text, path));
    ContextPtr context = TRY(resolve_context(Json{url}, contexts));
    MeasureSet set = TRY(read_measures(text, path, std::move(context)));
    set.text = text;
    set.context_document = *TRY(contexts(url));
    return std::make_shared<const MeasureSet>(std::move(set));
}

Result<FeedConfig> choose_feed(const Pack& pack, const std::string& source) {
    const bool synthetic = source == kSyntheticFeed;
    const auto feed = std::find_if(pack.feeds.begin(), pack.feeds.end(), [&](const auto& f) {
        return f.name == (synthetic ? kSyntheticFeed : "published");
    });
    if (feed == pack.feeds.end()) {
        return Error{ErrorCode::NotFound, "the pack has no such feed", pack.folder + "/pack.toml"};
    }
    return synthetic ? load_feed(feed->file) : load_feed(feed->file, source);
}

}  // namespace musubi
