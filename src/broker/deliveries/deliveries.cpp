#include "broker/deliveries/deliveries.h"

#include <thread>

#include "broker/deliveries/delivery_sender.h"
#include "broker/registrations/source_subscription.h"

namespace musubi {

Deliveries::Deliveries(const DeliveryParts& parts, const DeliveryLimits& limits)
    : parts_{parts},
      inbox_{std::make_shared<DeliveryInbox>()},
      figures_{std::make_shared<DeliveryFigures>()},
      sender_{std::make_unique<DeliverySender>(parts, limits, inbox_, figures_)} {
    parts.metrics.gauge(
        "musubi_deliveries_outbox", "Notifications that are still to be given.",
        [figures = figures_] { return static_cast<double>(figures->outbox.load()); });
    parts.metrics.gauge("musubi_deliveries_oldest_seconds",
                        "How long the oldest notification has been waiting.",
                        [figures = figures_, &clock = parts.clock] {
                            const std::int64_t due = figures->oldest_us.load();
                            return due == 0 ? 0.0 : (clock.now() - Time{due}).seconds();
                        });
}

Deliveries::~Deliveries() { stop(); }

Result<void> Deliveries::start() {
    for (const auto& [name, tenant] : parts_.store.tenants()) TRY(sender_->load(tenant, name));
    parts_.store.add_projection(*this);
    thread_ = std::jthread{[this](const std::stop_token& stop) { sender_->run(stop); }};
    return {};
}

void Deliveries::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    inbox_->wake();
    thread_.join();
}

void Deliveries::pass() {
    const auto passed = std::make_shared<std::promise<void>>();
    auto ended = passed->get_future();
    inbox_->push(DeliveryInbox::Passing{passed});
    constexpr auto kPatience = std::chrono::seconds{5};  // it may be stopping
    static_cast<void>(ended.wait_for(kPatience));
}

void Deliveries::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    std::vector<DeliveryInbox::Event> events;
    for (const RecordChange& record : records) {
        if (record.kind == kDeliveryKind) {
            if (record.value) {
                events.emplace_back(DeliveryInbox::Put{record.tenant, record.name, *record.value});
            } else {
                events.emplace_back(DeliveryInbox::Erased{record.tenant, record.name});
            }
        } else if (record.kind == kSubscriptionKind) {
            events.emplace_back(DeliveryInbox::SubscriptionChanged{record.tenant, record.name});
        } else if (record.kind == kSourceSubscriptionKind) {
            events.emplace_back(DeliveryInbox::SubscriptionChanged{
                record.tenant, std::string(OtherSubscriptions::kMark) + record.name});
        }
    }
    if (!events.empty()) inbox_->push(std::move(events));
}

void Deliveries::erase_tenant(TenantId tenant) { inbox_->push(DeliveryInbox::TenantGone{tenant}); }

}  // namespace musubi
