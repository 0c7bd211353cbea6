#include "api/admin_json.h"

namespace musubi::api {

Result<std::string> need_text(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    if (member == nullptr || !member->is_string()) {
        return Error{ErrorCode::BadRequest, "the body needs the text \"" + std::string(name) + "\"",
                     "/" + std::string(name)};
    }
    return member->string();
}

std::string text_or(const Json& json, std::string_view name, std::string_view otherwise) {
    const Json* member = json.find(name);
    return member != nullptr && member->is_string() ? member->string() : std::string(otherwise);
}

HttpResponse plain_json(const Json& json, int status) {
    HttpResponse response{status, {{"Content-Type", "application/json"}}, {}};
    append_json(response.body, json);
    return response;
}

}  // namespace musubi::api
