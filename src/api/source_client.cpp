#include "api/source_client.h"

namespace musubi {
namespace {

HttpMethod method_named(std::string_view name) {
    for (const HttpMethod method :
         {HttpMethod::Post, HttpMethod::Put, HttpMethod::Patch, HttpMethod::Delete}) {
        if (name == name_of(method)) return method;
    }
    return HttpMethod::Get;
}

}  // namespace

void SourceClient::send(SourceExchange exchange, Callback done) {
    HttpClientRequest request;
    request.method = method_named(exchange.method);
    request.url = std::move(exchange.url);
    request.headers = std::move(exchange.headers);
    request.body = std::move(exchange.body);
    request.timeout = exchange.timeout;
    request.max_response_bytes = exchange.max_bytes;
    client_.send(std::move(request), [done = std::move(done)](Result<HttpResponse> response) {
        if (!response) return done(std::move(response).error());
        done(SourceResponse{response->status, std::move(response->headers),
                            std::move(response->body)});
    });
}

}  // namespace musubi
