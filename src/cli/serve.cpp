#include "cli/serve.h"

#include <fmt/core.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "api/context_fetcher.h"
#include "api/http_notifier.h"
#include "api/live.h"
#include "api/notifier.h"
#include "api/rights_barrier.h"
#include "api/router.h"
#include "api/site.h"
#include "api/snapshot_source.h"
#include "api/source_client.h"
#include "base/clock.h"
#include "broker/deliveries/deliveries.h"
#include "broker/distribution/distributor.h"
#include "broker/distribution/remote_notifications.h"
#include "broker/distribution/remote_reactor.h"
#include "broker/entity_maps.h"
#include "broker/registrations/registry.h"
#include "broker/snapshots/snapshot_keeper.h"
#include "broker/source_identity.h"
#include "broker/subscriptions/subscription_reactor.h"
#include "broker/subscriptions/subscription_service.h"
#include "cli/client.h"
#include "cli/example_at_work.h"
#include "cli/first_key.h"
#include "cli/history_upkeep.h"
#include "cli/journal_at_work.h"
#include "cli/listening.h"
#include "cli/machines_at_work.h"
#include "cli/openid_at_work.h"
#include "cli/people_at_work.h"
#include "cli/projects_at_work.h"
#include "cli/town_at_work.h"
#include "net/http_client.h"
#include "net/mqtt_client.h"
#include "store/memory/memory_store.h"
#include "store/reactor.h"
#include "store/rocksdb/rocksdb_store.h"
#include "trust/journal/journal_folder.h"

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

Result<std::unique_ptr<KeyValueStore>> open_key_value(const Config& config) {
    if (config.data.empty()) return make_memory_store();
    RocksdbOptions options;
    options.folder = config.data;
    return open_rocksdb_store(options);
}

// Everything that serves, in the order in which it is made; it goes in the opposite one.
class Program {
public:
    explicit Program(Config& config) : config_{config}, log_{config.log_level} {}

    Result<void> open() {
        store_ =
            TRY(Store::open(TRY(open_key_value(config_)), config_.store, clock_, log_, metrics_));
        TRY(open_trust());
        TRY(open_contexts());
        TRY(open_senders());
        TRY(town_.load(
            config_, contexts_,
            {.store = *store_,
             .http = client_.get(),
             .clock = clock_,
             .random = feed_random_,
             .log = log_,
             .metrics = metrics_,
             .takes_twelve_digits = [this](const std::string& tenant, const auto& types) {
                 return policies_.takes_twelve_digits(tenant, types);
             }}));
        TRY(projects_.open({.store = *store_,
                            .policies = policies_,
                            .uses = uses_,
                            .people = people_.people(),
                            .signing_keys = people_.signing_keys(),
                            .clock = clock_,
                            .journal = *journal_,
                            .measures = town_.measures(),
                            .log = log_}));
        return {};
    }

    // Who may do what, and who did what.
    Result<void> open_trust() {
        JournalHome home = TRY(open_journal_home(config_.data));
        journal_ = TRY(Journal::open({.files = std::move(home.files),
                                      .key = std::move(home.key),
                                      .clock = clock_,
                                      .random = journal_random_,
                                      .log = log_,
                                      .metrics = metrics_},
                                     home.options));
        refusals_.emplace(*journal_, clock_);
        TRY(keys_.load(*store_, clock_));
        TRY(policies_.load(*store_, clock_));
        TRY(uses_.load(*store_, clock_));
        TRY(people_.load(*store_, keys_, policies_, authority_, metrics_));
        TRY(people_.load_signing_keys(*store_, config_.data, log_));
        TRY(machines_.load(*store_, authority_, metrics_));
        TRY(openid_.load(config_, *store_, log_, metrics_));
        authority_.follow(*store_);
        record_all_changes(*store_, policies_, *journal_);
        return {};
    }

    Result<void> open_contexts() {
        TRY(identity_.load(*store_, random_, clock_));
        TRY(contexts_.load(*store_));
        client_ = HttpClient::create({.allow_private_addresses = config_.allow_private_addresses},
                                     log_, metrics_);
        fetcher_.emplace(*client_, metrics_);
        contexts_.connect({.store = *store_,
                           .clock = clock_,
                           .random = random_,
                           .port = config_.fetch_contexts ? &*fetcher_ : nullptr});
        return {};
    }

    // What tells others, and asks them.
    Result<void> open_senders() {
        TRY(subscription_table_.load(*store_));
        TRY(snapshots_.load(*store_));
        mqtt_client_ = MqttClient::create(
            {.allow_private_addresses = config_.allow_private_addresses}, log_, metrics_);
        http_notifier_.emplace(*client_, clock_);
        mqtt_notifier_.emplace(*mqtt_client_);
        notifier_.emplace(*http_notifier_, *mqtt_notifier_);
        subscriptions_.emplace(*store_, subscription_table_, contexts_);
        TRY(registry_.open(*store_, subscription_table_, authority_, clock_));
        TRY(remote_table_.load(*store_));
        source_client_.emplace(*client_);
        distributor_.emplace(Distributor::Parts{.table = registry_.table(),
                                                .health = registry_.health(),
                                                .identity = identity_,
                                                .port = *source_client_,
                                                .clock = clock_},
                             metrics_);
        deliveries_.emplace(
            DeliveryParts{.store = *store_,
                          .subscriptions = subscription_table_,
                          .authority = authority_,
                          .port = *notifier_,
                          .clock = clock_,
                          .random = delivery_random_,
                          .log = log_,
                          .metrics = metrics_,
                          .record = [this](const Caller& owner, const Delivery& delivery) {
                              return record_delivery({*store_, policies_, *journal_}, authority_,
                                                     subscription_table_, owner, delivery);
                          }});
        TRY(deliveries_->start());
        return {};
    }

    Result<void> start() {
        start_reactors();
        const auto key = TRY(first_key(*store_, keys_, random_, config_));
        if (key) TRY(journal_->write(first_key_entry(keys_)));
        make_app();
        if (config_.example) {
            TRY(example_.load({.store = *store_,
                               .clock = clock_,
                               .log = log_,
                               .projects = projects_,
                               .folder = beside_program(
                                   "", {"../../examples", "../share/musubi/examples", "examples"}),
                               .runs_river = config_.pack == "river"}));
        }
        TRY(listen());
        town_.start_feeds();
        announce(config_, *server_, key);
        return {};
    }

    // Before all else: what is committed from now on is theirs to see.
    void start_reactors() {
        subscription_reactor_.emplace(*store_, subscription_table_, contexts_, authority_, clock_);
        subscription_runner_.emplace(*store_, clock_, log_, metrics_, *subscription_reactor_);
        registry_.start(*store_, clock_, log_, metrics_);
        remote_notifications_.emplace(
            RemoteNotifications::Parts{.store = *store_,
                                       .subscriptions = subscription_table_,
                                       .remote = remote_table_,
                                       .contexts = contexts_,
                                       .authority = authority_,
                                       .clock = clock_});
        remote_reactor_.emplace(RemoteReactor::Parts{.store = *store_,
                                                     .subscriptions = subscription_table_,
                                                     .registrations = registry_.table(),
                                                     .remote = remote_table_,
                                                     .contexts = contexts_,
                                                     .distributor = *distributor_,
                                                     .clock = clock_,
                                                     .random = remote_random_});
        remote_runner_.emplace(*store_, clock_, log_, metrics_, *remote_reactor_);
        town_.start_reactors(*store_, policies_, clock_, log_, metrics_);
        projects_.start_reactors(*store_, clock_, log_, metrics_);
    }

    void make_app() {
        app_.emplace(App{.store = *store_,
                         .keys = keys_,
                         .policies = policies_,
                         .uses = uses_,
                         .authority = authority_,
                         .journal = *journal_,
                         .refusals = *refusals_,
                         .people = people_.people(),
                         .sessions = people_.sessions(),
                         .invitations = people_.invitations(),
                         .signing_keys = people_.signing_keys(),
                         .sign_in = people_.sign_in(),
                         .machines = machines_.parts(),
                         .openid = openid_.parts(),
                         .contexts = contexts_,
                         .subscriptions = *subscriptions_,
                         .registrations = registry_.registrations(),
                         .source_subscriptions = registry_.subscriptions(),
                         .distributor = *distributor_,
                         .entity_maps = entity_maps_,
                         .remote_notifications = *remote_notifications_,
                         .snapshots = snapshots_,
                         .clock = clock_,
                         .random = random_,
                         .log = log_,
                         .metrics = metrics_,
                         .town = town_.description(),
                         .identity = identity_,
                         .data = config_.data,
                         .public_url = config_.public_url,
                         .feeds = town_.feeds(),
                         .measures = town_.measures(),
                         .projects = projects_.parts(),
                         .alerts = town_.alerts(),
                         .temporal_page = config_.temporal_page,
                         .cookie_url = cookie_url(config_),
                         .open = config_.open});
    }

    // Opens the door, last.
    Result<void> listen() {
        snapshot_source_.emplace(*app_);
        snapshot_keeper_.emplace(SnapshotParts{.store = *store_,
                                               .service = snapshots_,
                                               .source = *snapshot_source_,
                                               .port = *notifier_,
                                               .authority = authority_,
                                               .clock = clock_,
                                               .random = snapshot_random_,
                                               .log = log_,
                                               .metrics = metrics_});
        site_ = Site::load(
            beside_program(config_.site, {"../../web/dist", "../share/musubi/web", "web/dist"}));
        live_.emplace(*app_);
        router_.emplace(*app_, *live_, site_, barrier_);
        HttpServerOptions http = config_.http;
        http.host = config_.host;
        http.port = config_.port;
        if (!config_.tls.certificate.empty()) {
            tls_ = TRY(ServerTls::load(config_.tls));
            http.tls = tls_;
            warn_of_end(*tls_, clock_.now(), log_);
        }
        http.handshake_refused = [this](std::string_view why, std::string_view peer) {
            note_refused_handshake(*refusals_, why, peer);
        };
        server_ = TRY(HttpServer::start(
            http,
            [this](const HttpRequest& request, HttpResponder responder) {
                router_->handle(request, std::move(responder));
            },
            log_, metrics_));
        static constexpr Duration kPatience = seconds(1);
        barrier_.start({[this] { deliveries_->pass(); }, [this] { live_->pass(); },
                        [this] { client_->drain(kPatience); },
                        [this] { mqtt_client_->drain(kPatience); },
                        [this] { server_->drain(kPatience); }});
        remote_reactor_->set_address(own_address(config_, server_->port()));
        machines_.set_issuer(own_address(config_, server_->port()));
        return {};
    }

    void run(const Signals& signals, const std::string& config_file) {
        Retention retention{*store_, clock_, log_};
        JournalUpkeep journal{*journal_, *refusals_, clock_, log_};
        for (bool serving = true; serving;) {
            const int signal = signals.next(seconds(1));
            if (signal == SIGHUP) take_up(config_file);
            serving = signal != SIGINT && signal != SIGTERM;
            retention.run(config_);
            journal.run(config_.journal_keep);
            people_.sweep(*store_, log_);
            machines_.sweep(*store_, log_);
            openid_.sweep(*store_, log_);
            store_->keep_index();
            save_uses(false);
            example_.tick(town_.feeds());
            if (const auto removed = store_->remove_expired(); !removed) {
                log_.error("store", "what expired could not be removed",
                           {field("why", to_text(removed.error()))});
            }
        }
    }

    void take_up(const std::string& config_file) {
        if (const auto done = reload(config_file, config_, tls_.get()); !done) {
            return log_.error("serve", "the configuration was not reloaded",
                              {field("why", to_text(done.error()))});
        }
        if (tls_) warn_of_end(*tls_, clock_.now(), log_);
        log_.info("serve", "configuration reloaded",
                  {field("keys", "retention, journal.keep, http.tls_*, http.client_*")});
    }

    void save_uses(bool at_once) {
        if (const auto saved = uses_.save(*store_, at_once); !saved) {
            log_.error("serve", "the uses of the day could not be written down",
                       {field("why", to_text(saved.error()))});
        }
    }

    void stop() {
        log_.info("serve", "stopping");
        town_.stop_feeds();
        barrier_.stop();
        projects_.stop();
        server_->stop(seconds(5));
        save_uses(true);
        people_.stop();
        snapshot_keeper_->stop();
        deliveries_->stop();
        // Nobody waits for others any more: what still does is told before what it uses goes.
        client_->stop();
        openid_.stop();
        refusals_->flush(/*all=*/true);
        if (const auto ended = journal_->stop(); !ended) {
            log_.error("journal", "it did not end well", {field("why", to_text(ended.error()))});
        }
    }

private:
    Config& config_;
    SystemClock clock_;
    SystemRandom random_;
    SystemRandom delivery_random_;
    SystemRandom feed_random_;
    SystemRandom remote_random_;
    SystemRandom snapshot_random_;
    SystemRandom journal_random_;
    Log log_;
    Metrics metrics_;
    std::unique_ptr<Store> store_;
    Keys keys_;
    std::unique_ptr<Journal> journal_;
    std::optional<Refusals> refusals_;
    Policies policies_;
    UseTally uses_;
    Authority authority_{keys_, policies_};
    PeopleAtWork people_{config_, clock_};
    MachinesAtWork machines_{config_, clock_};
    OpenIdAtWork openid_{people_.people(), clock_};
    SourceIdentity identity_;
    Contexts contexts_;
    SubscriptionTable subscription_table_{contexts_, log_};
    Registry registry_{contexts_, log_};
    SnapshotService snapshots_{log_};
    std::unique_ptr<HttpClient> client_;
    std::optional<ContextFetcher> fetcher_;
    std::unique_ptr<MqttClient> mqtt_client_;
    std::optional<HttpNotifier> http_notifier_;
    std::optional<MqttNotifier> mqtt_notifier_;
    std::optional<SchemeNotifier> notifier_;
    RemoteSubscriptionTable remote_table_;
    std::optional<SourceClient> source_client_;
    std::optional<Distributor> distributor_;
    EntityMaps entity_maps_{random_};
    std::optional<SubscriptionService> subscriptions_;
    std::optional<Deliveries> deliveries_;
    TownAtWork town_;
    ProjectsAtWork projects_;
    ExampleAtWork example_;
    std::optional<SubscriptionReactor> subscription_reactor_;
    std::optional<ReactorRunner> subscription_runner_;
    std::optional<RemoteNotifications> remote_notifications_;
    std::optional<RemoteReactor> remote_reactor_;
    std::optional<ReactorRunner> remote_runner_;
    std::optional<App> app_;
    std::optional<QuerySource> snapshot_source_;
    std::optional<SnapshotKeeper> snapshot_keeper_;
    Site site_;
    std::optional<LiveFeed> live_;
    std::optional<Router> router_;
    std::shared_ptr<ServerTls> tls_;
    std::unique_ptr<HttpServer> server_;
    RightsBarrier barrier_;
};

Result<void> serve_until_told(Config& config, const std::string& config_file) {
    TRY(check_config(config));
    const Signals signals;
    Program program{config};
    TRY(program.open());
    TRY(program.start());
    program.run(signals, config_file);
    program.stop();
    return {};
}

}  // namespace

int serve(Config config, const std::string& config_file) {
    // What is kept is for the account that the server runs under alone.
    ::umask(S_IRWXG | S_IRWXO);
    const auto done = serve_until_told(config, config_file);
    return done ? 0 : complain(done.error());
}

}  // namespace musubi
