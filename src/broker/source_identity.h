#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "store/store.h"

namespace musubi {

inline constexpr std::string_view kSourceIdentityPath = "/ngsi-ld/v1/info/sourceIdentity";

/// Who this context source is to others (GS CIM 009 v1.9.1, 5.2.40, 5.15, 6.3.18). Its alias is
/// made once for a data folder and kept.
class SourceIdentity {
public:
    /// Fails: Io, Corrupt.
    Result<void> load(Store& store, Random& random, const Clock& clock);
    /// The alias by which loops are seen: of this installation and the named tenant; fit for the
    /// pseudonym of a Via header.
    [[nodiscard]] std::string alias(std::string_view tenant) const;
    /// How long the program has been up.
    [[nodiscard]] Duration uptime() const { return clock_->monotonic() - started_; }

private:
    std::string token_;
    const Clock* clock_ = nullptr;
    Duration started_;
};

}  // namespace musubi
