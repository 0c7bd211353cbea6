#include <algorithm>

#include "base/bytes.h"
#include "broker/deliveries/dispatcher_channel.h"

namespace musubi {
namespace {

constexpr std::size_t kOverhead = 512;  // of an entry, beside its record
constexpr std::size_t kMinWindow = 4;   // however little memory is left

std::string name_before(std::string_view name) {
    std::string out{name.substr(0, 16)};
    const std::uint32_t number = read_be32(name.substr(16));
    append_be32(out, number == 0 ? 0 : number - 1);
    return out;
}

}  // namespace

Dispatcher::Channel& Dispatcher::channel(TenantId tenant, std::uint64_t number) {
    auto& slot = channels_[{tenant, number}];
    if (!slot) {
        slot = std::make_unique<Channel>();
        slot->key = {tenant, number};
    }
    return *slot;
}

Dispatcher::Channel* Dispatcher::find_channel(TenantId tenant, std::string_view name) {
    const auto found = channels_.find({tenant, channel_in(name)});
    return found == channels_.end() ? nullptr : found->second.get();
}

bool Dispatcher::has_room(const Channel& c) const {
    return c.live < kMinWindow || (c.live < limits_.window && bytes_ < limits_.window_bytes);
}

Result<void> Dispatcher::add(TenantId tenant, std::string_view name, std::string_view value) {
    Channel& c = channel(tenant, channel_in(name));
    if (c.unread && name > c.read_after) return {};
    if (!has_room(c) && !c.entries.contains(name)) {
        set_unread(c, name);
        return {};
    }
    return insert(c, name, value);
}

void Dispatcher::add_unread(TenantId tenant, std::string_view name) {
    Channel& c = channel(tenant, channel_in(name));
    set_unread(c, name);
    ask_refill(c);
}

void Dispatcher::set_unread(Channel& c, std::string_view name) {
    std::string before = name_before(name);
    if (!c.unread || before < c.read_after) c.read_after = std::move(before);
    c.unread = true;
}

Result<void> Dispatcher::insert(Channel& c, std::string_view name, std::string_view value) {
    if (c.entries.contains(name)) return {};
    auto entry = std::make_unique<Entry>();
    entry->delivery = std::make_shared<const Delivery>(TRY(decode_delivery(value)));
    entry->name = name;
    entry->bytes = value.size() + kOverhead;
    bytes_ += entry->bytes;
    ++c.live;
    Entry& placed = *c.entries.emplace(entry->name, std::move(entry)).first->second;
    enqueue(c, placed);
    return {};
}

void Dispatcher::erased(TenantId tenant, std::string_view name) {
    Channel* const c = find_channel(tenant, name);
    if (c == nullptr) return;
    const auto found = c->entries.find(name);
    if (found == c->entries.end()) return;
    Entry& entry = *found->second;
    entry.gone = true;
    if (entry.state == Entry::State::UnderWay) return;
    if (entry.state == Entry::State::Done) {
        forget(*c, entry);
    } else {
        finish(*c, entry);
    }
    drop_if_idle(*c);
}

void Dispatcher::erase_tenant(TenantId tenant) {
    auto at = channels_.lower_bound({tenant, 0});
    while (at != channels_.end() && at->first.first == tenant) {
        Channel& c = *at->second;
        ++at;
        drop(c);
    }
}

std::vector<std::string> Dispatcher::discard(TenantId tenant, std::string_view subscription) {
    std::vector<std::string> names;
    for (auto at = channels_.lower_bound({tenant, 0});
         at != channels_.end() && at->first.first == tenant; ++at) {
        Channel& c = *at->second;
        for (const auto& [name, entry] : c.entries) {
            const bool waits = entry->delivery && entry->state != Entry::State::UnderWay;
            if (!waits || entry->delivery->subscription != subscription) continue;
            finish(c, *entry);
            names.push_back(name);
        }
    }
    return names;
}

void Dispatcher::drop_if_idle(Channel& c) {
    if (c.entries.empty() && c.in_flight == 0 && !c.unread) drop(c);
}

void Dispatcher::drop(Channel& c) {
    disarm(c);
    if (c.runnable) std::erase(runnable_, &c);
    hungry_.erase(c.key);
    in_flight_ -= c.in_flight;
    for (const auto& [name, entry] : c.entries) {
        if (entry->state != Entry::State::Done) bytes_ -= entry->bytes;
    }
    channels_.erase(ChannelKey{c.key});
}

// ---- reading on --------------------------------------------------------------------------------

void Dispatcher::ask_refill(Channel& c) {
    const bool low =
        c.live < kMinWindow || (c.live <= limits_.window / 4 && bytes_ < limits_.window_bytes);
    if (c.unread && low) hungry_.insert(c.key);
}

std::vector<Dispatcher::Refill> Dispatcher::refills() {
    std::vector<Refill> out;
    for (const ChannelKey& key : hungry_) {
        out.push_back({key.first, key.second, channels_.at(key)->read_after});
    }
    hungry_.clear();
    return out;
}

Result<void> Dispatcher::refilled(const Refill& refill,
                                  const std::vector<std::pair<std::string, std::string>>& records,
                                  bool more) {
    const auto found = channels_.find({refill.tenant, refill.channel});
    if (found == channels_.end()) return {};
    Channel& c = *found->second;
    c.unread = more;
    Result<void> fault;
    for (const auto& [name, value] : records) {
        if (!has_room(c) && !c.entries.contains(name)) {
            c.unread = true;
            break;
        }
        c.read_after = name;
        if (auto inserted = insert(c, name, value); !inserted) fault = std::move(inserted);
    }
    ask_refill(c);
    drop_if_idle(c);
    return fault;
}

std::optional<Time> Dispatcher::oldest() const {
    std::optional<Time> out;
    for (const auto& [key, c] : channels_) {
        const auto waits = std::find_if(c->entries.begin(), c->entries.end(), [](const auto& e) {
            return e.second->delivery != nullptr;
        });
        if (waits == c->entries.end()) continue;
        const Time due = waits->second->delivery->due_at;
        if (!out || due < *out) out = due;
    }
    return out;
}

}  // namespace musubi
