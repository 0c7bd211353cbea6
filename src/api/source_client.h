#pragma once

#include "broker/distribution/source_port.h"
#include "net/http_client.h"

namespace musubi {

/// Asks context sources over HTTP. The client, which must outlive it, decides which addresses may
/// be reached.
class SourceClient final : public SourcePort {
public:
    explicit SourceClient(HttpClient& client) : client_{client} {}
    void send(SourceExchange exchange, Callback done) override;

private:
    HttpClient& client_;
};

}  // namespace musubi
