#include "trust/passkeys/challenges.h"

#include <algorithm>

#include "trust/secret.h"

namespace musubi {

void Challenges::drop(Table& table, std::list<Entry>::iterator entry) {
    const auto count = table.of_address.find(entry->address);
    if (--count->second == 0) table.of_address.erase(count);
    table.by_challenge.erase(entry->challenge);
    table.entries.erase(entry);
}

void Challenges::make_room(Table& table, const std::string& address, Duration now) {
    while (!table.entries.empty() && table.entries.front().until <= now) {
        drop(table, table.entries.begin());
    }
    const auto count = table.of_address.find(address);
    if (count != table.of_address.end() && count->second >= kMaxOfAddress) {
        drop(table, std::find_if(table.entries.begin(), table.entries.end(),
                                 [&](const Entry& entry) { return entry.address == address; }));
    }
    if (table.entries.size() >= kMax) drop(table, table.entries.begin());
}

std::string Challenges::begin(Ceremony ceremony, const Asked& asked, Random& random) const {
    std::string challenge = random_bytes(random, kBytes);
    table_.with([&](Table& table) {
        make_room(table, asked.address, asked.now);
        table.entries.push_back(
            {challenge, asked.address, asked.now + kLasts, std::move(ceremony)});
        table.by_challenge.insert_or_assign(challenge, std::prev(table.entries.end()));
        ++table.of_address[asked.address];
    });
    return challenge;
}

std::optional<Ceremony> Challenges::take(const std::string& challenge, Duration now) const {
    return table_.with([&](Table& table) -> std::optional<Ceremony> {
        const auto found = table.by_challenge.find(challenge);
        if (found == table.by_challenge.end()) return std::nullopt;
        const bool lasts = now < found->second->until;
        Ceremony ceremony = std::move(found->second->ceremony);
        drop(table, found->second);
        if (!lasts) return std::nullopt;
        return ceremony;
    });
}

std::size_t Challenges::size() const {
    return table_.with([](const Table& table) { return table.entries.size(); });
}

}  // namespace musubi
