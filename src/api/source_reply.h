#pragma once

#include <string>
#include <vector>

#include "api/source_request.h"

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

private:
    void add(int code, const Registration& source, std::string_view why);
    std::vector<std::pair<int, std::string>> texts_;
};

/// The entities in a source's answer to a question. One that can not be read is left out, with a
/// warning; so is a whole answer. `id`: the one that was asked for; empty: any.
[[nodiscard]] std::vector<Entity> read_fragments(const App& app, const ApiCall& call,
                                                 const SourceReply& reply, const SourceNames& names,
                                                 std::string_view id, SourceWarnings& warnings);

/// The count in the answer (NGSILD-Results-Count); none: not told.
[[nodiscard]] std::optional<std::size_t> count_in(const SourceReply& reply);

/// The problem (RFC 9457) that a source's answer to a write tells; null where it did as it was
/// told, in part at least (207).
[[nodiscard]] Json problem_in(const SourceReply& reply);

}  // namespace musubi
