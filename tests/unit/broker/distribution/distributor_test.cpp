#include "broker/distribution/distributor.h"

#include "broker/registrations/registry.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

/// Keeps what is sent until the test answers it.
class HeldPort final : public SourcePort {
public:
    void send(SourceExchange exchange, Callback done) override {
        sent.push_back(std::move(exchange));
        waiting.push_back(std::move(done));
    }
    void answer(std::size_t place, Result<SourceResponse> response) {
        waiting.at(place)(std::move(response));
    }
    [[nodiscard]] std::string header(std::size_t place, std::string_view name) const {
        std::string out;
        for (const auto& [key, value] : sent.at(place).headers) {
            if (key == name) out += (out.empty() ? "" : " & ") + value;
        }
        return out;
    }
    std::vector<SourceExchange> sent;
    std::vector<Callback> waiting;
};

class DistributorTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(keys.load(*store, clock));
        ASSERT_TRUE(contexts.load(*store));
        ASSERT_TRUE(identity.load(*store, random, clock));
        ASSERT_TRUE(registry.open(*store, entity_subscriptions, authority, clock));
        distributor.emplace(Distributor::Parts{.table = registry.table(),
                                               .health = registry.health(),
                                               .identity = identity,
                                               .port = port,
                                               .clock = clock},
                            metrics);
        origin.header = [](std::string_view name) -> std::string_view {
            return name == "X-Asked" ? "as asked" : "";
        };
    }
    static Registration made(const std::string& id, const std::string& members = {}) {
        const auto json = parse_json(
            R"({"type":"ContextSourceRegistration","endpoint":"http://a.b/","id":")" + id + "\"," +
            members + R"("information":[{"entities":[{"type":"Gauge"}]}]})");
        EXPECT_TRUE(json);
        auto read = read_registration(*json, *core_context());
        EXPECT_TRUE(read) << to_text(read.error());
        return std::move(read).value();
    }
    void add(const std::string& id, const std::string& members = {}) {
        const auto done =
            store->commit(town, [&, read = made(id, members)](Transaction& tx) -> Result<void> {
                return registry.registrations().create(tx, read, *core_context());
            });
        ASSERT_TRUE(done) << to_text(done.error());
    }
    static SourceRequest request(Registration source) {
        return {.source = std::make_shared<const Registration>(std::move(source)),
                .method = "GET",
                .target = "/entities?type=Gauge",
                .headers = {{"Accept", "application/json"}},
                .body = {}};
    }
    // Sends to the sources; what came of it stands in `replies` once all is there.
    void send(std::vector<Registration> sources) {
        std::vector<SourceRequest> requests;
        for (Registration& source : sources) requests.push_back(request(std::move(source)));
        distributor->send(origin, std::move(requests), [this](std::vector<SourceReply> all) {
            ++rounds;
            replies = std::move(all);
        });
    }
    SourceQuery gauges() const {
        SourceQuery query;
        EntitySelector any;
        any.types = *parse_type_selection("Gauge", *core_context());
        query.entities.push_back(any);
        return query;
    }
    Result<std::size_t> matching() {
        auto found = distributor->matching(origin, gauges());
        if (!found) return found.error();
        return found->size();
    }
    double metric(const std::string& name) const {
        const std::string text = "\n" + metrics.render();
        const auto at = text.find("\n" + name + " ");
        return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
    }

    SeededRandom random{1};
    Keys keys;
    Policies policies;
    Authority authority{keys, policies};
    Contexts contexts;
    SubscriptionTable entity_subscriptions{contexts, log};
    Registry registry{contexts, log};
    SourceIdentity identity;
    HeldPort port;
    std::optional<Distributor> distributor;
    Origin origin;
    std::vector<SourceReply> replies;
    int rounds = 0;
};

TEST(IsInVia, FindsAPseudonymAndNothingThatOnlyLooksLikeOne) {
    EXPECT_TRUE(is_in_via("1.1 here", "here"));
    EXPECT_TRUE(is_in_via("1.0 a,\t1.1 here", "here"));
    EXPECT_TRUE(is_in_via("HTTP/1.1 here (a comment), 1.1 b", "here"));
    EXPECT_FALSE(is_in_via("1.1 here2, 1.1 there", "here"));
    EXPECT_FALSE(is_in_via("1.1 a (here)", "here"));
    EXPECT_FALSE(is_in_via("", "here"));
    EXPECT_FALSE(is_in_via(", ,,", "here"));
}

TEST_P(DistributorTest, AnswersAreGivenOnceInTheOrderOfTheRequests) {
    send({made("urn:r:1"), made("urn:r:2")});
    ASSERT_EQ(port.sent.size(), 2U);
    port.answer(1, SourceResponse{200, {}, "two"});
    EXPECT_EQ(rounds, 0);
    port.answer(0, Error{ErrorCode::Timeout, "it did not answer in time"});
    ASSERT_EQ(rounds, 1);
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_FALSE(replies[0].response);
    EXPECT_EQ(replies[0].source->id, "urn:r:1");
    EXPECT_EQ(replies[1].response->body, "two");
}

TEST_P(DistributorTest, NobodyToAskIsAnsweredAtOnce) {
    send({});
    EXPECT_EQ(rounds, 1);
    EXPECT_TRUE(replies.empty());
}

TEST_P(DistributorTest, ARequestNamesWhomItCameThroughAndTheTenantOfTheSource) {
    origin.via = "1.1 before";
    send({made("urn:r:1", R"("tenant":"there",)")});
    EXPECT_EQ(port.sent[0].url, "http://a.b/ngsi-ld/v1/entities?type=Gauge");
    EXPECT_EQ(port.header(0, "Via"), "1.1 before, 1.1 " + identity.alias(""));
    EXPECT_EQ(port.header(0, "NGSILD-Tenant"), "there");
    EXPECT_EQ(port.header(0, "Accept"), "application/json");
}

TEST_P(DistributorTest, SourceInfoMaySetHeadersButNotThoseOfTheMessage) {
    Registration source = made("urn:r:1");
    source.source_info = {{"X-Own", "1"},
                          {"X-Asked", "urn:ngsi-ld:request"},
                          {"X-Absent", "urn:ngsi-ld:request"},
                          {"jsonldContext", "http://c.example"},
                          {"Accept", "text/html"},
                          {"via", "1.1 forged"},
                          {"ngsild-tenant", "other"},
                          {"Host", "evil.example"},
                          {"content-length", "9"},
                          {"Transfer-Encoding", "chunked"}};
    send({source});
    EXPECT_EQ(port.header(0, "X-Own"), "1");
    EXPECT_EQ(port.header(0, "X-Asked"), "as asked");
    EXPECT_EQ(port.header(0, "Accept"), "application/json");
    EXPECT_EQ(port.sent[0].headers.size(), 4U) << "Accept, Via and the two";
    EXPECT_EQ(*info_of(source, "JSONLDCONTEXT"), "http://c.example");
    EXPECT_EQ(info_of(source, "other"), nullptr);
}

TEST_P(DistributorTest, EachHasItsOwnTimeAndABoundedAnswer) {
    send({made("urn:r:1"), made("urn:r:2", R"("management":{"timeout":250},)")});
    EXPECT_EQ(port.sent[0].timeout, Distributor::kTimeout);
    EXPECT_EQ(port.sent[1].timeout, milliseconds(250));
    EXPECT_EQ(port.sent[0].max_bytes, Distributor::kMaxAnswerBytes);
}

TEST_P(DistributorTest, OneThatFailedLatelyIsNotAsked) {
    const Registration bad = made("urn:r:1", R"("management":{"cooldown":3000},)");
    send({bad});
    port.answer(0, SourceResponse{503, {}, {}});
    send({bad, made("urn:r:2")});
    ASSERT_EQ(port.sent.size(), 2U) << "the other one alone";
    port.answer(1, SourceResponse{200, {}, {}});
    ASSERT_EQ(rounds, 2);
    EXPECT_EQ(replies[0].response.error().code, ErrorCode::Unavailable);
    EXPECT_NE(replies[0].response.error().detail.find("asked again in 4 s"), std::string::npos);
    EXPECT_TRUE(replies[1].response);
    EXPECT_EQ(metric("musubi_sources_spared_total"), 1);
    EXPECT_EQ(metric("musubi_sources_paused"), 1);
    clock.advance(seconds(3));
    send({bad});
    EXPECT_EQ(port.sent.size(), 3U);
}

TEST_P(DistributorTest, CountsRequestsAndFailures) {
    send({made("urn:r:1"), made("urn:r:2"), made("urn:r:3"), made("urn:r:4")});
    port.answer(0, SourceResponse{404, {}, {}});
    port.answer(1, SourceResponse{409, {}, {}});
    port.answer(2, Error{ErrorCode::TooLarge, "too much"});
    port.answer(3, SourceResponse{207, {}, {}});
    EXPECT_EQ(metric("musubi_sources_requests_total"), 4);
    EXPECT_EQ(metric("musubi_sources_failures_total"), 2);
    for (const SourceTally& tally : registry.health().take(0)) {
        const bool failed = tally.registration == "urn:r:2" || tally.registration == "urn:r:3";
        EXPECT_EQ(tally.failed, failed ? 1U : 0U) << tally.registration;
    }
}

TEST_P(DistributorTest, SourcesThatARequestCameThroughAreNotAskedAgain) {
    add("urn:r:1", R"("contextSourceAlias":"one",)");
    add("urn:r:2", R"("contextSourceAlias":"two",)");
    add("urn:r:3");
    EXPECT_EQ(*matching(), 3U);
    origin.via = "1.1 one";
    EXPECT_EQ(*matching(), 2U);
    EXPECT_FALSE(distributor->is_loop(origin));
    origin.via += ", 1.1 " + identity.alias("");
    EXPECT_TRUE(distributor->is_loop(origin));
    origin.tenant = "other";
    EXPECT_FALSE(distributor->is_loop(origin)) << "another tenant is another source";
}

TEST_P(DistributorTest, AnOperationAsksABoundedNumber) {
    for (std::size_t i = 0; i <= Distributor::kMaxSources; ++i) {
        ASSERT_TRUE(matching()) << i;
        add("urn:r:" + std::to_string(i));
    }
    const auto too_many = matching();
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code, ErrorCode::TooComplexQuery);
    EXPECT_FALSE(distributor->empty(0));
    EXPECT_TRUE(distributor->empty(1));
}

INSTANTIATE_TEST_SUITE_P(Memory, DistributorTest, ::testing::Values(Kind::Memory), name_of);

}  // namespace
}  // namespace musubi::testing
