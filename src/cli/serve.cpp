#include "cli/serve.h"

#include <fmt/core.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "api/http_notifier.h"
#include "api/live.h"
#include "api/router.h"
#include "api/site.h"
#include "base/clock.h"
#include "broker/deliveries/deliveries.h"
#include "broker/subscriptions/subscription_reactor.h"
#include "broker/subscriptions/subscription_service.h"
#include "cli/client.h"
#include "insight/alerts/alert_service.h"
#include "insight/rule_reactor.h"
#include "net/http_client.h"
#include "pack/pack.h"
#include "sense/feed_runner.h"
#include "store/memory/memory_store.h"
#include "store/reactor.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/verify.h"

namespace musubi {
namespace {

// Blocks the signals that end or reload, and waits for them one at a time.
class Signals {
public:
    Signals() {
        sigemptyset(&set_);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, signal);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        signal(SIGPIPE, SIG_IGN);
    }
    /// The next signal, or 0 when `wait` has passed.
    [[nodiscard]] int next(Duration wait) const {
        const timespec time{.tv_sec = wait.us / 1'000'000, .tv_nsec = wait.us % 1'000'000 * 1'000};
        const int signal = sigtimedwait(&set_, nullptr, &time);
        return signal < 0 ? 0 : signal;
    }

private:
    sigset_t set_{};
};

// A folder that stands beside the program: in the build tree or installed.
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

Result<std::unique_ptr<KeyValueStore>> open_key_value(const Config& config) {
    if (config.data.empty()) return make_memory_store();
    RocksdbOptions options;
    options.folder = config.data;
    return open_rocksdb_store(options);
}

Result<void> check(const Config& config) {
    if (config.open && !is_loopback(config.host)) {
        return Error{ErrorCode::BadRequest,
                     "--open lets anybody do anything and works on a loopback address alone; "
                     "leave it out and use keys",
                     config.host};
    }
    return {};
}

// An installation without any key gets its first one; it is printed this once.
Result<std::optional<std::string>> first_key(Store& store, Keys& keys, Random& random,
                                             const Config& config) {
    if (config.open || !keys.empty()) return std::optional<std::string>{};
    KeySpec spec;
    spec.role = Role::Operator;
    spec.label = "first run";
    return std::optional<std::string>{
        TRY(keys.create(store, service_caller("", "first-run"), spec, random))};
}

// What a pack brings, at work.
struct Running {
    std::optional<Pack> pack;
    std::shared_ptr<const RuleSet> rules;
    std::unique_ptr<AlertService> alerts;
    std::unique_ptr<RuleReactor> rule_reactor;
    std::unique_ptr<ReactorRunner> rule_runner;
    std::vector<std::unique_ptr<FeedRunner>> feeds;
    Town town;
};

Json to_json(const Words& words) {
    Json out;
    out.set("ja", words.ja);
    out.set("en", words.en);
    return out;
}

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

Result<void> load_town(const Config& config, Contexts& contexts, const ContextLoader& loader,
                       const Clock& clock, Running& running) {
    if (config.pack.empty()) {
        if (config.feed.empty()) return {};
        return Error{ErrorCode::BadRequest, "--feed needs --pack: it says what the feed means"};
    }
    const bool is_folder = config.pack.find('/') != std::string::npos;
    const std::string packs =
        beside_program(config.packs, {"../../packs", "../share/musubi/packs", "packs"});
    running.pack = TRY(load_pack(is_folder ? config.pack : packs + "/" + config.pack));
    Town& town = running.town;
    town.pack = running.pack->name;
    town.name = to_json(running.pack->title);
    for (const auto& context : running.pack->contexts) {
        TRY(contexts.add_builtin(context.url, context.text));
        if (town.context_url.empty()) town.context_url = context.url;
    }
    if (running.pack->rules.empty()) return {};
    running.rules = TRY(load_rules(*running.pack, loader));
    if (const LevelsVersion* version = running.rules->levels.at(clock.now())) {
        town.levels = to_json(*version);
    }
    return {};
}

Result<void> add_feed(const Config& config, const ContextLoader& loader, const FeedTools& tools,
                      Running& running) {
    if (config.feed.empty() || !running.pack) return {};
    FeedConfig feed = TRY(choose_feed(*running.pack, config.feed));
    running.town.name = to_json(Words{feed.title_ja, feed.title_en});
    running.feeds.push_back(TRY(FeedRunner::create(std::move(feed), loader, tools)));
    return {};
}

void announce(const Config& config, std::uint16_t port, const std::optional<std::string>& key) {
    const std::string address = fmt::format("http://{}:{}/", config.host, port);
    fmt::print("結 Musubi\n  {}{}\n", address, key ? "#key=" + *key : "");
    if (key) {
        fmt::print("  初回の鍵（運用者）／first-run key (operator), shown only now:\n  {}\n", *key);
    }
    if (config.data.empty()) {
        fmt::print(
            "  データはメモリだけにあります／data are kept in memory alone; use --data DIR\n");
    }
    if (config.store.durability == Durability::Relaxed) {
        fmt::print(
            "  --durability=relaxed: a crash of the machine may lose the last seconds of changes "
            "that were acknowledged\n");
    }
    fflush(stdout);
}

// History past its span goes, once an hour.
class Retention {
public:
    Retention(Store& store, const Clock& clock, Log& log)
        : store_{store}, clock_{clock}, log_{log}, due_{clock.monotonic() + minutes(1)} {}
    void run(const Config& config) {
        if (config.retention.empty() || clock_.monotonic() < due_) return;
        due_ = clock_.monotonic() + hours(1);
        const auto removed = store_.apply_retention(config.retention);
        if (!removed) {
            log_.error("store", "retention failed", {field("why", to_text(removed.error()))});
        } else if (*removed > 0) {
            log_.info("store", "retention removed history", {field("points", *removed)});
        }
    }

private:
    Store& store_;
    const Clock& clock_;
    Log& log_;
    Duration due_;
};

void reload(const std::string& file, Config& config, Log& log) {
    Config fresh;
    if (file.empty()) return;
    if (const auto read = read_config(file, fresh); !read) {
        log.error("serve", "the configuration was not reloaded",
                  {field("why", to_text(read.error()))});
        return;
    }
    config.retention = fresh.retention;
    log.info("serve", "configuration reloaded", {field("keys", "retention")});
}

Result<void> serve_until_told(Config& config, const std::string& config_file) {
    TRY(check(config));
    const Signals signals;
    const SystemClock clock;
    SystemRandom random;
    Log log{config.log_level};
    Metrics metrics;
    auto kv = TRY(open_key_value(config));
    const auto store = TRY(Store::open(std::move(kv), config.store, clock, log, metrics));
    Keys keys;
    TRY(keys.load(*store));
    Contexts contexts;
    TRY(contexts.load(*store));
    SubscriptionTable subscription_table{contexts, log};
    TRY(subscription_table.load(*store));
    SubscriptionService subscriptions{*store, subscription_table, contexts};
    const auto client = HttpClient::create(
        {.allow_private_addresses = config.allow_private_addresses}, log, metrics);
    HttpNotifier notifier{*client, clock};
    SystemRandom delivery_random;
    Deliveries deliveries{{.store = *store,
                           .subscriptions = subscription_table,
                           .keys = keys,
                           .port = notifier,
                           .clock = clock,
                           .random = delivery_random,
                           .log = log,
                           .metrics = metrics}};
    TRY(deliveries.start());
    const auto key = TRY(first_key(*store, keys, random, config));
    const Site site = Site::load(
        beside_program(config.site, {"../../web/dist", "../share/musubi/web", "web/dist"}));

    const ContextLoader loader = [&](std::string_view url) { return contexts.document(url); };
    Running running;
    TRY(load_town(config, contexts, loader, clock, running));
    SystemRandom feed_random;
    TRY(add_feed(config, loader,
                 {.store = *store,
                  .http = client.get(),
                  .clock = clock,
                  .random = feed_random,
                  .log = log,
                  .metrics = metrics},
                 running));
    if (running.rules) {
        running.alerts = std::make_unique<AlertService>(*store, running.rules);
        running.rule_reactor = std::make_unique<RuleReactor>(*store, clock, log, running.rules);
    }
    App app{.store = *store,
            .keys = keys,
            .contexts = contexts,
            .subscriptions = subscriptions,
            .clock = clock,
            .random = random,
            .log = log,
            .metrics = metrics,
            .town = running.town,
            .feeds = {},
            .alerts = running.alerts.get(),
            .open = config.open};
    for (const auto& feed : running.feeds) app.feeds.push_back(feed.get());
    LiveFeed live{app};
    Router router{app, live, site};
    HttpServerOptions http = config.http;
    http.host = config.host;
    http.port = config.port;
    const auto server = TRY(HttpServer::start(
        http,
        [&](const HttpRequest& request, HttpResponder responder) {
            router.handle(request, std::move(responder));
        },
        log, metrics));
    SubscriptionReactor subscription_reactor{*store, subscription_table, contexts, keys, clock};
    const ReactorRunner subscription_runner{*store, clock, log, metrics, subscription_reactor};
    if (running.rule_reactor) {
        running.rule_runner =
            std::make_unique<ReactorRunner>(*store, clock, log, metrics, *running.rule_reactor);
    }
    for (const auto& feed : running.feeds) feed->start();
    announce(config, server->port(), key);

    Retention retention{*store, clock, log};
    for (bool serving = true; serving;) {
        const int signal = signals.next(seconds(1));
        if (signal == SIGHUP) reload(config_file, config, log);
        serving = signal != SIGINT && signal != SIGTERM;
        retention.run(config);
    }
    log.info("serve", "stopping");
    for (const auto& feed : running.feeds) feed->stop();
    server->stop(seconds(5));
    deliveries.stop();
    return {};
}

}  // namespace

int serve(Config config, const std::string& config_file) {
    const auto done = serve_until_told(config, config_file);
    return done ? 0 : complain(done.error());
}

int verify_folder(const std::string& folder) {
    RocksdbOptions options;
    options.folder = folder;
    options.create = false;
    options.read_only = true;
    const auto kv = open_rocksdb_store(options);
    if (!kv) return complain(kv.error());
    const auto report = verify_store(**kv);
    if (!report) return complain(report.error());
    fmt::print("{} entities, {} changes, {} chunks with {} states\n", report->entities,
               report->changes, report->chunks, report->points);
    for (const std::string& fault : report->faults) fmt::print("BAD {}\n", fault);
    fmt::print("{}\n", report->clean() ? "clean" : "not clean: restore from a backup");
    return report->clean() ? 0 : 1;
}

int restore_folder(const std::string& backup, const std::string& folder) {
    const auto restored = restore_rocksdb_backup(backup, folder);
    if (!restored) return complain(restored.error());
    fmt::print("restored to {}; checking it\n", folder);
    return verify_folder(folder);
}

}  // namespace musubi
