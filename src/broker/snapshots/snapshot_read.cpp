#include <algorithm>
#include <array>

#include "broker/member_reader.h"
#include "broker/snapshots/snapshot.h"
#include "broker/subscriptions/receiver_info.h"
#include "model/entity.h"

namespace musubi {
namespace {

// What only answers have: left aside where it comes back (5.2.41).
constexpr std::array<std::string_view, 7> kOutput{"snapshotStatus",
                                                  "snapshotQueriesDetails",
                                                  "snapshotTemporalQueriesDetails",
                                                  "createdAt",
                                                  "modifiedAt",
                                                  "expiresAt",
                                                  "lastUsedAt"};
constexpr std::array<std::string_view, 9> kInput{"id",
                                                 "type",
                                                 "snapshotQueries",
                                                 "snapshotTemporalQueries",
                                                 "snapshotLifetime",
                                                 "snapshotPriority",
                                                 "endpoint",
                                                 "receiverInfo",
                                                 "@context"};

template <std::size_t kSize>
bool has(const std::array<std::string_view, kSize>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_null(const Json* json) {
    return json != nullptr && json->is_string() && json->string() == iri::kNull;
}

Result<void> check_members(const MemberReader& in, const Json& json) {
    if (!json.is_object()) return Error{ErrorCode::BadRequest, "a snapshot is a JSON object"};
    for (const JsonMember& member : json.object()) {
        if (has(kInput, member.name) || has(kOutput, member.name)) continue;
        return in.bad(member.name, "a snapshot has no such member (5.2.41)");
    }
    return {};
}

Result<void> check_type(const MemberReader& in, bool needed) {
    const Json* type = in.find("type");
    if (type == nullptr && !needed) return {};
    if (type != nullptr && type->is_string() && type->string() == "Snapshot") return {};
    return in.bad("type", "it is \"Snapshot\"");
}

// An array of objects of type Query that have a time, or have none.
Result<Json> read_queries(const MemberReader& in, std::string_view name, bool temporal) {
    const Json* queries = in.find(name);
    if (queries == nullptr) return Json{};
    if (!queries->is_array() || queries->array().empty() ||
        queries->array().size() > Snapshot::kMaxQueries) {
        return in.bad(name, "it is an array of 1 to 100 queries");
    }
    for (std::size_t i = 0; i < queries->array().size(); ++i) {
        const Json& query = queries->array()[i];
        const std::string place = in.where(name) + "/" + std::to_string(i);
        const Json* type = query.find("type");
        if (type == nullptr || !type->is_string() || type->string() != "Query") {
            return Error{ErrorCode::BadRequest, "it is an object of type \"Query\"", place};
        }
        const bool has_time = query.find("temporalQ") != nullptr;
        if (has_time != temporal) {
            return Error{ErrorCode::BadRequest,
                         temporal ? "a temporal query needs \"temporalQ\""
                                  : "\"temporalQ\" belongs to snapshotTemporalQueries",
                         place + "/temporalQ"};
        }
    }
    return *queries;
}

Result<void> read_priority(const MemberReader& in, Snapshot& out) {
    const Json* priority = in.find("snapshotPriority");
    if (priority == nullptr) return {};
    if (!priority->is_integer() || priority->integer() < 1 || priority->integer() > 10) {
        return in.bad("snapshotPriority", "it is a whole number from 1 to 10");
    }
    out.priority = static_cast<int>(priority->integer());
    return {};
}

Result<void> read_lifetime(const MemberReader& in, Snapshot& out) {
    if (in.find("snapshotLifetime") == nullptr) return {};
    out.lifetime = TRY(in.text("snapshotLifetime"));
    const auto span = parse_duration(out.lifetime);
    if (!span) return in.bad("snapshotLifetime", span.error().detail);
    if (span->us <= 0) return in.bad("snapshotLifetime", "it is longer than nothing");
    return {};
}

Result<void> read_endpoint(const MemberReader& in, Snapshot& out) {
    if (in.find("endpoint") != nullptr) out.endpoint = TRY(in.uri("endpoint"));
    const Json* info = in.find("receiverInfo");
    if (info == nullptr) return {};
    if (auto read = read_receiver_info(*info); !read) {
        return within(in.where("receiverInfo"), std::move(read).error());
    }
    out.receiver_info = *info;
    return {};
}

}  // namespace

Result<Snapshot> read_snapshot(const Json& json, SnapshotUse use) {
    const MemberReader in{json, ""};
    TRY(check_members(in, json));
    TRY(check_type(in, true));
    Snapshot out;
    out.id = TRY(in.uri("id"));
    if (out.id == iri::kNull) return in.bad("id", "NGSI-LD Null is the id of nothing (5.5.4)");
    if (use == SnapshotUse::Create) {
        out.queries = TRY(read_queries(in, "snapshotQueries", false));
        out.temporal_queries = TRY(read_queries(in, "snapshotTemporalQueries", true));
        if (out.queries.is_null() && out.temporal_queries.is_null()) {
            return in.bad("snapshotQueries",
                          "a snapshot needs snapshotQueries or snapshotTemporalQueries");
        }
    } else {
        for (const std::string_view name : {"snapshotQueries", "snapshotTemporalQueries"}) {
            if (in.find(name) != nullptr) return in.bad(name, "a clone has no queries of its own");
        }
    }
    TRY(read_priority(in, out));
    TRY(read_lifetime(in, out));
    TRY(read_endpoint(in, out));
    return out;
}

Result<void> patch_snapshot(Snapshot& snapshot, const Json& patch, Time now) {
    const MemberReader in{patch, ""};
    TRY(check_members(in, patch));
    TRY(check_type(in, false));
    for (const std::string_view name : {"snapshotQueries", "snapshotTemporalQueries"}) {
        if (in.find(name) != nullptr) {
            return in.bad(name, "the queries of a snapshot are those it was made with (5.2.41)");
        }
    }
    if (in.find("id") != nullptr && TRY(in.uri("id")) != snapshot.id) {
        return in.bad("id", "the id of a snapshot can not be changed");
    }
    Json rest{patch};
    for (const std::string_view name : {"endpoint", "receiverInfo"}) {
        if (!is_null(in.find(name))) continue;
        std::erase_if(rest.object(), [&](const JsonMember& m) { return m.name == name; });
        if (name == "endpoint") {
            snapshot.endpoint.clear();
        } else {
            snapshot.receiver_info = Json{};
        }
    }
    const MemberReader left{rest, ""};
    TRY(read_priority(left, snapshot));
    TRY(read_endpoint(left, snapshot));
    if (left.find("snapshotLifetime") != nullptr) {
        TRY(read_lifetime(left, snapshot));
        TRY(set_expiry(snapshot, now));
    }
    return {};
}

Result<void> set_expiry(Snapshot& snapshot, Time now) {
    Duration span = Snapshot::kLifetime;
    if (!snapshot.lifetime.empty()) span = TRY(parse_duration(snapshot.lifetime));
    snapshot.expires_at = now + std::min(span, Snapshot::kMaxLifetime);
    return {};
}

namespace {

Result<void> check_names(const QueryNode& node) {
    constexpr std::array<std::string_view, 6> kNamed{"snapshotStatus",   "snapshotPriority",
                                                     "snapshotLifetime", "endpoint",
                                                     "expiresAt",        "lastUsedAt"};
    for (const QueryNode& child : node.children) TRY(check_names(child));
    if (node.kind == QueryNode::Kind::And || node.kind == QueryNode::Kind::Or) return {};
    const auto& names = node.path.names;
    const bool time = names.empty() && (node.path.of == QueryPath::Of::CreatedAt ||
                                        node.path.of == QueryPath::Of::ModifiedAt);
    if (time) return {};
    const bool plain = names.size() == 1 && node.path.linked.empty() && node.path.inner.empty() &&
                       names.front().starts_with(iri::kNgsiLd) &&
                       has(kNamed, std::string_view(names.front()).substr(iri::kNgsiLd.size()));
    if (plain) return {};
    return Error{ErrorCode::BadRequest,
                 "a query of snapshots names their own members alone: snapshotStatus, "
                 "snapshotPriority, snapshotLifetime, endpoint, createdAt, modifiedAt, expiresAt, "
                 "lastUsedAt (5.16.7.4)",
                 "q"};
}

void add(Entity& entity, std::string_view name, Json value) {
    Attribute& a = entity.attributes.emplace_back();
    a.name = std::string(iri::kNgsiLd).append(name);
    a.value = std::move(value);
}

}  // namespace

Result<QueryNode> parse_snapshot_q(std::string_view text, const Context& context) {
    QueryNode query = TRY(parse_q(text, context));
    TRY(check_names(query));
    return query;
}

bool matches(const QueryNode& query, const Snapshot& snapshot) {
    Entity entity;
    entity.id = snapshot.id;
    entity.created_at = snapshot.created_at;
    entity.modified_at = snapshot.modified_at;
    add(entity, "snapshotStatus", name_of(snapshot.status));
    add(entity, "snapshotPriority", snapshot.priority);
    if (!snapshot.lifetime.empty()) add(entity, "snapshotLifetime", snapshot.lifetime);
    if (!snapshot.endpoint.empty()) add(entity, "endpoint", snapshot.endpoint);
    add(entity, "expiresAt", to_iso(snapshot.expires_at));
    add(entity, "lastUsedAt", to_iso(snapshot.last_used_at));
    return matches(query, entity);
}

}  // namespace musubi
