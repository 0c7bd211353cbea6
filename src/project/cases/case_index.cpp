#include "project/cases/case_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/guarded.h"
#include "model/normal_text.h"
#include "project/cases/case_fields.h"

namespace musubi {

// A case as it is kept beside the index.
struct IndexedCase {
    CaseText text;
    std::vector<CaseField> fields;
    std::string field;  // as it is compared
    std::size_t bytes = 0;
    Xapian::docid place = 0;
};
using IndexedCasePtr = std::shared_ptr<const IndexedCase>;

namespace {

constexpr Xapian::valueno kOrder = 0;  // newest year first, then id
constexpr int kAfterAllYears = 9999;

Error unexpected(const Xapian::Error& error) {
    return {ErrorCode::Internal, "the search of cases failed: " + error.get_description()};
}

Xapian::Document document_of(const IndexedCase& indexed) {
    const TermCutter cutter;
    Xapian::Document out;
    for (const CaseField& field : indexed.fields) {
        for (const SearchToken& token : cutter.cut(field.text)) {
            out.add_term(token.term, field.weight);
        }
    }
    const int year = kAfterAllYears - indexed.text.fiscal_year.value_or(0);
    out.add_value(kOrder, fmt::format("{:04}{}", year, indexed.text.id));
    return out;
}

// All cases where there are no words. (Query::MatchAll is shared by all threads, and counts who
// holds it without a lock.)
Xapian::Query query_of(const std::vector<SearchWord>& words) {
    if (words.empty()) return Xapian::Query{std::string{}};
    std::vector<Xapian::Query> any;
    for (const SearchWord& word : words) {
        std::vector<Xapian::Query> ways;
        for (const auto& way : word.ways) {
            ways.emplace_back(Xapian::Query::OP_AND, way.begin(), way.end());
        }
        any.emplace_back(Xapian::Query::OP_OR, ways.begin(), ways.end());
    }
    return {Xapian::Query::OP_OR, any.begin(), any.end()};
}

bool has_way(const std::set<std::string, std::less<>>& terms, const SearchWord& word) {
    return std::any_of(word.ways.begin(), word.ways.end(), [&](const auto& way) {
        return std::all_of(way.begin(), way.end(),
                           [&](const std::string& term) { return terms.contains(term); });
    });
}

bool passes(const IndexedCase& one, const CaseQuestion& question, const std::string& field) {
    const CaseText& text = one.text;
    const auto is = [](const std::string& wanted, const std::string& value) {
        return wanted.empty() || wanted == value;
    };
    if (!is(question.kind, text.kind) || !is(question.challenge, text.challenge) ||
        !is(question.outcome, text.outcome) || !is(field, one.field)) {
        return false;
    }
    if (!question.function.empty() && std::find(text.functions.begin(), text.functions.end(),
                                                question.function) == text.functions.end()) {
        return false;
    }
    if (question.first_year && !(text.fiscal_year >= question.first_year)) return false;
    if (question.last_year && !(text.fiscal_year && text.fiscal_year <= question.last_year)) {
        return false;
    }
    return !question.may_see || question.may_see(text);
}

Result<void> check_filter(std::string_view name, const std::string& code,
                          std::span<const CaseTerm> terms) {
    if (code.empty() || find_case_term(terms, code) != nullptr) return {};
    return Error{ErrorCode::BadRequest,
                 "そのような絞り込みはありません / there is no such code to filter by",
                 std::string{name}};
}

Result<void> check(const CaseQuestion& question) {
    if (question.limit == 0 || question.limit > CaseQuestion::kMaxLimit) {
        return Error{ErrorCode::BadRequest, "数は 1 から 100 までです / the limit is from 1 to 100",
                     "limit"};
    }
    TRY(check_filter("kind", question.kind, case_kinds()));
    TRY(check_filter("challenge", question.challenge, case_challenges()));
    TRY(check_filter("function", question.function, case_functions()));
    TRY(check_filter("outcome", question.outcome, case_outcomes()));
    return {};
}

Result<std::vector<SearchWord>> words_asked(const CaseQuestion& question) {
    if (question.text.empty()) return std::vector<SearchWord>{};
    if (count_characters(question.text) > CaseQuestion::kMaxCharacters) {
        return Error{ErrorCode::BadRequest,
                     "検索の言葉は 200 字までです / a search has at most 200 characters", "text"};
    }
    const std::string text = TRY(to_nfkc(question.text));
    std::vector<SearchWord> out = TermCutter{}.words(text);
    if (out.empty()) {
        return Error{ErrorCode::BadRequest,
                     "検索できる言葉がありません。言葉を一つ書いてください / there is nothing to "
                     "look for; write a word",
                     "text"};
    }
    return out;
}

// A case that was found, before it is made ready to be shown.
struct Found {
    IndexedCasePtr indexed;
    std::set<std::string, std::less<>> terms;
};

CaseHit shown(const Found& found, std::size_t rank, const std::vector<SearchWord>& words,
              const TermCutter& cutter) {
    CaseHit out;
    out.rank = rank;
    out.text = CaseTextPtr{found.indexed, &found.indexed->text};
    std::set<std::string, std::less<>> wanted;
    for (const SearchWord& word : words) {
        if (!has_way(found.terms, word)) continue;
        out.words.push_back(word.text);
        for (const auto& way : word.ways) wanted.insert(way.begin(), way.end());
    }
    for (const CaseField& field : found.indexed->fields) {
        CaseSnippet snippet = snippet_of(field.text, cutter.cut(field.text), wanted);
        if (!out.place.empty() && snippet.terms <= out.snippet.terms) continue;
        out.place = field.place;
        out.snippet = std::move(snippet);
    }
    return out;
}

}  // namespace

class CaseIndex::Shelf {
public:
    struct Books {
        Xapian::WritableDatabase database{std::string{}, Xapian::DB_BACKEND_INMEMORY};
        std::map<std::string, IndexedCasePtr, std::less<>> by_id;
        std::map<Xapian::docid, IndexedCasePtr> by_place;
        std::vector<Xapian::docid> free;
        Xapian::docid last = 0;  // that was ever used
        std::size_t bytes = 0;
    };

    // Which cases a search takes.
    class Taker : public Xapian::MatchDecider {
    public:
        Taker(const Books& books, const CaseQuestion& question, const std::string& field)
            : books_{books}, question_{question}, field_{field} {}
        bool operator()(const Xapian::Document& document) const override {
            const auto found = books_.by_place.find(document.get_docid());
            return found != books_.by_place.end() && passes(*found->second, question_, field_);
        }

    private:
        const Books& books_;
        const CaseQuestion& question_;
        const std::string& field_;
    };

    static std::vector<Found> look(const Books& books, const Xapian::Query& query,
                                   const Taker& taker, CaseHits& out, const CaseQuestion& question);

    Guarded<Books> books;
};

std::vector<Found> CaseIndex::Shelf::look(const Books& books, const Xapian::Query& query,
                                          const Taker& taker, CaseHits& out,
                                          const CaseQuestion& question) {
    Xapian::Enquire enquire{books.database};
    enquire.set_query(query);
    enquire.set_sort_by_relevance_then_value(kOrder, false);
    const Xapian::doccount all = books.database.get_doccount();
    const auto offset = static_cast<Xapian::doccount>(std::min<std::size_t>(question.offset, all));
    const Xapian::MSet set = enquire.get_mset(offset, static_cast<Xapian::doccount>(question.limit),
                                              all, nullptr, &taker);
    out.total = set.get_matches_estimated();  // exact: all were checked
    std::vector<Found> found;
    for (auto it = set.begin(); it != set.end(); ++it) {
        Found one{books.by_place.at(*it), {}};
        for (auto term = enquire.get_matching_terms_begin(it);
             term != enquire.get_matching_terms_end(it); ++term) {
            one.terms.insert(*term);
        }
        found.push_back(std::move(one));
    }
    return found;
}

CaseIndex::CaseIndex() : shelf_{std::make_unique<Shelf>()} {}
CaseIndex::~CaseIndex() = default;

Result<void> CaseIndex::put(CaseText text) {
    IndexedCase made;
    made.fields = TRY(fields_of(text));
    made.field = TRY(to_nfkc_casefold(text.field));
    for (const CaseField& field : made.fields) made.bytes += field.text.size();
    made.text = std::move(text);
    if (made.bytes > 2 * CaseText::kMaxBytes) {
        return Error{ErrorCode::TooLarge, "the texts of a case have at most 128 KiB", made.text.id};
    }
    try {
        const Xapian::Document document = document_of(made);
        return shelf_->books.with([&](Shelf::Books& books) -> Result<void> {
            const auto former = books.by_id.find(made.text.id);
            const bool is_new = former == books.by_id.end();
            const std::size_t freed = is_new ? 0 : former->second->bytes;
            if ((is_new && books.by_id.size() >= kMaxCases) ||
                books.bytes - freed + made.bytes > kMaxBytes) {
                return Error{ErrorCode::TooLarge,
                             "there are as many cases as can be searched (10,000, or 64 MiB)",
                             made.text.id};
            }
            const bool is_last = is_new && books.free.empty();
            made.place = !is_new   ? former->second->place
                         : is_last ? books.last + 1
                                   : books.free.back();
            books.database.replace_document(made.place, document);
            if (is_last) ++books.last;
            if (is_new && !is_last) books.free.pop_back();
            books.bytes += made.bytes - freed;
            const auto kept = std::make_shared<const IndexedCase>(std::move(made));
            books.by_place[kept->place] = kept;
            books.by_id[kept->text.id] = kept;
            return {};
        });
    } catch (const Xapian::Error& error) {
        return unexpected(error);
    }
}

Result<bool> CaseIndex::erase(std::string_view id) {
    try {
        return shelf_->books.with([&](Shelf::Books& books) -> Result<bool> {
            const auto found = books.by_id.find(id);
            if (found == books.by_id.end()) return false;
            const IndexedCasePtr gone = found->second;
            books.database.delete_document(gone->place);
            books.by_id.erase(found);
            books.by_place.erase(gone->place);
            books.free.push_back(gone->place);
            books.bytes -= gone->bytes;
            return true;
        });
    } catch (const Xapian::Error& error) {
        return unexpected(error);
    }
}

Result<CaseHits> CaseIndex::search(const CaseQuestion& question) const {
    TRY(check(question));
    const std::string field = TRY(to_nfkc_casefold(question.field));
    const std::vector<SearchWord> words = TRY(words_asked(question));
    CaseHits out;
    for (const SearchWord& word : words) out.words.push_back(word.text);
    std::vector<Found> found;
    try {
        const Xapian::Query query = query_of(words);
        found = std::as_const(shelf_->books).with([&](const Shelf::Books& books) {
            return Shelf::look(books, query, Shelf::Taker{books, question, field}, out, question);
        });
    } catch (const Xapian::Error& error) {
        return unexpected(error);
    }
    const TermCutter cutter;
    for (const Found& one : found) {
        out.hits.push_back(shown(one, question.offset + out.hits.size() + 1, words, cutter));
    }
    return out;
}

CaseTextPtr CaseIndex::find(std::string_view id) const {
    return std::as_const(shelf_->books).with([&](const Shelf::Books& books) {
        const auto found = books.by_id.find(id);
        if (found == books.by_id.end()) return CaseTextPtr{};
        return CaseTextPtr{found->second, &found->second->text};
    });
}

std::vector<CaseTextPtr> CaseIndex::all() const {
    return std::as_const(shelf_->books).with([](const Shelf::Books& books) {
        std::vector<CaseTextPtr> out;
        for (const auto& [id, one] : books.by_id) out.emplace_back(one, &one->text);
        return out;
    });
}

std::size_t CaseIndex::size() const {
    return std::as_const(shelf_->books).with([](const Shelf::Books& books) {
        return books.by_id.size();
    });
}

Json to_json(const CaseHits& hits) {
    const auto texts = [](const std::vector<std::string>& all) {
        return Json{Json::Array(all.begin(), all.end())};
    };
    Json::Array list;
    for (const CaseHit& hit : hits.hits) {
        Json::Array pieces;
        for (const SnippetPiece& piece : hit.snippet.pieces) {
            Json one;
            one.set("text", piece.text);
            one.set("hit", piece.hit);
            pieces.push_back(std::move(one));
        }
        Json one;
        one.set("rank", static_cast<std::int64_t>(hit.rank));
        one.set("case", case_summary(*hit.text));
        one.set("words", texts(hit.words));
        one.set("place", hit.place);
        one.set("snippet", std::move(pieces));
        list.push_back(std::move(one));
    }
    Json out;
    out.set("words", texts(hits.words));
    out.set("total", static_cast<std::int64_t>(hits.total));
    out.set("hits", std::move(list));
    return out;
}

}  // namespace musubi
