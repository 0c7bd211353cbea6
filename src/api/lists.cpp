// What answers have in common that are no entities.
#include "api/call.h"

namespace musubi {

void add_list_headers(const ApiCall& call, const EntityQuery& page, std::size_t shown,
                      std::size_t all, HttpResponse& response) {
    // The whole number is known, and so is whether there is a next page; told only if asked for.
    QueryResult counted;
    counted.entities.resize(shown);
    counted.count = all;
    add_page_headers(call, page, counted, response);
    if (page.count) return;
    std::erase_if(response.headers,
                  [](const auto& header) { return header.first == "NGSILD-Results-Count"; });
}

HttpResponse created_response(const ApiCall& call, const std::string& location) {
    HttpResponse response = empty_response(call, 201);
    response.headers.emplace_back("Location", location);
    return response;
}

}  // namespace musubi
