#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/gate/gate_evidence.h"
#include "project/gate/stage_question.h"
#include "project/measures/measure.h"
#include "store/store.h"
#include "trust/journal/verify_journal.h"

namespace musubi {

/// What was found in the evidence of a gate.
struct EvidenceReport {
    Json file;
    std::vector<TwoTongues> faults;  ///< none: it is as it was signed, and its parts agree
    std::vector<TwoTongues> notes;   ///< what is worth knowing and breaks nothing
    [[nodiscard]] bool clean() const { return faults.empty(); }
};

/// Checks a file alone, without data: that it is canonical to the byte, that the server signed it,
/// that what was locked has the hash it says, that the definitions are those of their hashes, that
/// estimates and verdicts follow from the values, and that the decision was signed by enough
/// different people of different organisations. `keys`: as GET /musubi/v1/signing-keys tells them;
/// none: whose keys they are is taken from the file.
/// Fails: BadRequest, TooLarge where it is no such file at all.
Result<EvidenceReport> verify_evidence(std::string_view text, const std::optional<KeyList>& keys);

/// What is wrong with `former` as the file that `file` names as the one before it of the project;
/// nothing: it is that one, to the byte.
[[nodiscard]] std::optional<TwoTongues> previous_fault(const Json& file, std::string_view former);

/// What replaying found.
struct ReplayReport {
    std::string evidence;  ///< canonical JSON of it, recomputed
    /// Where the first difference is, as a JSON pointer, and both sides; nothing: none to the byte.
    struct Difference {
        std::string where;
        std::string there;
        std::string recomputed;
    };
    std::optional<Difference> difference;
    /// Where the readings are not those that the evidence was made of: the first value of others.
    struct OtherReadings {
        std::string measure;
        std::string from;
        std::int64_t there = 0;  ///< readings, as the evidence has them
        std::int64_t here = 0;
    };
    std::optional<OtherReadings> other_readings;
};
/// Computes the evidence again from the readings in a store. Fails: BadRequest where the
/// definitions can not be read, as stage_values.
Result<ReplayReport> replay_evidence(const Json& file, const Store& store);

/// What was asked, as the code that made the evidence asked it. Fails: as read_question.
Result<StageQuestion> question_of_evidence(const Json& evidence);
/// The measures as the evidence has them. Fails: as read_measures.
Result<MeasureSet> measures_of_evidence(const Json& evidence);

}  // namespace musubi
