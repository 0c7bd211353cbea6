#include "trust/machines/access_tokens.h"

#include <algorithm>

#include "trust/encoding.h"
#include "trust/secret.h"

namespace musubi {
namespace {

constexpr std::size_t kIdLength = 10;

Error unknown_token() {
    return {ErrorCode::Unauthorized,
            "the access token is not known here, or is over: ask for another one at "
            "/musubi/v1/token"};
}

}  // namespace

void AccessTokens::drop(Table& table, const std::string& id) {
    const auto found = table.by_id.find(id);
    if (found == table.by_id.end()) return;
    const auto others = table.of_machine.find(found->second.machine);
    if (others != table.of_machine.end()) {
        std::deque<std::string>& ids = others->second;
        ids.erase(std::remove(ids.begin(), ids.end(), id), ids.end());
        if (ids.empty()) table.of_machine.erase(others);
    }
    table.by_id.erase(found);
}

void AccessTokens::drop_ended(Table& table, Duration now) {
    // One that ended early is named here until its time has come: the list is bounded as well.
    while (!table.ends.empty() &&
           (table.ends.front().first <= now || table.ends.size() > 2 * kMaxTokens)) {
        const std::string id = std::move(table.ends.front().second);
        table.ends.pop_front();
        drop(table, id);
    }
}

Result<std::string> AccessTokens::issue(std::string_view machine, std::string_view thumbprint,
                                        Duration now, Random& random) {
    const std::string id = random_token(random).substr(0, kIdLength);
    const std::string secret = long_token(random);
    Entry entry;
    entry.digest = sha256({secret});
    entry.machine = machine;
    entry.thumbprint = thumbprint;
    entry.until = now + kLasts;
    const bool taken = table_.with([&](Table& table) {
        drop_ended(table, now);
        const auto theirs = table.of_machine.find(entry.machine);
        if (theirs != table.of_machine.end() && theirs->second.size() >= kMaxOfMachine) {
            drop(table, std::string(theirs->second.front()));
        }
        if (table.by_id.size() >= kMaxTokens) return false;
        table.of_machine[entry.machine].push_back(id);
        table.ends.emplace_back(entry.until, id);
        table.by_id.insert_or_assign(id, std::move(entry));
        return true;
    });
    if (!taken) return Error{ErrorCode::Busy, "too many access tokens are open; try again"};
    return std::string(kPrefix) + id + "_" + secret;
}

Result<std::string> AccessTokens::find(std::string_view token, std::string_view thumbprint,
                                       Duration now) const {
    const std::size_t head = kPrefix.size() + kIdLength;
    const bool shaped = token.starts_with(kPrefix) && token.size() > head + 1 && token[head] == '_';
    if (!shaped) return unknown_token();
    const std::string id{token.substr(kPrefix.size(), kIdLength)};
    const std::string digest = sha256({token.substr(head + 1)});
    return table_.read([&](const Table& table) -> Result<std::string> {
        const auto found = table.by_id.find(id);
        static const std::string kNobody(digest.size(), '\0');
        const std::string& known = found == table.by_id.end() ? kNobody : found->second.digest;
        if (!same_secret(known, digest) || found == table.by_id.end()) return unknown_token();
        const Entry& entry = found->second;
        if (entry.until <= now) return unknown_token();
        if (!entry.thumbprint.empty() && entry.thumbprint != thumbprint) {
            return Error{ErrorCode::Unauthorized,
                         "the access token is bound to the certificate that it was made with "
                         "(RFC 8705): show that one"};
        }
        return entry.machine;
    });
}

std::size_t AccessTokens::size() const {
    return table_.read([](const Table& table) { return table.by_id.size(); });
}

}  // namespace musubi
