#include "project/gate/evidence_check.h"
#include "project/gate/gate_evidence.h"
#include "project/measures/measure_text.h"

namespace musubi {
namespace {

std::size_t look_of(const Json& evidence) {
    const Json* look = evidence.find("look");
    return look != nullptr && look->is_integer() && look->integer() > 0
               ? static_cast<std::size_t>(look->integer())
               : 1;
}

}  // namespace

Result<StageQuestion> question_of_evidence(const Json& evidence) {
    const Json* locked = evidence.find("locked");
    StageQuestion question = TRY(read_question(locked != nullptr ? *locked : Json{}));
    question.look = look_of(evidence);
    const Json* versions = evidence.find("versions");
    question.names_days = versions == nullptr || text_in(*versions, "gate") != kFirstGateCode;
    return question;
}

Result<MeasureSet> measures_of_evidence(const Json& evidence) {
    const Json* definitions = evidence.find("definitions");
    if (definitions == nullptr || definitions->find("text") == nullptr) return MeasureSet{};
    const Json* context = definitions->find("context");
    const std::string url = text_in(*definitions, "contextUrl");
    const auto document = std::make_shared<const Json>(context != nullptr ? *context : Json{});
    const ContextLoader loader =
        [&](std::string_view asked) -> Result<std::shared_ptr<const Json>> {
        if (asked == url) return document;
        return Error{ErrorCode::ContextNotAvailable, "the evidence does not hold this context",
                     std::string{asked}};
    };
    ContextPtr resolved = url.empty() ? core_context() : TRY(resolve_context(Json{url}, loader));
    return read_measures(text_in(*definitions, "text"), "definitions", std::move(resolved));
}

}  // namespace musubi
