#include "net/http_parser.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <functional>
#include <optional>

#include "net/http_grammar.h"

namespace musubi {
namespace {

constexpr std::size_t kFirstCapacity = 4096;
constexpr std::size_t kReadAhead = 64U << 10U;     ///< of a body, at a time
constexpr std::size_t kKeptCapacity = 16U << 10U;  ///< a larger buffer is given back when idle
constexpr std::size_t kMaxChunkLine = 8192;        ///< a chunk's head, or all trailers

}  // namespace

bool HttpBodyBudget::take(std::size_t bytes) noexcept {
    const std::size_t before = used_.fetch_add(bytes);
    if (before + bytes <= limit_) return true;
    used_.fetch_sub(bytes);
    return false;
}

class HttpRequestParser::Grammar final : public BodySink {
public:
    explicit Grammar(HttpRequestParser& owner) : owner_{owner} {}
    RequestGrammar& fresh() {
        return rules_.emplace(owner_.limits_, owner_.request_, owner_.fault_, *this);
    }
    RequestGrammar& rules() { return *rules_; }
    bool append(std::string_view bytes) override { return owner_.append_body(bytes); }

private:
    HttpRequestParser& owner_;
    std::optional<RequestGrammar> rules_;
};

HttpRequestParser::HttpRequestParser(const HttpLimits& limits, HttpBodyBudget& budget)
    : limits_{limits}, budget_{budget}, grammar_{std::make_unique<Grammar>(*this)} {}

HttpRequestParser::~HttpRequestParser() { budget_.give_back(body_held_); }

HttpRequestParser::Step HttpRequestParser::fail(int status, std::string_view detail) {
    fault_ = {status, detail};
    return Step::Failed;
}

/// Gives the bytes from begin_ on another home, views included.
void HttpRequestParser::move_to(std::unique_ptr<char[]> memory, std::size_t capacity) {
    const char* const from = data_.get() + begin_;
    const char* const to_end = data_.get() + end_;
    char* const to = memory.get();
    if (end_ > begin_) std::memcpy(to, from, end_ - begin_);
    const auto move_view = [&](std::string_view& view) {
        // `/` of an absolute-form target without a path is not ours to move.
        if (std::less<>{}(view.data(), from) || std::less<>{}(to_end, view.data())) return;
        view = {to + (view.data() - from), view.size()};
    };
    if (phase_ == Phase::Body) {
        move_view(request_.target);
        move_view(request_.path);
        move_view(request_.query);
        for (auto& [name, value] : request_.headers) {
            move_view(name);
            move_view(value);
        }
    }
    scan_ -= std::min(scan_, begin_);
    head_end_ -= std::min(head_end_, begin_);
    end_ -= begin_;
    begin_ = 0;
    data_ = std::move(memory);
    capacity_ = capacity;
}

std::span<char> HttpRequestParser::space() {
    const std::size_t wanted =
        phase_ == Phase::Body ? std::clamp<std::size_t>(remaining_, kFirstCapacity, kReadAhead) : 1;
    if (capacity_ - end_ < wanted) {
        const std::size_t used = end_ - begin_;
        std::size_t capacity = std::max(capacity_, kFirstCapacity);
        while (capacity - used < wanted) capacity *= 2;
        if (capacity == capacity_ && phase_ != Phase::Body) {
            std::memmove(data_.get(), data_.get() + begin_, used);
            scan_ -= begin_;
            end_ = used;
            begin_ = 0;
        } else {
            move_to(std::make_unique_for_overwrite<char[]>(capacity), capacity);
        }
    }
    return {data_.get() + end_, capacity_ - end_};
}

void HttpRequestParser::added(std::size_t bytes) noexcept {
    end_ += bytes;
    assert(end_ <= capacity_);
}

HttpRequestParser::Step HttpRequestParser::advance() {
    if (phase_ == Phase::Start) return advance_start();
    if (phase_ == Phase::Head) return advance_head();
    return advance_body();
}

HttpRequestParser::Step HttpRequestParser::advance_start() {
    // One empty line before a request is forgiven (RFC 9112, 2.2).
    if (end_ - begin_ >= 2 && !blank_skipped_ && data_[begin_] == '\r' &&
        data_[begin_ + 1] == '\n') {
        begin_ += 2;
        blank_skipped_ = true;
    }
    if (begin_ == end_) return Step::NeedMore;
    const char first = data_[begin_];
    if (first == '\r' && !blank_skipped_ && end_ - begin_ == 1) return Step::NeedMore;
    if (first <= ' ' || first >= '\x7f') {
        return fail(400, "this is not HTTP: a request starts with its method");
    }
    phase_ = Phase::Head;
    scan_ = begin_;
    return advance_head();
}

/// Checks each line's end as it comes. True: the head is there, or a fault is set.
bool HttpRequestParser::find_head_end() {
    const char* const data = data_.get();
    fault_ = {0, {}};
    while (scan_ < end_) {
        const void* found = std::memchr(data + scan_, '\n', end_ - scan_);
        if (found == nullptr) {
            scan_ = end_;
            return false;
        }
        const auto line_end = static_cast<std::size_t>(static_cast<const char*>(found) - data);
        scan_ = line_end;
        if (line_end == begin_ || data[line_end - 1] != '\r') {
            fault_ = {400, "a line of the head ends in LF without CR"};
            return true;
        }
        const std::size_t next = line_end + 1;
        if (next == end_) return false;
        if (data[next] == ' ' || data[next] == '\t') {
            fault_ = {400, "a header is folded over several lines"};
            return true;
        }
        if (data[next] == '\r') {
            if (next + 1 == end_) return false;
            if (data[next + 1] != '\n') {
                fault_ = {400, "a line of the head has CR without LF"};
                return true;
            }
            head_end_ = next + 2;
            return true;
        }
        scan_ = next;
    }
    return false;
}

HttpRequestParser::Step HttpRequestParser::advance_head() {
    const bool ended = find_head_end();
    if (fault_.status != 0) return Step::Failed;
    if ((ended ? head_end_ : end_) - begin_ > limits_.max_head_bytes) {
        return fail(431, "the request's head is too large");
    }
    return ended ? finish_head() : Step::NeedMore;
}

HttpRequestParser::Step HttpRequestParser::finish_head() {
    RequestGrammar& rules = grammar_->fresh();
    if (!rules.read_head({data_.get() + begin_, head_end_ - begin_})) return Step::Failed;
    keep_alive_ = rules.keep_alive();
    http_10_ = rules.http_10();
    chunked_ = rules.chunked();
    remaining_ = chunked_ ? 0 : static_cast<std::size_t>(rules.content_length().value_or(0));
    parsed_ = 0;
    phase_ = Phase::Body;
    const Step step = advance_body();
    return step == Step::NeedMore && rules.expects_continue() ? Step::Continue : step;
}

HttpRequestParser::Step HttpRequestParser::advance_body() {
    return chunked_ ? advance_chunked() : advance_sized();
}

HttpRequestParser::Step HttpRequestParser::advance_sized() {
    const std::size_t here = end_ - head_end_;
    if (body_.empty() && here >= remaining_) {  // came whole: no copy
        request_.body = {data_.get() + head_end_, remaining_};
        parsed_ = remaining_;
        remaining_ = 0;
        return Step::Complete;
    }
    const std::size_t part = std::min(here, remaining_);
    if (!append_body({data_.get() + head_end_, part})) return Step::Failed;
    remaining_ -= part;
    if (remaining_ == 0) {
        request_.body = body_;
        parsed_ = part;
        return Step::Complete;
    }
    end_ = head_end_;
    return Step::NeedMore;
}

HttpRequestParser::Step HttpRequestParser::advance_chunked() {
    RequestGrammar& rules = grammar_->rules();
    const std::size_t used = rules.read_chunks({data_.get() + head_end_, end_ - head_end_});
    if (rules.failed()) return Step::Failed;
    if (rules.is_done()) {
        request_.body = body_;
        parsed_ = used;
        return Step::Complete;
    }
    const std::size_t left = end_ - head_end_ - used;
    if (left > kMaxChunkLine) return fail(400, "a chunk's head or the trailers are too long");
    std::memmove(data_.get() + head_end_, data_.get() + head_end_ + used, left);
    end_ = head_end_ + left;
    return Step::NeedMore;
}

bool HttpRequestParser::append_body(std::string_view bytes) {
    const std::size_t size = body_.size() + bytes.size();
    if (size > body_held_) {
        const std::size_t largest = chunked_ ? limits_.max_body_bytes : body_.size() + remaining_;
        const std::size_t hold =
            std::max(size, std::min(std::max(body_held_ * 2, kReadAhead), largest));
        if (!budget_.take(hold - body_held_)) {
            fault_ = {503, "too many large requests at once; send it again later"};
            return false;
        }
        body_held_ = hold;
        body_.reserve(hold);
    }
    body_ += bytes;
    return true;
}

void HttpRequestParser::next() {
    begin_ = head_end_ + parsed_;
    parsed_ = 0;
    phase_ = Phase::Start;
    blank_skipped_ = false;
    if (body_held_ > 0) {
        budget_.give_back(body_held_);
        body_held_ = 0;
        std::string{}.swap(body_);
    }
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (capacity_ > kKeptCapacity) {
            data_.reset();
            capacity_ = 0;
        }
    }
}

}  // namespace musubi
