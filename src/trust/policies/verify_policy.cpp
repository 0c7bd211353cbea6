#include <algorithm>
#include <set>

#include "trust/people/grant.h"
#include "trust/policies/policies.h"
#include "trust/policies/policy_signature.h"

namespace musubi {
namespace {

using State = PolicyVersion::State;

Error bad(std::string place, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), std::move(place)};
}

// Reads an object of which all is known: each member is asked for once, and none is left.
class Whole {
public:
    Whole(const Json& json, std::string place) : json_{json}, place_{std::move(place)} {}

    const Json* find(std::string_view name) {
        const Json* member = json_.find(name);
        if (member != nullptr) ++asked_;
        return member;
    }
    Result<std::string> text(std::string_view name) {
        const Json* member = find(name);
        if (member != nullptr && member->is_string()) return member->string();
        return bad(place_ + "/" + std::string(name), "a text must stand here");
    }
    Result<std::int64_t> number(std::string_view name) {
        const Json* member = find(name);
        if (member != nullptr && member->is_integer()) return member->integer();
        return bad(place_ + "/" + std::string(name), "a whole number must stand here");
    }
    // As it is written by the server, and in no other way.
    Result<Time> time(std::string_view name) {
        const std::string text = TRY(this->text(name));
        const auto time = parse_time(text);
        if (time && to_iso(*time) == text) return *time;
        return bad(place_ + "/" + std::string(name), "a time must stand here");
    }
    Result<std::optional<Time>> time_or_none(std::string_view name) {
        if (json_.find(name) == nullptr) return std::optional<Time>{};
        return std::optional<Time>{TRY(time(name))};
    }
    [[nodiscard]] Result<void> end() const {
        if (json_.is_object() && json_.object().size() == asked_) return {};
        return bad(place_, "there is a member that a version of policies has not");
    }

private:
    const Json& json_;
    std::string place_;
    std::size_t asked_ = 0;
};

Result<State> read_state(const std::string& name) {
    for (const State state : {State::Proposed, State::InForce, State::Former, State::Withdrawn}) {
        if (name_of(state) == name) return state;
    }
    return bad("/state", "there is no such state");
}

// A signature with what the server says of it.
struct ToldSignature {
    PersonSignature signature;
    std::string text;  // what was signed; empty: before people had keys
    bool holds = false;
};

Result<ToldSignature> read_signature(const Json& json, std::size_t number) {
    Whole whole{json, "/signatures/" + std::to_string(number)};
    ToldSignature out;
    out.signature.subject = TRY(whole.text("subject"));
    out.signature.at = TRY(whole.time("at"));
    if (json.find("key") != nullptr) {
        out.signature.key = TRY(whole.text("key"));
        out.signature.signature = TRY(whole.text("signature"));
        out.text = TRY(whole.text("signed"));
        const Json* holds = whole.find("holds");
        if (holds == nullptr || !holds->is_bool()) {
            return bad("/signatures/" + std::to_string(number) + "/holds",
                       "true or false must stand here");
        }
        out.holds = holds->boolean();
    }
    TRY(whole.end());
    return out;
}

class Verifier {
public:
    explicit Verifier(const std::vector<PersonKey>& keys) : keys_{keys} {}

    Result<PolicyReport> run(const Json& json) {
        const auto signatures = TRY(read(json));
        statement_ = policy_statement(report_.version, report_.tenant);
        for (const ToldSignature& told : signatures) check(told);
        check_summary();
        check_state();
        if (report_.version.ended_at) {
            note("終わりの日時は、だれも署名していません。サーバーの言うとおりです。",
                 "Nobody signs when it ended: that is the server's word.");
        }
        return std::move(report_);
    }

private:
    Result<std::vector<ToldSignature>> read(const Json& json) {
        Whole whole{json, ""};
        TRY(read_head(whole));
        TRY(read_times(whole));
        const Json* list = whole.find("signatures");
        if (list == nullptr || !list->is_array())
            return bad("/signatures", "a list must stand here");
        // What the server says of the text now: it was not signed.
        const Json* warnings = whole.find("warnings");
        if (warnings != nullptr && !warnings->is_array())
            return bad("/warnings", "a list must stand here");
        TRY(whole.end());
        std::vector<ToldSignature> out;
        for (const Json& item : list->array()) out.push_back(TRY(read_signature(item, out.size())));
        return out;
    }

    Result<void> read_head(Whole& whole) {
        PolicyVersion& version = report_.version;
        const std::int64_t number = TRY(whole.number("number"));
        if (number < 1 || number > Policies::kMaxVersions) return bad("/number", "no such number");
        version.number = static_cast<std::uint32_t>(number);
        report_.tenant = TRY(whole.text("tenant"));
        version.state = TRY(read_state(TRY(whole.text("state"))));
        name_ = TRY(whole.text("version"));
        count_ = TRY(whole.number("policies"));
        version.note = TRY(whole.text("note"));
        version.text = TRY(whole.text("text"));
        version.proposed_by = TRY(whole.text("proposedBy"));
        return {};
    }

    Result<void> read_times(Whole& whole) {
        PolicyVersion& version = report_.version;
        version.proposed_at = TRY(whole.time("proposedAt"));
        version.in_force_at = TRY(whole.time_or_none("inForceAt"));
        version.ended_at = TRY(whole.time_or_none("endedAt"));
        return {};
    }

    void check(const ToldSignature& told) {
        const PersonSignature& signature = told.signature;
        report_.version.signatures.push_back(signature);
        const bool twice = !signers_.insert(signature.subject).second;
        if (twice) {
            fault(signature.subject + " が二度署名しています", signature.subject + " signed twice");
        }
        const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const PersonKey& known) {
            return known.half.id() == signature.key;
        });
        const bool valid = key != keys_.end() && holds(*key, statement_, signature);
        report_.valid.push_back(valid);
        if (signature.key.empty()) {
            return fault(
                signature.subject + " の署名には鍵がありません（鍵ができる前のもの）",
                "the signature of " + signature.subject + " is from before there were keys");
        }
        if (key == keys_.end()) {
            return fault(
                signature.subject + " の鍵 " + signature.key + " が公開鍵の一覧にありません",
                "the key " + signature.key + " of " + signature.subject +
                    " is not in the list of keys");
        }
        if (!valid) {
            return fault(signature.subject + " の署名が合いません",
                         "the signature of " + signature.subject + " does not hold");
        }
        const auto text = signed_text(statement_, signature);
        if (!text || *text != told.text || !told.holds) {
            fault(signature.subject + " の署名についてサーバーの言うことが合いません",
                  "what the server says of the signature of " + signature.subject + " is wrong");
        }
    }

    // What is said of the text follows from it.
    void check_summary() {
        const auto set = parse_policies(report_.version.text, "policies", *core_context());
        if (!set) {
            return note("文をこのプログラムで読めません：" + to_text(set.error()),
                        "this program can not read the text: " + to_text(set.error()));
        }
        if (set->version == name_ && static_cast<std::int64_t>(set->policies.size()) == count_) {
            return;
        }
        fault("名前か決まりの数が文と違います",
              "its name or the number of policies is not the text's");
    }

    void check_state() {
        const PolicyVersion& version = report_.version;
        const std::vector<PersonSignature>& all = version.signatures;
        const bool was_in_force = version.in_force_at.has_value();
        const bool enough = all.size() == Policies::kSigners;
        bool fits = false;
        switch (version.state) {
            case State::Proposed: fits = !was_in_force && !version.ended_at && !enough; break;
            case State::InForce: fits = was_in_force && !version.ended_at && enough; break;
            case State::Former: fits = was_in_force && version.ended_at && enough; break;
            case State::Withdrawn: fits = !was_in_force && version.ended_at && !enough; break;
        }
        if (was_in_force && enough) fits = fits && *version.in_force_at == all.back().at;
        if (version.ended_at) fits = fits && *version.ended_at >= version.proposed_at;
        if (fits) return;
        fault("状態が署名や日時と合いません",
              "its state does not follow from signatures and times");
    }

    void fault(std::string ja, std::string en) {
        report_.faults.push_back({std::move(ja), std::move(en)});
    }
    void note(std::string ja, std::string en) {
        report_.notes.push_back({std::move(ja), std::move(en)});
    }

    const std::vector<PersonKey>& keys_;
    PolicyReport report_;
    Statement statement_;
    std::string name_;
    std::int64_t count_ = 0;
    std::set<std::string> signers_;
};

}  // namespace

Result<PolicyReport> verify_policy_version(const Json& told, const std::vector<PersonKey>& keys) {
    return Verifier{keys}.run(told);
}

}  // namespace musubi
