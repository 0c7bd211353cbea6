#include "api/source_pages.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::size_t kSourcePage = 1'000;
constexpr std::size_t kMostUncounted = 100;  // of a page that any source gives whole
constexpr std::size_t kIdsAtOnce = 50;  // in one question about entities of which parts are missing

}  // namespace

SourcePages::SourcePages(const App& app, const ApiCall& call, Question question, const Need& need)
    : app_{app}, call_{call}, question_{std::move(question)}, need_{need} {
    if (need_.whole) need_.entities = kMostOfSource;
}

Result<std::shared_ptr<Later>> SourcePages::begin() {
    if (need_.entities > kMostOfSource) {
        return Error{ErrorCode::TooComplexQuery,
                     "pages of a query that others take part in end at 10,000 entities; narrow "
                     "it, use an entity map, or local=true",
                     "offset"};
    }
    TRY(ask_pages());
    return later();
}

Result<std::shared_ptr<Later>> SourcePages::begin_with(
    const std::function<std::vector<std::string>(const Registration&)>& ids_of) {
    filling_ = true;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        TRY(ask_for(i, ids_of(*parts_[i].source.registration)));
    }
    if (asked_.empty()) return std::shared_ptr<Later>{};
    return later();
}

bool SourcePages::keep(std::size_t part, const std::string& id) {
    if (taken_ >= kMostInAll || !parts_[part].ids.insert(id).second) return false;
    ++taken_;
    return true;
}

Result<void> SourcePages::ask_pages() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        SourcePart& part = parts_[i];
        if (part.complete || part.ids.size() >= need_.entities) continue;
        // One whose entities are of no use here is asked for them in few large pages.
        const std::size_t limit =
            part.next == 0 ? std::min(need_.entities, kSourcePage) : kSourcePage;
        auto asked = TRY(ask_query(
            app_, call_, question_, part.source,
            {.limit = limit, .offset = part.next, .count = need_.whole || limit > kMostUncounted}));
        part.next += limit;
        part.complete = true;  // unless an answer tells otherwise
        for (Asked& one : asked) asked_.push_back({i, limit, std::move(one)});
    }
    return {};
}

// Sources that have more than was taken may have parts of entities on the page.
Result<void> SourcePages::ask_missing(const std::vector<std::string>& page) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const SourcePart& part = parts_[i];
        if (part.complete || !has_parts(part.source)) continue;
        std::vector<std::string> missing;
        for (const std::string& id : page) {
            if (!part.ids.contains(id)) missing.push_back(id);
        }
        TRY(ask_for(i, missing));
    }
    return {};
}

Result<void> SourcePages::ask_for(std::size_t place, const std::vector<std::string>& ids) {
    Question question = question_;
    const std::optional<TypeSelection> types =
        question.entities.size() == 1 ? question.entities.front().types : std::nullopt;
    for (std::size_t at = 0; at < ids.size(); at += kIdsAtOnce) {
        const std::size_t end = std::min(at + kIdsAtOnce, ids.size());
        question.entities = {{.types = types,
                              .ids = {ids.begin() + static_cast<std::ptrdiff_t>(at),
                                      ids.begin() + static_cast<std::ptrdiff_t>(end)},
                              .id_pattern = {}}};
        for (Asked& one : TRY(ask_query(app_, call_, question, parts_[place].source,
                                        {.limit = kIdsAtOnce, .offset = 0}))) {
            asked_.push_back({place, kIdsAtOnce, std::move(one)});
        }
    }
    return {};
}

// Whether the source is one of parts of entities: one that registers whole entities is taken to
// have the whole of each, unless the query says that they are split (5.7.2.4).
bool SourcePages::has_parts(const MatchedSource& source) const {
    const auto whole = [&](std::size_t place) {
        return source.registration->information[place].any_attribute();
    };
    return need_.split || std::none_of(source.information.begin(), source.information.end(), whole);
}

Result<void> SourcePages::take_reply(const Sent& sent, const SourceReply& reply) {
    const std::size_t got = TRY(take(sent.part, sent.asked, reply));
    if (filling_) return {};
    SourcePart& part = parts_[sent.part];
    const auto count = count_in(reply);
    const bool more = count ? *count > part.next : got >= sent.limit && got > 0;
    if (!more) return {};
    if (part.next < kMostOfSource && taken_ < kMostInAll) {
        part.complete = false;
    } else if (need_.whole) {
        warnings_.cut(*reply.source, "it has more than the 10,000 entities that are taken");
    }
    return {};
}

Result<Answer> SourcePages::finish(const std::vector<SourceReply>& replies) {
    call_.may_wait = call_.may_fetch = true;
    for (std::size_t i = 0; i < replies.size(); ++i) TRY(take_reply(asked_[i], replies[i]));
    asked_.clear();
    if (!filling_) {
        TRY(ask_pages());
        if (!asked_.empty()) return Answer{later()};
        filling_ = true;
        TRY(ask_missing(TRY(page())));
        if (!asked_.empty()) return Answer{later()};
    }
    return conclude();
}

std::shared_ptr<Later> SourcePages::later() {
    std::vector<SourceRequest> requests;
    for (Sent& sent : asked_) requests.push_back(std::move(sent.asked.request));
    return ask_sources(app_, call_, std::move(requests),
                       [self = shared_from_this()](const std::vector<SourceReply>& replies) {
                           return self->finish(replies);
                       });
}

}  // namespace musubi
