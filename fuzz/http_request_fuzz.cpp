// Reads the bytes as requests, whole and in pieces that the first bytes choose: both readings must
// come to the same requests and the same refusal, and give back all that they held.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "net/http_parser.h"

namespace musubi {
namespace {

constexpr HttpLimits kLimits{.max_head_bytes = 4096, .max_body_bytes = 20'000, .max_headers = 16};

class Reader {
public:
    /// Gives in words what was read; pieces have the sizes that `pace` gives in turn.
    std::string read(std::string_view bytes, std::string_view pace) {
        HttpBodyBudget budget{30'000};
        {
            HttpRequestParser parser{kLimits, budget};
            while (step(parser, bytes, pace)) {
            }
        }
        if (budget.used() != 0) std::abort();
        return std::move(seen_);
    }

private:
    bool step(HttpRequestParser& parser, std::string_view& bytes, std::string_view pace) {
        switch (parser.advance()) {
            case HttpRequestParser::Step::Failed:
                seen_ += "failed " + std::to_string(parser.fault().status);
                return false;
            case HttpRequestParser::Step::Continue: return true;
            case HttpRequestParser::Step::Complete:
                note(parser);
                parser.next();
                return true;
            case HttpRequestParser::Step::NeedMore: break;
        }
        if (bytes.empty()) return false;
        std::size_t n = bytes.size();
        if (!pace.empty()) n = 1 + static_cast<unsigned char>(pace[turn_++ % pace.size()]) % 64;
        const auto space = parser.space();
        n = std::min({n, bytes.size(), space.size()});
        std::memcpy(space.data(), bytes.data(), n);
        parser.added(n);
        bytes.remove_prefix(n);
        return true;
    }

    void note(const HttpRequestParser& parser) {
        const HttpRequest& request = parser.request();
        if (request.count("content-length") > 1) std::abort();
        if (request.count("content-length") == 1 && request.count("transfer-encoding") == 1) {
            std::abort();
        }
        if (request.body.size() > kLimits.max_body_bytes) std::abort();
        seen_ += name_of(request.method);
        for (const std::string_view text : {request.target, request.path, request.query}) {
            (seen_ += text) += '|';
        }
        for (const auto& [name, value] : request.headers) {
            (seen_ += name) += ':';
            (seen_ += value) += '|';
        }
        (seen_ += request.body) += parser.keep_alive() ? "+" : "-";
    }

    std::string seen_;
    std::size_t turn_ = 0;
};

}  // namespace
}  // namespace musubi

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::string_view pace = input.substr(0, std::min<std::size_t>(size, 4));
    const std::string_view bytes = input.substr(pace.size());
    const std::string whole = musubi::Reader{}.read(bytes, {});
    const std::string pieces = musubi::Reader{}.read(bytes, pace);
    // In pieces a bad line may be seen before the limit that a whole head passes, and the reverse;
    // what was accepted before must be the same.
    if (whole.substr(0, whole.rfind("failed ")) != pieces.substr(0, pieces.rfind("failed "))) {
        std::abort();
    }
    return 0;
}
