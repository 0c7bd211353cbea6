#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "cli/journal.h"

namespace musubi {
namespace {

constexpr std::string_view kJournal = "/musubi/v1/journal";

// The target of the next page; empty: this was the last.
std::string next_page(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
        const bool link = name == "Link" || name == "link";
        if (!link || value.find("rel=\"next\"") == std::string::npos) continue;
        const std::size_t open = value.find('<');
        const std::size_t close = value.find('>');
        if (open < close && close != std::string::npos) {
            return std::string(value.substr(open + 1, close - open - 1));
        }
    }
    return {};
}

Result<void> print_entries(const std::string& body) {
    const Json entries = TRY(parse_json(body));
    if (!entries.is_array()) return Error{ErrorCode::Corrupt, "the server sent no list"};
    for (const Json& entry : entries.array()) {
        const Json* number = entry.find("number");
        const Json* details = entry.find("details");
        const std::string tenant = text_in(entry, "tenant");
        const std::string who = text_in(entry, "subject");
        fmt::print("{} {} {} {}{} {}\n",
                   number != nullptr && number->is_integer() ? number->integer() : 0,
                   text_in(entry, "at"), text_in(entry, "kind"), who.empty() ? "-" : who,
                   tenant.empty() ? "" : " @" + tenant,
                   details == nullptr ? "（墨消し／redacted）" : to_text(*details));
    }
    return {};
}

Result<std::size_t> export_to(const ServerAccess& access, const std::string& file) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    std::error_code failure;
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, failure);
    if (!out || failure) return Error{ErrorCode::Io, "the file can not be made", file};
    std::size_t bytes = 0;
    std::string target = std::string(kJournal) + "/export";
    while (!target.empty()) {
        const HttpResponse page = TRY(ask_server(access, HttpMethod::Get, target));
        if (!out.write(page.body.data(), static_cast<std::streamsize>(page.body.size()))) {
            return Error{ErrorCode::Io, "the file can not be written", file};
        }
        bytes += page.body.size();
        target = next_page(page);
    }
    out.close();
    if (!out) return Error{ErrorCode::Io, "the file can not be written", file};
    return bytes;
}

}  // namespace

int list_journal(const ServerAccess& access, const JournalListOptions& options) {
    std::string target = std::string(kJournal) + "?limit=" + encode_query_value(options.limit);
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"kind", options.kind},
                                      {"who", options.who},
                                      {"after", options.after}}) {
        if (!value.empty()) target += "&" + name + "=" + encode_query_value(value);
    }
    const auto response = ask_server(access, HttpMethod::Get, target);
    if (!response) return complain(response.error());
    const auto printed = print_entries(response->body);
    return printed ? 0 : complain(printed.error());
}

int export_journal(const ServerAccess& access, const std::string& file) {
    const auto bytes = export_to(access, file);
    if (!bytes) return complain(bytes.error());
    fmt::print("{} bytes; check it with: musubi journal verify {}\n", *bytes, file);
    return 0;
}

}  // namespace musubi
