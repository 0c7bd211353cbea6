#include "broker/subscriptions/receiver_info.h"

#include <algorithm>
#include <array>

#include "model/entity.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxPairs = 32;
constexpr std::size_t kMaxNameBytes = 128;
constexpr std::size_t kMaxValueBytes = 4096;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

// Visible ASCII, spaces and tabs, none at the ends.
bool is_value(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
}

bool is_ours(const std::string& name) {
    constexpr std::array<std::string_view, 13> kOurs{"host",
                                                     "content-length",
                                                     "transfer-encoding",
                                                     "connection",
                                                     "keep-alive",
                                                     "upgrade",
                                                     "te",
                                                     "trailer",
                                                     "expect",
                                                     "content-type",
                                                     "link",
                                                     "content-encoding",
                                                     "musubi-delivery-id"};
    return name.starts_with("proxy-") || std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

// An array of {key, value}, both texts.
Result<Pairs> read_pairs(const Json& json, std::string_view pointer) {
    if (!json.is_array() || json.array().size() > kMaxPairs) {
        return Error{ErrorCode::BadRequest, "it is an array of at most 32 {key, value}",
                     std::string(pointer)};
    }
    Pairs out;
    for (std::size_t i = 0; i < json.array().size(); ++i) {
        const Json* key = json.array()[i].find("key");
        const Json* value = json.array()[i].find("value");
        if (key == nullptr || value == nullptr || !key->is_string() || !value->is_string()) {
            return Error{ErrorCode::BadRequest, "it has a key and a value, both texts",
                         std::string(pointer) + "/" + std::to_string(i)};
        }
        out.emplace_back(key->string(), value->string());
    }
    return out;
}

Result<void> check_header(const std::string& key, const std::string& value,
                          const std::string& where) {
    if (!is_token(key) || key.size() > kMaxNameBytes) {
        return Error{ErrorCode::BadRequest, "it is the name of a header", where + "/key"};
    }
    if (is_ours(lower(key))) {
        return Error{ErrorCode::BadRequest, "this header is set by the broker", where + "/key"};
    }
    if (!is_value(value) || value.size() > kMaxValueBytes) {
        return Error{ErrorCode::BadRequest,
                     "it is visible ASCII, at most 4,096 bytes, as a header can carry",
                     where + "/value"};
    }
    if (value == "urn:ngsi-ld:request") {
        return Error{ErrorCode::Unsupported,
                     "headers of the triggering request are not passed on; give the value",
                     where + "/value"};
    }
    return {};
}

}  // namespace

bool is_info_key(std::string_view name) { return is_token(name) && name.size() <= kMaxNameBytes; }

bool is_info_value(std::string_view value) {
    return is_value(value) && value.size() <= kMaxValueBytes;
}

bool may_set_header(std::string_view name) { return !is_ours(lower(name)); }

bool is_media_header(std::string_view name) { return lower(name) == "content-type"; }

Result<Pairs> read_receiver_info(const Json& json) {
    constexpr std::string_view kWhere = "/notification/endpoint/receiverInfo";
    Pairs out = TRY(read_pairs(json, kWhere));
    for (std::size_t i = 0; i < out.size(); ++i) {
        TRY(check_header(out[i].first, out[i].second,
                         std::string(kWhere) + "/" + std::to_string(i)));
    }
    return out;
}

Result<Pairs> read_notifier_info(const Json& json) {
    constexpr std::string_view kWhere = "/notification/endpoint/notifierInfo";
    Pairs out = TRY(read_pairs(json, kWhere));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto& [key, value] = out[i];
        const std::string where = std::string(kWhere) + "/" + std::to_string(i) + "/value";
        if (key == kMqttVersion && value != "mqtt3.1.1" && value != "mqtt5.0") {
            return Error{ErrorCode::BadRequest, "it is mqtt3.1.1 or mqtt5.0", where};
        }
        if (key == kMqttQos && value != "0" && value != "1" && value != "2") {
            return Error{ErrorCode::BadRequest, "it is 0, 1 or 2", where};
        }
        if (key.size() > kMaxNameBytes || value.size() > kMaxValueBytes) {
            return Error{ErrorCode::BadRequest, "it is longer than 4,096 bytes", where};
        }
    }
    return out;
}

}  // namespace musubi
