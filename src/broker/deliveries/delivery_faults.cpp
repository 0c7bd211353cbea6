#include "broker/deliveries/delivery_faults.h"

namespace musubi {
namespace {

bool is_redirect(int status) { return status >= 300 && status <= 399; }

}  // namespace

bool is_success(const Result<Receipt>& receipt) {
    return receipt && receipt->status >= 200 && receipt->status <= 299;
}

std::string fault_of(const Result<Receipt>& receipt) {
    if (!receipt) return receipt.error().detail;
    std::string out = "it answered " + std::to_string(receipt->status);
    if (is_redirect(receipt->status)) {
        out += ": redirects are not followed; give the subscription the place where it is now";
    } else if (receipt->status == 401 || receipt->status == 403) {
        out += ": it wants other credentials; see receiverInfo of the subscription";
    } else if (receipt->status == 404 || receipt->status == 410) {
        out += ": nothing is there; see the URI of the subscription";
    }
    return out;
}

DeliveryFaults::DeliveryFaults(Metrics& metrics)
    : all_{metrics.counter("musubi_deliveries_failed_total",
                           "Attempts to give a notification that failed.")},
      late_{metrics.counter("musubi_deliveries_late_total",
                            "Attempts that ended because the receiver took too long.")},
      unreachable_{metrics.counter("musubi_deliveries_unreachable_total",
                                   "Attempts where the receiver could not be reached, or broke "
                                   "off.")},
      forbidden_{metrics.counter("musubi_deliveries_forbidden_total",
                                 "Attempts to reach an address that is not allowed, or as a user "
                                 "that is not let in.")},
      too_large_{metrics.counter("musubi_deliveries_too_large_total",
                                 "Attempts where the receiver answered more than it may.")},
      redirected_{metrics.counter("musubi_deliveries_redirected_total",
                                  "Attempts where the receiver sent us elsewhere.")},
      refused_{metrics.counter("musubi_deliveries_refused_total",
                               "Attempts where the receiver answered with an error.")} {}

void DeliveryFaults::count(const Result<Receipt>& receipt) {
    all_.add();
    if (receipt) return (is_redirect(receipt->status) ? redirected_ : refused_).add();
    switch (receipt.error().code) {
        case ErrorCode::Timeout: return late_.add();
        case ErrorCode::Forbidden: return forbidden_.add();
        case ErrorCode::TooLarge: return too_large_.add();
        default: return unreachable_.add();
    }
}

}  // namespace musubi
