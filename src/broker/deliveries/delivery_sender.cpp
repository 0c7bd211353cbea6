#include "broker/deliveries/delivery_sender.h"

#include <algorithm>
#include <chrono>

#include "broker/subscriptions/subscription_reactor.h"
#include "store/tenants.h"

namespace musubi {
namespace {

constexpr std::size_t kScan = 1000;                // records read at a time
constexpr std::size_t kMaxUnwritten = 4096;        // done, but still in the outbox
constexpr Duration kWriteEvery = milliseconds(5);  // one commit for what became done in it
constexpr Duration kMeasureEvery = seconds(1);
constexpr Duration kMaxRetryAfter = hours(1);  // whatever a receiver asks for
constexpr std::string_view kName = "deliveries";
constexpr std::string_view kContextRelation = "http://www.w3.org/ns/json-ld#context";

// Who is asked, without what may be secret in the rest of the URL.
std::string_view host_of(std::string_view uri) {
    const std::size_t scheme = uri.find("://");
    if (scheme != std::string_view::npos) uri.remove_prefix(scheme + 3);
    uri = uri.substr(0, uri.find_first_of("/?#"));
    const std::size_t user = uri.rfind('@');
    return user == std::string_view::npos ? uri : uri.substr(user + 1);
}

// These say that the receiver has looked at the message and does not want it; what else is not
// 2xx, 401 and 404 among it, is a fault of the receiver or its address that somebody mends.
bool is_refusal(int status) {
    return status == 400 || status == 413 || status == 415 || status == 422;
}

// Why the owner may not be told; nothing: they may.
std::optional<std::string> hindrance(const Caller& owner, const Delivery& delivery) {
    const AccessFilter* access = owner.access.get();
    if (access == nullptr) return "the key that made the subscription was taken away";
    const auto covered = [&](const auto& types) { return access->covers(types); };
    if (!access->may_read || !std::all_of(delivery.types.begin(), delivery.types.end(), covered)) {
        return "the key that made the subscription may not read the entity";
    }
    if (access->governance != nullptr && delivery.access != access->fingerprint()) {
        return "the rights of who made the subscription have changed since the notification was "
               "made";
    }
    return std::nullopt;
}

}  // namespace

DeliverySender::DeliverySender(const DeliveryParts& parts, const DeliveryLimits& limits,
                               std::shared_ptr<DeliveryInbox> inbox,
                               std::shared_ptr<DeliveryFigures> figures)
    : parts_{parts},
      limits_{limits},
      inbox_{std::move(inbox)},
      figures_{std::move(figures)},
      dispatcher_{limits, parts.random},
      sent_{parts.metrics.counter("musubi_deliveries_sent_total",
                                  "Notifications that a receiver has taken.")},
      faults_{parts.metrics},
      dead_{parts.metrics.counter("musubi_deliveries_dead_total",
                                  "Notifications that became dead letters.")},
      dropped_{parts.metrics.counter("musubi_deliveries_dead_dropped_total",
                                     "Dead letters that went for want of room.")} {}

Result<void> DeliverySender::load(TenantId tenant, const std::string& tenant_name) {
    tenant_names_.insert_or_assign(tenant, tenant_name);
    std::string after;
    for (bool more = true; more;) {
        const auto records = TRY(parts_.store.records(tenant, kDeliveryKind, after, kScan));
        more = records.size() == kScan;
        for (const auto& [name, value] : records) {
            if (name.size() != kDeliveryNameBytes) {
                return Error{ErrorCode::Corrupt, "the outbox holds a malformed name"};
            }
            ++lengths_[tenant];
            ++figures_->outbox;
            TRY(dispatcher_.add(tenant, name, value));
        }
        if (more) after = records.back().first;
    }
    return {};
}

// ---- mail --------------------------------------------------------------------------------------

void DeliverySender::read(DeliveryInbox::Mail mail) {
    for (auto& event : mail.events) std::visit([this](auto& e) { on(e); }, event);
    for (const auto& [key, name] : mail.unread) dispatcher_.add_unread(key.first, name);
    for (const auto& [tenant, count] : mail.unread_count) {
        lengths_[tenant] += static_cast<std::int64_t>(count);
        figures_->outbox += static_cast<std::int64_t>(count);
    }
}

void DeliverySender::on(DeliveryInbox::Put& put) {
    ++lengths_[put.tenant];
    ++figures_->outbox;
    if (const auto added = dispatcher_.add(put.tenant, put.name, put.value); !added) {
        parts_.log.error("deliveries", "a notification can not be read; it stays in the outbox",
                         {field("why", to_text(added.error()))});
    }
}

void DeliverySender::on(const DeliveryInbox::Erased& erased) {
    --lengths_[erased.tenant];
    --figures_->outbox;
    dispatcher_.erased(erased.tenant, erased.name);
}

void DeliverySender::on(const DeliveryInbox::TenantGone& gone) {
    dispatcher_.erase_tenant(gone.tenant);
    figures_->outbox -= lengths_[gone.tenant];
    lengths_.erase(gone.tenant);
    tenant_names_.erase(gone.tenant);
    std::erase_if(work_.finished, [&](const auto& item) { return item.first == gone.tenant; });
    std::erase_if(work_.dead, [&](const auto& item) { return item.tenant == gone.tenant; });
    std::erase_if(work_.moved, [&](const auto& item) { return item.tenant == gone.tenant; });
    std::erase_if(work_.tallies, [&](const auto& item) { return item.first.first == gone.tenant; });
}

void DeliverySender::on(const DeliveryInbox::SubscriptionChanged& changed) {
    const SubscriptionPtr subscription = parts_.subscriptions.find(changed.tenant, changed.id);
    if (!subscription) {
        for (std::string& name : dispatcher_.discard(changed.tenant, changed.id)) {
            work_.finished.emplace_back(changed.tenant, std::move(name));
        }
        return;
    }
    dispatcher_.wake(changed.tenant, channel_of(subscription->notification.endpoint.uri),
                     parts_.clock.monotonic());
}

void DeliverySender::on(const DeliveryInbox::Answered& answered) {
    using Fate = Dispatcher::Settled::Fate;
    Dispatcher::Answer answer{.verdict = Dispatcher::Verdict::Delivered, .wait = answered.cooldown};
    const bool delivered = is_success(answered.receipt);
    const std::string reason = delivered ? std::string{} : fault_of(answered.receipt);
    if (!answered.receipt) {
        answer.verdict = Dispatcher::Verdict::Unreachable;
    } else if (!delivered) {
        answer.verdict = is_refusal(answered.receipt->status) ? Dispatcher::Verdict::Refused
                                                              : Dispatcher::Verdict::Unreachable;
        const Duration asked = answered.receipt->retry_after.value_or(Duration{});
        answer.wait = std::max(answer.wait, std::min(asked, kMaxRetryAfter));
    }
    const Time now = parts_.clock.now();
    const auto settled =
        dispatcher_.settle(answered.tenant, answered.name, answer, parts_.clock.monotonic(), now);
    if (!settled.delivery) return;
    auto& tally = work_.tallies[{answered.tenant, settled.delivery->subscription}];
    if (delivered) {
        sent_.add();
        tally.add_success(now);
    } else {
        faults_.count(answered.receipt);
        tally.add_failure(now, reason);
        log_failure(answered, settled, reason);
    }
    // What the registry tells counts once, however often it is tried (5.2.14).
    const bool once = settled.delivery->subscription.starts_with(OtherSubscriptions::kMark);
    if (once && settled.attempts > (delivered ? 0U : 1U)) tally.count_no_more(!delivered);
    if (settled.fate == Fate::Again) return;
    work_.finished.emplace_back(answered.tenant, answered.name);
    if (settled.fate == Fate::Done) return;
    dead_.add();
    work_.dead.push_back({answered.tenant,
                          id_in(answered.name),
                          {*settled.delivery, settled.attempts, reason, now}});
}

void DeliverySender::log_failure(const DeliveryInbox::Answered& answered,
                                 const Dispatcher::Settled& settled, const std::string& reason) {
    const Delivery& delivery = *settled.delivery;
    const SubscriptionPtr subscription =
        parts_.subscriptions.find(answered.tenant, delivery.subscription);
    const std::string_view host =
        subscription ? host_of(subscription->notification.endpoint.uri) : std::string_view{};
    const bool dead = settled.fate == Dispatcher::Settled::Fate::Dead;
    parts_.log.warn("deliveries",
                    dead ? "a notification could not be given; it is a dead letter now"
                         : "a notification could not be given; it will be tried again",
                    {field("subscription", delivery.subscription), field("host", host),
                     field("delivery", delivery.id), field("why", reason),
                     field("attempts", settled.attempts)});
}

void DeliverySender::on(const DeliveryInbox::Written& written) {
    submitted_ = false;
    if (written.result) {
        writing_.reset();
        return;
    }
    // What was sent stays in the outbox until this succeeds: it goes in again as it is.
    write_again_ = parts_.clock.monotonic() + seconds(1);
    parts_.log.error("deliveries", "what was delivered can not be written down; trying again",
                     {field("why", to_text(written.result.error()))});
}

// ---- sending -----------------------------------------------------------------------------------

void DeliverySender::send_due() {
    refill();
    while (work_.finished.size() < kMaxUnwritten) {
        const auto parcel = dispatcher_.next(parts_.clock.monotonic());
        if (!parcel) return;
        dispatch(*parcel);
    }
}

Caller DeliverySender::owner_now(TenantId tenant, const Subscription& subscription) {
    const std::uint64_t rights = parts_.authority.rights();
    Caller owner = owner_of(subscription, tenant_name(tenant),
                            owner_access(subscription, parts_.authority, tenant_name(tenant)));
    owner.rights = rights;
    return owner;
}

void DeliverySender::dispatch(const Parcel& parcel) {
    const Delivery& delivery = *parcel.delivery;
    const SubscriptionPtr subscription =
        parts_.subscriptions.find(parcel.tenant, delivery.subscription);
    if (!subscription || subscription->created_at != delivery.made_at) return give_up(parcel);
    Caller owner = owner_now(parcel.tenant, *subscription);
    if (auto reason = hindrance(owner, delivery)) {
        faults_.count(Error{ErrorCode::Forbidden, *reason});
        work_.tallies[{parcel.tenant, delivery.subscription}].add_failure(parts_.clock.now(),
                                                                          std::move(*reason));
        return give_up(parcel);
    }
    const std::uint64_t channel = channel_of(subscription->notification.endpoint.uri);
    if (channel != channel_in(parcel.name)) return move(parcel, channel);
    if (!is_recorded(parcel, owner)) return;
    post(parcel, *subscription, std::move(owner));
}

bool DeliverySender::is_recorded(const Parcel& parcel, const Caller& owner) {
    if (!parts_.record) return true;
    const auto recorded = parts_.record(owner, *parcel.delivery);
    if (recorded) return true;
    parts_.log.error(
        "deliveries", "what is due could not be recorded; trying again",
        {field("delivery", parcel.delivery->id), field("why", to_text(recorded.error()))});
    static_cast<void>(dispatcher_.settle(parcel.tenant, parcel.name,
                                         {Dispatcher::Verdict::Unreachable, {}},
                                         parts_.clock.monotonic(), parts_.clock.now()));
    return false;
}

void DeliverySender::give_up(const Parcel& parcel) {
    static_cast<void>(dispatcher_.settle(parcel.tenant, parcel.name,
                                         {Dispatcher::Verdict::Void, {}}, parts_.clock.monotonic(),
                                         parts_.clock.now()));
    work_.finished.emplace_back(parcel.tenant, parcel.name);
}

void DeliverySender::move(const Parcel& parcel, std::uint64_t channel) {
    work_.moved.push_back(
        {parcel.tenant, delivery_name(channel, id_in(parcel.name)), encode(*parcel.delivery)});
    give_up(parcel);
}

void DeliverySender::post(const Parcel& parcel, const Subscription& subscription, Caller owner) {
    const NotificationEndpoint& endpoint = subscription.notification.endpoint;
    const Delivery& delivery = *parcel.delivery;
    Outgoing out;
    out.uri = endpoint.uri;
    out.timeout = endpoint.timeout.us > 0 ? endpoint.timeout : endpoint.kDefaultTimeout;
    const bool ld = delivery.link.empty();
    out.headers.emplace_back("Content-Type", endpoint.wants_geojson() ? "application/geo+json"
                                             : ld                     ? "application/ld+json"
                                                                      : "application/json");
    if (!ld) {
        out.headers.emplace_back("Link", "<" + delivery.link + ">; rel=\"" +
                                             std::string(kContextRelation) +
                                             "\"; type=\"application/ld+json\"");
    }
    std::string_view tenant = tenant_name(parcel.tenant);
    if (const auto inner = InnerTenant::parse(tenant)) {  // of a snapshot (6.3.22)
        out.headers.emplace_back("NGSILD-Snapshot", inner->snapshot);
        tenant = inner->owner;
    }
    if (!tenant.empty()) out.headers.emplace_back("NGSILD-Tenant", tenant);
    out.headers.emplace_back("Musubi-Delivery-Id", delivery.id);
    for (const auto& header : endpoint.receiver_info) out.headers.push_back(header);
    out.notifier_info = endpoint.notifier_info;
    out.body = delivery.body;
    out.still = [&authority = parts_.authority, owner = std::move(owner)] {
        return authority.still(owner);
    };
    parts_.port.send(std::move(out), [inbox = inbox_, tenant_id = parcel.tenant, name = parcel.name,
                                      cooldown = endpoint.cooldown](Result<Receipt> receipt) {
        inbox->push(DeliveryInbox::Answered{tenant_id, name, cooldown, std::move(receipt)});
    });
}

const std::string& DeliverySender::tenant_name(TenantId tenant) {
    const auto known = tenant_names_.find(tenant);
    if (known != tenant_names_.end()) return known->second;
    std::string found;
    for (const auto& [name, id] : parts_.store.tenants()) {
        if (id == tenant) found = name;
    }
    return tenant_names_.emplace(tenant, std::move(found)).first->second;
}

void DeliverySender::refill() {
    for (const auto& refill : dispatcher_.refills()) {
        auto records =
            parts_.store.records(refill.tenant, kDeliveryKind, refill.after, limits_.window);
        if (!records) {
            parts_.log.error("deliveries", "the outbox can not be read",
                             {field("why", to_text(records.error()))});
            continue;
        }
        bool more = records->size() == limits_.window;
        const auto other = std::find_if(records->begin(), records->end(), [&](const auto& r) {
            return channel_in(r.first) != refill.channel;
        });
        if (other != records->end()) more = false;
        records->erase(other, records->end());
        if (const auto read = dispatcher_.refilled(refill, *records, more); !read) {
            parts_.log.error("deliveries", "a notification can not be read; it stays in the outbox",
                             {field("why", to_text(read.error()))});
        }
    }
}

// ---- writing down ------------------------------------------------------------------------------

// In batches, while there is always something new; at once when nothing is.
void DeliverySender::write(bool at_once) {
    if (submitted_) return;
    const Duration now = parts_.clock.monotonic();
    if (writing_) {
        if (now >= write_again_) submit();
        return;
    }
    if (work_.empty()) return;
    const bool soon = now - last_write_ < kWriteEvery && work_.finished.size() < kScan;
    if (soon && !at_once) return;
    last_write_ = now;
    writing_ = std::make_shared<const DeliveryWork>(std::exchange(work_, {}));
    submit();
}

void DeliverySender::submit() {
    submitted_ = true;
    std::size_t bytes = 1024 + writing_->finished.size() * 64 + writing_->tallies.size() * 256;
    for (const auto& item : writing_->dead) bytes += item.letter.delivery.body.size();
    for (const auto& item : writing_->moved) bytes += item.value.size();
    auto dropped = std::make_shared<std::size_t>(0);
    Command command;
    command.caller = service_caller("", kName);
    command.bytes = bytes;
    command.run = [&store = parts_.store, work = writing_,
                   dropped](Transaction& tx) -> Result<void> {
        *dropped = TRY(write_down(tx, store, *work));
        return {};
    };
    command.done = [inbox = inbox_, dropped, &counter = dropped_](Result<Committed> result) {
        if (result) counter.add(*dropped);
        inbox->push(DeliveryInbox::Written{result ? Result<void>{} : result.error()});
    };
    parts_.store.submit(std::move(command));
}

void DeliverySender::measure() {
    const Duration now = parts_.clock.monotonic();
    if (now - last_measure_ < kMeasureEvery) return;
    last_measure_ = now;
    figures_->oldest_us = dispatcher_.oldest().value_or(Time{}).us;
}

Duration DeliverySender::patience() const {
    const Duration now = parts_.clock.monotonic();
    Duration wait = kMeasureEvery;
    if (!writing_ && !work_.empty()) wait = std::min(wait, last_write_ + kWriteEvery - now);
    // Not longer than this, since a clock that is set by hand does not wake anybody.
    if (const auto at = dispatcher_.next_at()) {
        wait = std::min({wait, *at - now, milliseconds(100)});
    }
    return std::max(wait, milliseconds(1));
}

void DeliverySender::run(const std::stop_token& stop) {
    send_due();  // what was left from before
    while (!stop.stop_requested()) {
        DeliveryInbox::Mail mail = inbox_->take(patience());
        const bool quiet = mail.empty();
        read(std::move(mail));
        send_due();
        write(quiet);
        measure();
    }
    finish_writing();
}

void DeliverySender::finish_writing() {
    // By the machine's clock: the other one may stand still.
    using std::chrono::steady_clock;
    const auto until = steady_clock::now() + std::chrono::microseconds(limits_.stop_grace.us);
    while (dispatcher_.in_flight() > 0 && steady_clock::now() < until) {
        read(inbox_->take(milliseconds(20)));
        write(false);
    }
    // The store calls back what it was given, whatever comes; what it refuses now is sent again
    // by the next run.
    for (int round = 0; round < 2; ++round) {
        write_again_ = {};
        write(true);
        while (submitted_) read(inbox_->take(milliseconds(20)));
    }
}

}  // namespace musubi
