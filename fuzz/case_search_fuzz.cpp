// Questions and texts of cases from anywhere: a search ends in hits or in a refusal; a hit has one
// of the words, is counted, and what is shown of it is UTF-8; a case finds itself by its title.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "project/cases/case_index.h"

namespace {

musubi::CaseText case_of(const std::string& id, const std::string& title) {
    musubi::CaseText out;
    out.id = "urn:ngsi-ld:Case:" + id;
    out.kind = "learning";
    out.title = title;
    out.challenge = "safety";
    out.outcome = "stop";
    return out;
}

void check(const musubi::CaseIndex& index, const std::string& text, bool own) {
    musubi::CaseQuestion question;
    question.text = text;
    const auto found = index.search(question);
    if (!found) {
        if (found.error().code == musubi::ErrorCode::Internal) std::abort();
        return;
    }
    if (found->hits.size() > found->total) std::abort();
    bool itself = false;
    for (const musubi::CaseHit& hit : found->hits) {
        if (hit.words.empty() != found->words.empty()) std::abort();
        for (const auto& piece : hit.snippet.pieces) {
            if (!musubi::is_utf8(piece.text)) std::abort();
        }
        itself = itself || hit.text->id == "urn:ngsi-ld:Case:own";
    }
    if (own && !itself) std::abort();
}

}  // namespace

// The first line is the question, what is below it the title of a case.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string all{reinterpret_cast<const char*>(data), size};
    const std::size_t line = all.find('\n');
    const std::string question = all.substr(0, line);
    const std::string title = line == std::string::npos ? question : all.substr(line + 1);
    musubi::CaseIndex index;
    if (!index.put(case_of("snow", "除雪車の位置を Wi-Fi HaLow で見せる"))) std::abort();
    const bool there = index.put(case_of("own", title)).has_value();
    check(index, question, false);
    if (there) check(index, title, true);
    return 0;
}
