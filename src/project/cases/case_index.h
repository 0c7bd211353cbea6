#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "project/cases/case_snippet.h"
#include "project/cases/case_text.h"

namespace musubi {

using CaseTextPtr = std::shared_ptr<const CaseText>;

/// What somebody looks for. Empty filters let everything through.
struct CaseQuestion {
    static constexpr std::size_t kMaxCharacters = 200;
    static constexpr std::size_t kMaxLimit = 100;

    std::string text;  ///< free words; empty: all cases, the newest fiscal years first
    std::string kind;  ///< a code, as the three below it
    std::string challenge;
    std::string function;
    std::string outcome;
    std::string field;  ///< without the difference of large and small, wide and narrow letters
    std::optional<int> first_year;
    std::optional<int> last_year;
    std::size_t offset = 0;
    std::size_t limit = 20;
    /// Whether the caller may see a case: what is not seen is not counted either. Null: all. It is
    /// asked under the lock of the index: it must not wait, nor ask the index.
    std::function<bool(const CaseText&)> may_see;
};

struct CaseHit {
    std::size_t rank = 0;  ///< 1: the best
    CaseTextPtr text;
    std::vector<std::string> words;  ///< of the question, that are in the case
    std::string place;               ///< JSON pointer of what the snippet is of
    CaseSnippet snippet;             ///< NFKC
};

struct CaseHits {
    std::vector<std::string> words;  ///< that were looked for
    std::size_t total = 0;
    std::vector<CaseHit> hits;
};

/// {"words", "total", "hits": [{"rank", "case": {"id", "kind", "title", "challenge", "field",
/// "fiscalYear", "townCode", "outcome"}, "words", "place", "snippet": [{"text", "hit"}]}]}
[[nodiscard]] Json to_json(const CaseHits& hits);

/// Full-text search of cases in Japanese and English (Xapian, BM25), in memory: it is filled from
/// the store when the server starts, and follows its changes. A case is found by any of the words;
/// the more and the rarer ones it has, and the more weighty the place (the title before what was
/// learnt, that before the rest), the higher it ranks; ties by newest fiscal year, then id. The
/// same cases give the same answer, in whatever order they came.
/// May be used from any thread; what is long is done outside of its lock.
class CaseIndex {
public:
    static constexpr std::size_t kMaxCases = 10'000;
    static constexpr std::size_t kMaxBytes = 64U << 20U;  ///< of all texts

    CaseIndex();
    CaseIndex(const CaseIndex&) = delete;
    CaseIndex& operator=(const CaseIndex&) = delete;
    ~CaseIndex();

    /// Adds a case, or puts it in the place of the one with its id. Fails: BadRequest where a text
    /// of it is no UTF-8; TooLarge beyond the limits, and the former one stays; Internal.
    Result<void> put(CaseText text);
    /// False where there is none. Fails: Internal.
    Result<bool> erase(std::string_view id);
    /// Fails: BadRequest, in Japanese and English, where the text is no UTF-8, too long, or has
    /// nothing that can be looked for; a filter is no such code; the limit is 0 or above
    /// kMaxLimit. Internal.
    [[nodiscard]] Result<CaseHits> search(const CaseQuestion& question) const;
    /// Null where there is none.
    [[nodiscard]] CaseTextPtr find(std::string_view id) const;
    /// In the order of their ids.
    [[nodiscard]] std::vector<CaseTextPtr> all() const;
    [[nodiscard]] std::size_t size() const;

private:
    class Shelf;
    std::unique_ptr<Shelf> shelf_;
};

}  // namespace musubi
