#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/source_request.h"
#include "base/json_list.h"
#include "broker/distribution/remote_evolution.h"

namespace musubi {

/// What went wrong while sources were asked, told to who asked (NGSILD-Warning, GS CIM 009 v1.9.1,
/// 6.3.17).
class SourceWarnings {
public:
    static constexpr std::size_t kMaxShown = 20;
    /// 199: it did not answer (in time).
    void unanswered(const Registration& source, std::string_view why) { add(199, source, why); }
    /// 299: it answered with an error.
    void refused(const Registration& source, int status);
    /// 111: what it answered is no NGSI-LD; it is left out.
    void invalid(const Registration& source, std::string_view why) { add(111, source, why); }
    /// 199: it has more than is asked of it at once.
    void cut(const Registration& source, std::string_view why) { add(199, source, why); }
    /// Adds the headers.
    void show(const App& app, const ApiCall& call, HttpResponse& response) const;
    [[nodiscard]] bool empty() const { return texts_.empty(); }

    /// For all contexts that answers of sources bring and that have to be fetched.
    static constexpr Duration kFetchTime = seconds(5);
    /// False once that time is over; it begins with the first question.
    [[nodiscard]] bool may_fetch(Duration now);

private:
    void add(int code, const Registration& source, std::string_view why);
    std::vector<std::pair<int, std::string>> texts_;
    std::optional<Duration> fetch_until_;
};

/// Of an entity that is left out since it is none.
void warn_unread(const Registration& source, const Error& error, SourceWarnings& warnings);

/// True where entities of the answer may have contexts of their own.
[[nodiscard]] bool brings_context(const SourceReply& reply);
/// True where some answer has a context that may have to be fetched before it can be read. One that
/// hides it has it used only if it is at hand.
[[nodiscard]] bool bring_contexts(const std::vector<SourceReply>& replies);

/// By what the names in an answer are read, and where it is told what can not be.
struct AnswerNames {
    const App& app;
    const ApiCall& call;
    const SourceNames& of_source;
    SourceWarnings& warnings;
    bool may_fetch = false;  ///< contexts, while the answer is read
};

/// The entities in a source's answer to a question. One that can not be read is left out, with a
/// warning; so is a whole answer. After one context that could not be fetched no other one of that
/// answer is. `id`: the one that was asked for; empty: any.
[[nodiscard]] std::vector<Entity> read_fragments(const AnswerNames& names, const SourceReply& reply,
                                                 std::string_view id);
/// The same of an answer that is of the evolution of entities.
[[nodiscard]] std::vector<EvolutionView> read_evolutions(const AnswerNames& names,
                                                         const SourceReply& reply,
                                                         std::string_view id);
/// Where a range of times ends (Content-Range, 6.3.10): "date-time FROM-TO/SIZE". None: it says
/// something else.
[[nodiscard]] std::optional<Time> end_of_range(std::string_view content_range);
/// The time that the answer reaches where it could not hold everything (206); none: it did.
[[nodiscard]] std::optional<Time> reached_in(const SourceReply& reply);

/// An entity of an answer, read once it is wanted.
struct UnreadFragment {
    std::string id;
    JsonList all;
    std::size_t place = 0;
    ContextPtr context;
    std::shared_ptr<const void> lease = {};  ///< on the memory of the answer it is a part of
    /// Fails: BadRequest.
    [[nodiscard]] Result<Entity> read() const;
};
/// As read_fragments, of an answer that brings no contexts; what can not be read shows later.
[[nodiscard]] std::vector<UnreadFragment> list_fragments(const SourceReply& reply,
                                                         const SourceNames& names,
                                                         SourceWarnings& warnings);

/// The count in the answer (NGSILD-Results-Count); none: not told.
[[nodiscard]] std::optional<std::size_t> count_in(const SourceReply& reply);

/// The problem (RFC 9457) that a source's answer to a write tells; null where it did as it was
/// told, in part at least (207).
[[nodiscard]] Json problem_in(const SourceReply& reply);

}  // namespace musubi
