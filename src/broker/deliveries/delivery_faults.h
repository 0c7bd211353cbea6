#pragma once

#include <string>

#include "base/metrics.h"
#include "broker/deliveries/notification_port.h"

namespace musubi {

/// True where the receiver has taken it.
[[nodiscard]] bool is_success(const Result<Receipt>& receipt);
/// Why it was not taken, in words that a person can act on; never the URL, which may hold secrets.
[[nodiscard]] std::string fault_of(const Result<Receipt>& receipt);

/// Counts faults by what they are: receivers that do not answer in time, can not be reached, stand
/// where they may not be asked, say too much, send elsewhere, or answer that they do not want it.
class DeliveryFaults {
public:
    explicit DeliveryFaults(Metrics& metrics);
    void count(const Result<Receipt>& receipt);

private:
    Counter& all_;
    Counter& late_;
    Counter& unreachable_;
    Counter& forbidden_;
    Counter& too_large_;
    Counter& redirected_;
    Counter& refused_;
};

}  // namespace musubi
