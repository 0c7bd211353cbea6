#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "insight/rules/alert_event.h"
#include "store/transaction.h"

namespace musubi {

/// The guardian of the alerts that Musubi opens.
inline constexpr std::string_view kAlertGuardian = "alerts";

/// Turns what the rules want into alert entities (Smart Data Models, Alert), within a transaction
/// of the guardian.
class AlertWriter {
public:
    AlertWriter(const RuleSet& rules, bool replay) : rules_{rules}, replay_{replay} {}

    /// Does the events in order. An alert that is there already is opened again. Returns the ids
    /// that had to be others than asked for, because somebody else's entity has the one asked for.
    /// Fails: Forbidden, Io, Corrupt.
    Result<std::vector<std::pair<std::string, std::string>>> write(
        Transaction& tx, const std::vector<AlertEvent>& events);

private:
    Result<void> open(Transaction& tx, const AlertEvent& event);
    Result<void> change(Transaction& tx, const AlertEvent& event, const std::string& id);
    Result<void> close(Transaction& tx, const AlertEvent& event, const std::string& id);
    Result<std::string> free_id(Transaction& tx, const std::string& asked);
    void set_meaning(EntityEdit& edit, const AlertEvent& event) const;
    void set_measured(EntityEdit& edit, const AlertEvent& event) const;
    [[nodiscard]] Time issued(const Transaction& tx, const AlertEvent& event) const;

    const RuleSet& rules_;
    bool replay_;
    std::unordered_map<std::string, std::string> renamed_;
};

}  // namespace musubi
