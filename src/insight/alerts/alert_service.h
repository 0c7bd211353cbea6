#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "insight/rules/rule_set.h"
#include "store/store.h"

namespace musubi {

/// What people do with the alerts that Musubi opened: take one over, and write down what was done.
/// The alert stays protected; who did it is kept in it and, as the cause, in the change.
class AlertService {
public:
    static constexpr std::size_t kMaxName = 200;     ///< bytes
    static constexpr std::size_t kMaxText = 4'000;   ///< bytes
    static constexpr std::size_t kMaxActions = 500;  ///< of one alert

    AlertService(Store& store, std::shared_ptr<const RuleSet> rules)
        : store_{store}, rules_{std::move(rules)} {}

    /// `by` takes the alert over and may say a word about it. Taking it again changes nothing but
    /// adds the word. Answers with the alert as it is then.
    /// Fails: NotFound (no alert of ours), Forbidden (not an operator), Conflict (somebody else
    /// has it: says who; or it is over), BadRequest (no name, or one beyond kMaxName), TooLarge,
    /// Io.
    Result<EntityPtr> take(const Caller& caller, std::string_view alert, std::string_view by,
                           std::string_view note);
    /// Writes down what was done, also of an alert that is over.
    /// Fails: NotFound, Forbidden, BadRequest (no name, no text, too long), TooLarge (beyond
    /// kMaxActions), Io.
    Result<EntityPtr> add_action(const Caller& caller, std::string_view alert, std::string_view by,
                                 std::string_view text);

private:
    struct Request {
        std::string alert;
        std::string by;
        std::string text;
    };
    Result<EntityPtr> commit(const Caller& caller, const Request& request, bool take_over);

    Store& store_;
    std::shared_ptr<const RuleSet> rules_;
};

}  // namespace musubi
