#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "unit/net/server_fixture.h"

namespace musubi {
namespace {

using net_test::get;
using net_test::RawAnswer;
using net_test::RawSocket;
using net_test::ServerTest;

class HttpStreamTest : public ServerTest {
protected:
    void start_streaming() {
        start([this](const HttpRequest&, HttpResponder responder) {
            auto opened = responder.stream({.headers = {{"Content-Type", "text/event-stream"}}});
            stream.with([&](auto& kept) { kept = std::move(opened); });
        });
    }
    std::shared_ptr<HttpStream> wait_for_stream() {
        for (int i = 0; i < 2000; ++i) {
            auto kept = stream.with([](auto& held) { return held; });
            if (kept) return kept;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return nullptr;
    }
    template <typename Condition>
    static bool becomes(Condition condition) {
        for (int i = 0; i < 3000; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return false;
    }

    Guarded<std::shared_ptr<HttpStream>> stream;
};

TEST_F(HttpStreamTest, SendsPiecesAsTheyAreWritten) {
    start_streaming();
    RawSocket peer = connect();
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    const std::string head = peer.read_until("\r\n\r\n");
    EXPECT_NE(head.find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_TRUE(open->write("data: 1\n\n"));
    EXPECT_EQ(peer.read_until("1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
    EXPECT_TRUE(open->write("data: 2\n\n"));
    EXPECT_EQ(peer.read_until("2\n\n\r\n"), "9\r\ndata: 2\n\n\r\n");
    EXPECT_TRUE(open->writable());
    open->close();
    EXPECT_EQ(peer.read_all(), "0\r\n\r\n");
    EXPECT_TRUE(open->closed());
    EXPECT_FALSE(open->write("more"));
}

TEST_F(HttpStreamTest, EndsWhenItsLastOwnerLetsGo) {
    start([](const HttpRequest&, HttpResponder responder) {
        const auto open = responder.stream({});
        open->write("a");
        open->write("b");
    });
    RawSocket peer = connect();
    peer.send(get("/"));
    EXPECT_EQ(peer.read_answer().body, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
    EXPECT_TRUE(peer.closes());
}

TEST_F(HttpStreamTest, OpensFromAnotherThread) {
    start([this](const HttpRequest&, HttpResponder responder) {
        helpers.with([&](auto& threads) {
            threads.emplace_back([responder = std::move(responder)]() mutable {
                responder.stream({})->write("late");
            });
        });
    });
    RawSocket peer = connect();
    peer.send(get("/"));
    EXPECT_EQ(peer.read_answer().body, "4\r\nlate\r\n0\r\n\r\n");
}

TEST_F(HttpStreamTest, HasNoBodyForHeadAndNoChunksForAnOldPeer) {
    start(
        [](const HttpRequest&, HttpResponder responder) { responder.stream({})->write("piece"); });
    RawSocket head = connect();
    head.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(head.read_answer(true).status, 200);
    EXPECT_TRUE(head.closes());
    RawSocket old = connect();
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(old.read_until("\r\n\r\n").find("chunked"), std::string::npos);
    EXPECT_EQ(old.read_all(), "piece");
}

TEST_F(HttpStreamTest, DropsAPeerThatDoesNotTakeWhatIsWritten) {
    options.max_stream_buffer = 100'000;
    start_streaming();
    RawSocket peer = connect(4096);
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    const std::string piece(10'000, 'p');
    bool was_full = false;
    std::size_t written = 0;
    while (open->write(piece) && written < 200'000'000) {
        written += piece.size();
        was_full = was_full || !open->writable();
        if (!open->writable()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    EXPECT_LT(written, 200'000'000U) << "nothing stopped it";
    EXPECT_TRUE(was_full);
    EXPECT_TRUE(open->closed());
    EXPECT_TRUE(becomes(
        [&] { return metrics.render().find("musubi_http_connections 0") != std::string::npos; }));
}

TEST_F(HttpStreamTest, CarriesEverythingToAPeerThatKeepsUp) {
    start_streaming();
    RawSocket peer = connect();
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    std::thread writer{[&] {
        for (int i = 0; i < 2000; ++i) {
            while (!open->writable() && !open->closed()) std::this_thread::yield();
            EXPECT_TRUE(open->write(std::string(1000, 'w')));
        }
        open->close();
    }};
    const RawAnswer answer = peer.read_answer();
    writer.join();
    EXPECT_EQ(std::ranges::count(answer.body, 'w'), 2'000'000);
}

TEST_F(HttpStreamTest, NoticesThatThePeerHasGone) {
    start_streaming();
    RawSocket peer = connect();
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    EXPECT_FALSE(open->closed());
    peer.close();
    EXPECT_TRUE(becomes([&] { return open->closed(); }));
    EXPECT_FALSE(open->write("x"));
    EXPECT_FALSE(open->writable());
}

TEST_F(HttpStreamTest, IsEndedWhenTheServerStops) {
    start_streaming();
    RawSocket peer = connect();
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    open->write("last");
    server->stop(seconds(2));
    EXPECT_EQ(peer.read_answer().body, "4\r\nlast\r\n0\r\n\r\n");
    EXPECT_FALSE(open->write("x"));
    server.reset();
    EXPECT_FALSE(open->write("x"));
}

TEST_F(HttpStreamTest, EndsInOrderWhenItIsCutAndAllWasTaken) {
    start_streaming();
    RawSocket peer = connect();
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    peer.read_until("\r\n\r\n");
    EXPECT_TRUE(open->write("data: 1\n\n"));
    EXPECT_EQ(peer.read_until("1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
    open->cut();
    EXPECT_FALSE(open->write("data: 2\n\n"));
    EXPECT_EQ(peer.read_all(), "0\r\n\r\n");
}

TEST_F(HttpStreamTest, DropsWhatIsNotTakenWhenItIsCut) {
    start_streaming();
    RawSocket peer = connect(4096);
    peer.send(get("/events"));
    auto open = wait_for_stream();
    ASSERT_TRUE(open);
    const std::string piece(64U << 10U, 'x');
    while (open->writable()) open->write(piece);
    open->cut();
    EXPECT_TRUE(open->closed());
    EXPECT_FALSE(open->write("secret"));
    // It ends; whether in order hangs on what was taken.
    const std::string got = peer.read_all();
    EXPECT_EQ(got.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace musubi
