#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/source_question.h"
#include "broker/entity_maps.h"

namespace musubi {

/// What one source has given so far of the answer to a query.
struct SourcePart {
    MatchedSource source;
    std::set<std::string, std::less<>> ids = {};  ///< of the entities that were taken
    std::size_t next = 0;                         ///< where its next page begins
    bool complete = false;                        ///< nothing more is to be had
};

/// A query that sources are asked for: pages of each, as many as the page that was asked for takes,
/// then what other sources have of the entities on it (decision 14). What is made of the answers
/// is the affair of those who derive from it. Lives until its answer is made: in a shared_ptr.
class SourcePages : public std::enable_shared_from_this<SourcePages> {
public:
    static constexpr std::size_t kMostOfSource = 10'000;  ///< entities taken from one source
    static constexpr std::size_t kMostInAll = 50'000;     ///< and from all of them

    /// How much is taken.
    struct Need {
        std::size_t entities = 0;  ///< from the beginning to the end of the page
        bool whole = false;        ///< all that sources have, not only what the page needs
        bool split = false;        ///< any source may have a part of each entity (splitEntities)
    };
    SourcePages(const App& app, const ApiCall& call, Question question, const Need& need);
    SourcePages(const SourcePages&) = delete;
    SourcePages& operator=(const SourcePages&) = delete;
    virtual ~SourcePages() = default;

    void add(MatchedSource source) { parts_.push_back({std::move(source)}); }
    [[nodiscard]] bool empty() const { return parts_.empty(); }
    /// Asks each source for its first page. Fails: ContextNotAvailable, MustWait; TooComplexQuery
    /// where the page ends beyond kMostOfSource.
    Result<std::shared_ptr<Later>> begin();
    /// Asks for these entities alone: of each source those that `ids_of` it says. None: there are
    /// none to ask for. Fails: as begin.
    Result<std::shared_ptr<Later>> begin_with(
        const std::function<std::vector<std::string>(const Registration&)>& ids_of);

protected:
    /// Takes what came of one request, each entity that is of use by `keep`; returns how many
    /// entities the answer had. Fails: TooComplexQuery.
    virtual Result<std::size_t> take(std::size_t part, const Asked& asked,
                                     const SourceReply& reply) = 0;
    /// The ids on the page that was asked for: what is here, then what each source has beside that.
    virtual Result<std::vector<std::string>> page() = 0;
    /// Makes the answer.
    virtual Result<Answer> conclude() = 0;

    /// True where the entity is to be taken: false where it is there already, or is one too many.
    [[nodiscard]] bool keep(std::size_t part, const std::string& id);
    [[nodiscard]] const std::vector<SourcePart>& parts() const { return parts_; }
    [[nodiscard]] const Question& question() const { return question_; }

    const App& app_;
    ApiCall call_;
    SourceWarnings warnings_;

private:
    struct Sent {
        std::size_t part;
        std::size_t limit;
        Asked asked;
    };

    Result<void> ask_pages();
    Result<void> ask_missing(const std::vector<std::string>& page);
    Result<void> ask_for(std::size_t place, const std::vector<std::string>& ids);
    [[nodiscard]] bool has_parts(const MatchedSource& source) const;
    Result<void> take_reply(const Sent& sent, const SourceReply& reply);
    Result<Answer> finish(const std::vector<SourceReply>& replies);
    std::shared_ptr<Later> later();

    Question question_;
    Need need_;
    std::vector<SourcePart> parts_;
    std::vector<Sent> asked_;
    bool filling_ = false;
    std::size_t taken_ = 0;
};

}  // namespace musubi
