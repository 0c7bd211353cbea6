#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/import.h"
#include "cli/journal.h"
#include "cli/machines.h"
#include "cli/policies.h"
#include "cli/project_commands.h"
#include "cli/serve.h"

// The command line. Each command's --help ends with an example that works as it stands.
namespace {

using musubi::Config;
using musubi::Json;
using musubi::ServerAccess;

struct Commands {
    CLI::App app{"結 Musubi: the digital base for a region, in one program", "musubi"};
    ServerAccess access;
    std::string config_file;
    std::string listen;
    std::string durability;
    Config config;
    std::string first;  // the command's own arguments
    std::string second;
    std::string role = "reader";
    std::string label;
    std::string tenant;
    std::string until;
    std::string organisation;
    musubi::MachineProofOptions proof;
    std::string sign_in_name;
    std::vector<std::string> types;
    std::vector<std::string> scopes;
    std::string context;
    musubi::ImportOptions imports;
    musubi::JournalVerifyOptions journal;
    musubi::JournalListOptions entries;
    std::string language = "ja";
    bool json = false;
    int exit_code = 0;

    CLI::App* command(CLI::App& parent, const char* name, const char* what, const char* example) {
        return musubi::add_command(parent, name, what, example);
    }
    // A command that speaks to a running server.
    CLI::App* remote(CLI::App& parent, const char* name, const char* what, const char* example) {
        CLI::App* sub = command(parent, name, what, example);
        musubi::take_server(sub, access);
        return sub;
    }
    static void speaks(CLI::App* sub, std::string& in) { musubi::take_language(sub, in); }
    template <typename F>
    void runs(CLI::App* sub, F f) {
        sub->callback([this, f] { exit_code = f(); });
    }

    void add_serve();
    void add_contexts();
    void add_import();
    void add_keys();
    void add_machines();
    void add_policies();
    void add_people();
    void add_tenants();
    void add_journal();
    void add_upkeep();
    void add_backtest();
    int run_serve();
    [[nodiscard]] Json role_spec() const;
    [[nodiscard]] Json key_spec() const;
};

Json Commands::role_spec() const {
    Json spec;
    spec.set("role", role);
    if (!tenant.empty()) spec.set("tenant", tenant);
    if (!until.empty()) spec.set("until", until);
    for (const auto& [name, list] : {std::pair{"types", &types}, std::pair{"scopes", &scopes}}) {
        Json::Array all;
        for (const std::string& one : *list) all.emplace_back(one);
        spec.set(name, std::move(all));
    }
    return spec;
}

Json Commands::key_spec() const {
    Json spec = role_spec();
    spec.set("label", label);
    if (!organisation.empty()) spec.set("organisation", organisation);
    return spec;
}

int Commands::run_serve() {
    Config from_file;
    if (!config_file.empty()) {
        if (const auto read = musubi::read_config(config_file, from_file); !read) {
            return musubi::complain(read.error());
        }
    }
    // What the command line says wins over the file.
    if (!config.data.empty()) from_file.data = config.data;
    if (!config.pack.empty()) from_file.pack = config.pack;
    if (!config.feed.empty()) from_file.feed = config.feed;
    if (!config.packs.empty()) from_file.packs = config.packs;
    if (!config.site.empty()) from_file.site = config.site;
    from_file.open = from_file.open || config.open;
    from_file.new_key = config.new_key;
    from_file.example = config.example;
    if (config.example && from_file.pack.empty()) {  // the town that the examples are of
        from_file.pack = "river";
        from_file.feed = "synthetic";
    }
    from_file.allow_private_addresses =
        from_file.allow_private_addresses || config.allow_private_addresses;
    if (!listen.empty()) {
        if (const auto read = musubi::parse_listen(listen, from_file); !read) {
            return musubi::complain(read.error());
        }
    }
    if (durability == "relaxed") from_file.store.durability = musubi::Durability::Relaxed;
    return musubi::serve(from_file, config_file);
}

void Commands::add_serve() {
    CLI::App* sub = command(app, "serve", "Serve a town from a data folder.",
                            "musubi serve --data town --listen 127.0.0.1:8080 --pack river "
                            "--feed synthetic");
    sub->add_option("--config", config_file, "a TOML file; docs/configuration.md lists its keys");
    sub->add_option("--data", config.data, "the data folder; without it, memory");
    sub->add_option("--listen", listen, "HOST:PORT; default 127.0.0.1:8080");
    sub->add_option("--pack", config.pack, "the pack to run, such as river");
    sub->add_option("--feed", config.feed, "what the pack reads: a folder, a URL, or synthetic");
    sub->add_option("--packs", config.packs, "the folder of packs; default: beside the program");
    sub->add_option("--site", config.site, "the folder of the page; default: beside the program");
    sub->add_option("--durability", durability,
                    "synced (default), or relaxed: a crash of the machine may lose the last "
                    "seconds that were acknowledged")
        ->check(CLI::IsMember({"synced", "relaxed"}));
    sub->add_flag("--open", config.open, "ask for no key; on loopback alone");
    sub->add_flag("--new-key", config.new_key,
                  "make another operator's key and print it, where the first one was lost");
    sub->add_flag(
        "--example", config.example,
        "load, once, the example projects, one up to its gate; without a pack on the river "
        "pack's synthetic feed");
    sub->add_flag("--allow-private-addresses", config.allow_private_addresses,
                  "let notifications and feeds reach loopback and private addresses");
    runs(sub, [this] { return run_serve(); });
}

void Commands::add_contexts() {
    CLI::App* group =
        command(app, "context", "JSON-LD contexts, for work offline.", "musubi context list");
    group->require_subcommand(1);
    CLI::App* add = remote(*group, "add", "Load a context under its URL.",
                           "musubi context add https://example.org/context.jsonld context.jsonld");
    add->add_option("URL", first)->required();
    add->add_option("FILE", second)->required();
    runs(add, [this] { return musubi::add_context(access, first, second); });
    CLI::App* list = remote(*group, "list", "List the contexts at hand.", "musubi context list");
    runs(list, [this] { return musubi::list_contexts(access); });
}

void Commands::add_import() {
    CLI::App* sub = remote(app, "import", "Put files of NGSI-LD entities into a running server.",
                           "musubi import stations.jsonld bridges.jsonld");
    sub->add_option("FILE", imports.files, "a JSON entity, or an array of them")->required();
    sub->add_option("--context", imports.context,
                    "URL of the context of their names, instead of their own");
    sub->add_flag("--lenient", imports.lenient, "mend what can be mended, and say so");
    runs(sub, [this] { return musubi::import_files(access, imports); });
}

void Commands::add_keys() {
    CLI::App* group = command(app, "key", "Keys: who may do what.", "musubi key list");
    group->require_subcommand(1);
    CLI::App* add = remote(*group, "add", "Make a key; it is shown this once.",
                           "musubi key add --role device --label \"bridge gauge\"");
    add->add_option("--role", role, "operator, reader, device, data-owner, ...")
        ->capture_default_str();
    add->add_option("--label", label, "for people: which device, which firm");
    add->add_option("--for-tenant", tenant, "the tenant the key is for");
    add->add_option("--type", types, "a type it is limited to; may be repeated");
    add->add_option("--scope", scopes, "a scope (4.18) it is limited to; may be repeated");
    add->add_option("--organisation", organisation, "id of the organisation it belongs to");
    add->add_option("--until", until, "when it ends, such as 2027-03-31T15:00:00Z");
    runs(add, [this] { return musubi::add_key(access, key_spec()); });
    CLI::App* list =
        remote(*group, "list", "List the keys, without their secrets.", "musubi key list");
    runs(list, [this] { return musubi::list_keys(access); });
    CLI::App* remove =
        remote(*group, "remove", "Take a key away, at once.", "musubi key remove abcdefghij");
    remove->add_option("ID", first)->required();
    runs(remove, [this] { return musubi::remove_key(access, first); });
}

void Commands::add_machines() {
    CLI::App* group = command(app, "machine", "Machines: programs that prove who they are.",
                              "musubi machine list");
    group->require_subcommand(1);
    CLI::App* add = remote(*group, "add", "Register a machine, by one proof.",
                           "musubi machine add --role device --label \"gauge 1\" --certificate "
                           "gauge-1.pem");
    add->add_option("--role", role, "as of a key")->capture_default_str();
    add->add_option("--label", label, "for people: which device, which firm");
    add->add_option("--for-tenant", tenant, "the tenant it is for");
    add->add_option("--type", types, "a type it is limited to; may be repeated");
    add->add_option("--scope", scopes, "a scope (4.18) it is limited to; may be repeated");
    add->add_option("--organisation", organisation, "id of the organisation it belongs to");
    add->add_option("--until", until, "when it ends, such as 2027-03-31T15:00:00Z");
    add->add_flag("--secret", proof.secret, "a secret, which is shown this once");
    add->add_option("--keys", proof.keys, "a file of its public keys (JWK Set)");
    add->add_option("--certificate", proof.certificate, "a file of its certificate (PEM)");
    add->add_option("--thumbprint", proof.thumbprint, "SHA-256 of its certificate");
    add->add_option("--subject", proof.subject, "the subject of its certificates, as CN=x,O=y");
    runs(add, [this] { return musubi::add_machine(access, key_spec(), proof); });
    CLI::App* list = remote(*group, "list", "List the machines.", "musubi machine list");
    runs(list, [this] { return musubi::list_machines(access); });
    CLI::App* remove =
        remote(*group, "remove", "Let a machine in no more.", "musubi machine remove abcdefghij");
    remove->add_option("ID", first)->required();
    runs(remove, [this] { return musubi::remove_machine(access, first); });
}

void Commands::add_policies() {
    CLI::App* group = command(app, "policy", "Policies: who may see and change what, and for what.",
                              "musubi policy list");
    group->require_subcommand(1);
    CLI::App* list = remote(*group, "list", "List the versions.", "musubi policy list");
    runs(list, [this] { return musubi::list_policies(access); });
    CLI::App* show = remote(*group, "show", "Print the text of a version.", "musubi policy show 1");
    show->add_option("NUMBER", first)->required();
    show->add_flag("--odrl", json, "as a Set of ODRL 2.2 (JSON-LD)");
    runs(show, [this] { return musubi::show_policies(access, first, json); });
    CLI::App* propose = remote(*group, "propose", "Propose a text; two people sign it.",
                               "musubi policy propose policies.toml --note \"a first text\"");
    propose->add_option("FILE", first)->required();
    propose->add_option("--note", label, "why");
    runs(propose, [this] { return musubi::propose_policies(access, first, label); });
    CLI::App* trial = remote(*group, "try", "Say who would gain or lose what by a text.",
                             "musubi policy try policies.toml");
    trial->add_option("FILE", first)->required();
    runs(trial, [this] { return musubi::try_policies(access, first); });
    for (const char* what : {"sign", "withdraw"}) {
        const bool signs = std::string_view{what} == "sign";
        CLI::App* decide = remote(*group, what, signs ? "Sign a proposal." : "Take one back.",
                                  signs ? "musubi policy sign 1" : "musubi policy withdraw 1");
        decide->add_option("NUMBER", first)->required();
        runs(decide, [this, what] { return musubi::decide_policies(access, first, what); });
    }
    CLI::App* verify = command(*group, "verify", "Check the signatures of a version, alone.",
                               "musubi policy verify version.json --keys keys.json");
    verify->add_option("FILE", first, "as GET /musubi/v1/policies/1 tells it")->required();
    verify->add_option("--keys", second, "as GET /musubi/v1/signing-keys tells")->required();
    speaks(verify, language);
    runs(verify, [this] { return musubi::verify_policy_file(first, second, language); });
    CLI::App* why = remote(*group, "why", "Say what somebody may do with an entity, and why.",
                           "musubi policy why urn:ngsi-ld:Gauge:bridge --subject key:abcdefghij");
    why->add_option("ENTITY", first)->required();
    why->add_option("--subject", second, "key:ID or person:ID; default: the key itself");
    why->add_option("--action", role, "read, modify or delete")->default_str("read");
    runs(why, [this] {
        const std::string action = role == "modify" || role == "delete" ? role : "read";
        return musubi::explain_access(access, first, action, second);
    });
}

void Commands::add_people() {
    CLI::App* group =
        command(app, "person", "People: who signs in, and with which roles.", "musubi person list");
    group->require_subcommand(1);
    CLI::App* list = remote(*group, "list", "List the people.", "musubi person list");
    runs(list, [this] { return musubi::list_people(access); });
    const auto takes_role = [this](CLI::App* sub) {
        sub->add_option("--role", role,
                        "operator, data-owner, privacy-officer, auditor, independent-body, member, "
                        "reviewer, reader, device or citizen")
            ->capture_default_str();
        sub->add_option("--for-tenant", tenant, "the tenant the role is in");
        sub->add_option("--type", types, "a type it is limited to; may be repeated");
        sub->add_option("--scope", scopes, "a scope (4.18) it is limited to; may be repeated");
        sub->add_option("--until", until, "when the role ends, such as 2027-03-31T15:00:00Z");
    };
    CLI::App* invite = remote(*group, "invite", "Invite somebody; the code is shown this once.",
                              "musubi person invite --shown-as \"山田 花子\" --role operator");
    invite->add_option("--name", sign_in_name, "to sign in by; without it they choose");
    invite->add_option("--shown-as", label, "the name that others see");
    takes_role(invite);
    runs(invite, [this] {
        Json body;
        if (!sign_in_name.empty()) body.set("name", sign_in_name);
        if (!label.empty()) body.set("displayName", label);
        body.set("grants", Json{Json::Array{role_spec()}});
        return musubi::invite_person(access, body);
    });
    for (const bool disabled : {true, false}) {
        CLI::App* sub = disabled ? remote(*group, "disable", "Let a person in no more, at once.",
                                          "musubi person disable abcdefghij")
                                 : remote(*group, "enable", "Let a disabled person in again.",
                                          "musubi person enable abcdefghij");
        sub->add_option("ID", first)->required();
        runs(sub, [this, disabled] { return musubi::disable_person(access, first, disabled); });
    }
    CLI::App* grant = remote(*group, "grant", "Give a person a role.",
                             "musubi person grant abcdefghij --role auditor");
    grant->add_option("ID", first)->required();
    takes_role(grant);
    runs(grant, [this] { return musubi::give_role(access, first, role_spec()); });
    CLI::App* revoke = remote(*group, "revoke", "Take a role away, at once.",
                              "musubi person revoke abcdefghij klmnopqrst");
    revoke->add_option("ID", first)->required();
    revoke->add_option("ROLE", second, "the role's id, as the list has it")->required();
    runs(revoke, [this] { return musubi::take_role(access, first, second); });
}

void Commands::add_tenants() {
    CLI::App* group =
        command(app, "tenant", "Tenants: towns that never meet.", "musubi tenant list");
    group->require_subcommand(1);
    CLI::App* add = remote(*group, "add", "Make a tenant.", "musubi tenant add aoi");
    add->add_option("NAME", first)->required();
    runs(add, [this] { return musubi::add_tenant(access, first); });
    CLI::App* list = remote(*group, "list", "List the tenants.", "musubi tenant list");
    runs(list, [this] { return musubi::list_tenants(access); });
    CLI::App* remove = remote(*group, "remove", "Delete a tenant and everything in it.",
                              "musubi tenant remove aoi");
    remove->add_option("NAME", first)->required();
    runs(remove, [this] { return musubi::remove_tenant(access, first); });
}

void Commands::add_journal() {
    CLI::App* group = command(app, "journal", "The audit journal: who did what.",
                              "musubi journal verify town/journal");
    group->require_subcommand(1);
    CLI::App* verify =
        command(*group, "verify", "Check a journal, without a server: files, or its folder.",
                "musubi journal verify journal.jsonl --lang en");
    verify->add_option("FILE", journal.paths, "files in their order, or a folder")->required();
    verify->add_option("--key", journal.keys, "the server's public key, or its file; repeatable");
    verify->add_option("--expect", journal.expected, "NUMBER:HASH, as an earlier one printed it");
    verify->add_flag("--unfinished", journal.unfinished, "entries may follow the last checkpoint");
    speaks(verify, journal.language);
    runs(verify, [this] { return musubi::verify_journal_files(journal); });
    CLI::App* list = remote(*group, "list", "List entries, the newest first.",
                            "musubi journal list --kind refusal --limit 20");
    list->add_option("--kind", entries.kind, "such as refusal, key-made, access");
    list->add_option("--who", entries.who, "the subject, such as key:abcdefghij");
    list->add_option("--after", entries.after, "a number: those behind it, the oldest first");
    list->add_option("--limit", entries.limit, "at most 1000")->capture_default_str();
    runs(list, [this] { return musubi::list_journal(access, entries); });
    CLI::App* written = remote(*group, "export", "Write all of it into a file, to be verified.",
                               "musubi journal export --out journal.jsonl");
    written->add_option("--out", first, "the file")->required();
    runs(written, [this] { return musubi::export_journal(access, first); });
}

void Commands::add_upkeep() {
    CLI::App* explain = remote(app, "explain", "Say how a query is answered.",
                               "musubi explain 'type=FloodMonitoring&q=currentLevel>4'");
    explain->add_option("QUERY", first, "what follows '?' in GET /ngsi-ld/v1/entities")->required();
    explain->add_option("--context", context, "URL of the context of its names");
    runs(explain, [this] { return musubi::explain(access, first, context); });
    CLI::App* doctor = remote(app, "doctor", "Look at a running server.", "musubi doctor");
    runs(doctor, [this] { return musubi::doctor(access); });
    CLI::App* backup =
        remote(app, "backup", "Back up a running server, sealed, into a folder of its machine.",
               "musubi backup backups --to musubi-backup:...");
    backup->add_option("FOLDER", first)->required();
    backup->add_option("--to", types, "a public key that `backup-key` printed; may be repeated")
        ->required();
    runs(backup, [this] { return musubi::backup(access, first, types); });
    CLI::App* backup_key =
        command(app, "backup-key", "Make a key for backups: the secret half goes into a file.",
                "musubi backup-key backup.secret");
    backup_key->add_option("FILE", first)->required();
    runs(backup_key, [this] { return musubi::make_backup_key_file(first); });
    CLI::App* restore =
        command(app, "restore", "Put a backup into a new data folder.",
                "musubi restore --secret backup.secret backups/musubi-....backup town-restored");
    restore->add_option("BACKUP", first)->required();
    restore->add_option("DIR", second)->required();
    restore->add_option("--secret", label, "the file of the secret key that it is sealed to");
    runs(restore, [this] { return musubi::restore_folder(first, second, label); });
    CLI::App* verify = command(app, "verify", "Check a data folder that no server works on.",
                               "musubi verify town");
    verify->add_option("DIR", first)->required();
    runs(verify, [this] { return musubi::verify_folder(first); });
    CLI::App* config_command =
        command(app, "config", "Print every key of the configuration file.", "musubi config");
    runs(config_command, [] {
        fmt::print("{}", musubi::config_reference());
        return 0;
    });
    CLI::App* dead = command(app, "dead-letters", "Notifications that could not be delivered.",
                             "musubi dead-letters list");
    dead->require_subcommand(1);
    CLI::App* list =
        remote(*dead, "list", "List them, with the reasons.", "musubi dead-letters list");
    runs(list, [this] { return musubi::list_dead_letters(access); });
    CLI::App* send = remote(*dead, "send", "Put one in line again.", "musubi dead-letters send ID");
    send->add_option("ID", first)->required();
    runs(send, [this] { return musubi::send_dead_letter(access, first); });
}

void Commands::add_backtest() {
    CLI::App* sub =
        command(app, "backtest", "Judge a pack's look-ahead on published data of the past.",
                "musubi backtest packs/river --feed river-data");
    sub->add_option("PACK", first, "the pack's folder")->required();
    sub->add_option("--feed", second, "a folder of the pack's published data")->required();
    speaks(sub, language);
    sub->add_flag("--json", json, "for programs: with each event and each call");
    runs(sub, [this] { return musubi::backtest(first, second, language, json); });
}

}  // namespace

int main(int argc, char** argv) {
    Commands commands;
    // Before the options: one that is written wins. (An environment name of the option itself would
    // be taken by each other command's option, after the one that is written.)
    if (const char* key = std::getenv("MUSUBI_KEY")) commands.access.key = key;
    commands.app.require_subcommand(1);
    commands.app.footer("Example:\n  musubi serve --pack river --feed synthetic");
    commands.app.set_version_flag("--version", MUSUBI_VERSION);
    commands.add_serve();
    commands.add_contexts();
    commands.add_import();
    commands.add_keys();
    commands.add_machines();
    commands.add_policies();
    commands.add_people();
    commands.add_tenants();
    commands.add_journal();
    commands.add_upkeep();
    commands.add_backtest();
    musubi::add_project_commands({commands.app, commands.access, commands.exit_code});
    try {
        commands.app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return commands.app.exit(e);
    }
    return commands.exit_code;
}
