#include "api/http_notifier.h"

#include "net/http_server.h"
#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

TEST(RetryAfter, IsSecondsOrADate) {
    const Time now = *parse_time("1994-11-06T08:49:00Z");
    EXPECT_EQ(parse_retry_after("120", now), seconds(120));
    EXPECT_EQ(parse_retry_after("0", now), Duration{});
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), seconds(37));
    EXPECT_EQ(parse_retry_after("99999999999999", now), days(366));
    for (const std::string_view text :
         {"", "-5", "soon", "1e9", "Sun, 06 Nov 1994 08:48:59 GMT", "Sun, 06 Nov 1994 08:49:37 JST",
          "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 0a:49:37 GMT"}) {
        EXPECT_FALSE(parse_retry_after(text, now)) << text;
    }
}

/// A web server that answers /well at once, /slow after a while, and /silent never.
class Receivers {
public:
    explicit Receivers(Log& log, Metrics& metrics) {
        HttpServerOptions options;
        options.port = 0;
        options.threads = 1;
        auto started = HttpServer::start(
            options,
            [this](const HttpRequest& request, HttpResponder responder) {
                handle(request, std::move(responder));
            },
            log, metrics);
        EXPECT_TRUE(started);
        server_ = std::move(started).value();
    }
    ~Receivers() {
        server_->stop({});
        held_.with([](auto& held) { held.clear(); });
    }
    [[nodiscard]] std::string url(std::string_view path) const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
    }
    std::atomic<int> well{0};
    std::atomic<int> silent{0};
    std::atomic<int> moved{0};

private:
    void handle(const HttpRequest& request, HttpResponder responder) {
        if (request.path == "/silent") {
            ++silent;
            held_.with([&](auto& held) { held.push_back(std::move(responder)); });
        } else if (request.path == "/moved") {
            ++moved;
            responder.send({301, {{"Location", url("/well")}}, {}});
        } else {
            ++well;
            responder.send({204, {}, {}});
        }
    }
    Guarded<std::vector<HttpResponder>> held_;
    std::unique_ptr<HttpServer> server_;
};

TEST(HttpNotifier, AReceiverThatNeverAnswersSlowsNobodyElse) {
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    SystemRandom random;
    Receivers receivers{log, metrics};
    auto store = Store::open(make_memory_store(), {}, clock, log, metrics);
    ASSERT_TRUE(store);
    const Contexts contexts;
    const Keys keys;
    Policies policies;
    const Authority authority{keys, policies};
    SubscriptionTable table{contexts, log};
    ASSERT_TRUE(table.load(**store));
    const SubscriptionService service{**store, table, contexts};
    const auto client = HttpClient::create({.allow_private_addresses = true}, log, metrics);
    HttpNotifier port{*client, clock};
    DeliveryLimits limits;
    limits.stop_grace = {};
    Deliveries deliveries{{**store, table, authority, port, clock, random, log, metrics}, limits};
    ASSERT_TRUE(deliveries.start());
    SubscriptionReactor reactor{**store, table, contexts, authority, clock};
    const ReactorRunner runner{**store, clock, log, metrics, reactor};

    const Caller town = service_caller("", "test");
    for (const std::string name : {"silent", "moved", "well"}) {
        Subscription wanted = gauges("urn:sub:" + name, receivers.url("/" + name));
        wanted.notification.endpoint.timeout = milliseconds(200);
        ASSERT_TRUE((*store)->commit(
            town, [&](Transaction& tx) { return service.create(tx, wanted, *core_context()); }));
    }
    constexpr int kChanges = 500;
    ASSERT_TRUE(create(**store, town, gauge("urn:e:1", 1)));
    for (int i = 2; i <= kChanges; ++i) {
        ASSERT_TRUE(set(**store, town, "urn:e:1", property("urn:test:level", i)));
    }
    EXPECT_TRUE(comes_true([&] { return receivers.well == kChanges; }));
    EXPECT_TRUE(
        comes_true([&] { return service.find(town, "urn:sub:silent")->state.times_failed > 0; }));
    EXPECT_LT(receivers.silent, 10);
    EXPECT_LT(receivers.moved, 10);
    const auto state = service.find(town, "urn:sub:moved")->state;
    EXPECT_TRUE(state.last_failure_reason.starts_with("it answered 301: redirects"));
}

}  // namespace
}  // namespace musubi::testing
