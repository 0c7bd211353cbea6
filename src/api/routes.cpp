#include <array>

#include "api/journal.h"
#include "api/machines.h"
#include "api/passkeys.h"
#include "api/router.h"

namespace musubi {
namespace {

using enum HttpMethod;
using namespace api;  // the handlers, so that the table below is one line a route

constexpr std::array kRoutes{
    // entities
    Route{Get, "/ngsi-ld/v1/entities", query_entities, "6.4.3.2"},
    Route{Post, "/ngsi-ld/v1/entities", post_entity, "6.4.3.1"},
    Route{Delete, "/ngsi-ld/v1/entities", purge_entities, "6.4.3.3", RunOn::Worker},
    Route{Put, "/ngsi-ld/v1/entities", need_entity_id, "6.5.3.3"},
    Route{Patch, "/ngsi-ld/v1/entities", need_entity_id, "6.5.3.4"},
    Route{Get, "/ngsi-ld/v1/entities/{}", get_entity, "6.5.3.1"},
    Route{Delete, "/ngsi-ld/v1/entities/{}", remove_entity, "6.5.3.2"},
    Route{Put, "/ngsi-ld/v1/entities/{}", put_entity, "6.5.3.3"},
    Route{Patch, "/ngsi-ld/v1/entities/{}", patch_entity, "6.5.3.4"},
    Route{Post, "/ngsi-ld/v1/entities/{}/attrs", post_attributes, "6.6.3.1"},
    Route{Patch, "/ngsi-ld/v1/entities/{}/attrs", patch_attributes, "6.6.3.2"},
    Route{Get, "/ngsi-ld/v1/entities/{}/attrs/{}", get_attribute, "ours"},
    Route{Patch, "/ngsi-ld/v1/entities/{}/attrs/{}", patch_one_attribute, "6.7.3.1"},
    Route{Delete, "/ngsi-ld/v1/entities/{}/attrs/{}", remove_attribute, "6.7.3.2"},
    Route{Put, "/ngsi-ld/v1/entities/{}/attrs/{}", put_one_attribute, "6.7.3.3"},
    // many at once
    Route{Post, "/ngsi-ld/v1/entityOperations/create", batch_create, "6.14.3.1"},
    Route{Post, "/ngsi-ld/v1/entityOperations/upsert", batch_upsert, "6.15.3.1"},
    Route{Post, "/ngsi-ld/v1/entityOperations/update", batch_update, "6.16.3.1"},
    Route{Post, "/ngsi-ld/v1/entityOperations/delete", batch_delete, "6.17.3.1"},
    Route{Post, "/ngsi-ld/v1/entityOperations/query", batch_query, "6.23.3.1"},
    Route{Post, "/ngsi-ld/v1/entityOperations/merge", batch_merge, "6.31.3.1"},
    // what queries found
    Route{Get, "/ngsi-ld/v1/entityMaps", create_entity_map, "6.34.3.1", RunOn::Worker},
    Route{Get, "/ngsi-ld/v1/entityMaps/{}", get_entity_map, "6.32.3.1"},
    Route{Patch, "/ngsi-ld/v1/entityMaps/{}", patch_entity_map, "6.32.3.2"},
    Route{Delete, "/ngsi-ld/v1/entityMaps/{}", remove_entity_map, "6.32.3.3"},
    Route{Get, "/ngsi-ld/v1/temporal/entityMaps", create_evolution_map, "6.35.3.1", RunOn::Worker},
    // what there is
    Route{Get, "/ngsi-ld/v1/types", list_types, "6.25.3.1", RunOn::Worker},
    Route{Get, "/ngsi-ld/v1/types/{}", get_type, "6.26.3.1", RunOn::Worker},
    Route{Get, "/ngsi-ld/v1/attributes", list_attributes, "6.27.3.1", RunOn::Worker},
    Route{Get, "/ngsi-ld/v1/attributes/{}", get_attribute_facts, "6.28.3.1", RunOn::Worker},
    Route{Get, "/ngsi-ld/v1/info/sourceIdentity", get_source_identity, "6.33.3.1"},
    // from context sources
    Route{Post, "/ngsi-ld/ex/remote-notify", take_remote_notification, "ours", RunOn::Worker},
    // contexts
    Route{Post, "/ngsi-ld/v1/jsonldContexts", post_hosted_context, "6.29.3.1"},
    Route{Get, "/ngsi-ld/v1/jsonldContexts", list_hosted_contexts, "6.29.3.2"},
    Route{Get, "/ngsi-ld/v1/jsonldContexts/{}", get_hosted_context, "6.30.3.1"},
    Route{Delete, "/ngsi-ld/v1/jsonldContexts/{}", remove_hosted_context, "6.30.3.2",
          RunOn::Worker},
    // history
    Route{Get, "/ngsi-ld/v1/temporal/entities", query_evolutions, "6.18.3.2", RunOn::Worker},
    Route{Post, "/ngsi-ld/v1/temporal/entities", post_evolution, "6.18.3.1"},
    Route{Get, "/ngsi-ld/v1/temporal/entities/{}", get_evolution, "6.19.3.1", RunOn::Worker},
    Route{Delete, "/ngsi-ld/v1/temporal/entities/{}", remove_evolution, "6.19.3.2"},
    Route{Post, "/ngsi-ld/v1/temporal/entities/{}/attrs", post_evolution_attributes, "6.20.3.1"},
    Route{Delete, "/ngsi-ld/v1/temporal/entities/{}/attrs/{}", remove_evolution_attribute,
          "6.21.3.1"},
    Route{Patch, "/ngsi-ld/v1/temporal/entities/{}/attrs/{}/{}", patch_instance, "6.22.3.1"},
    Route{Delete, "/ngsi-ld/v1/temporal/entities/{}/attrs/{}/{}", remove_evolution_instance,
          "6.22.3.2"},
    Route{Post, "/ngsi-ld/v1/temporal/entityOperations/query", post_evolution_query, "6.24.3.1",
          RunOn::Worker},
    // subscriptions and their deliveries
    Route{Post, "/ngsi-ld/v1/subscriptions", post_subscription, "6.10.3.1"},
    Route{Get, "/ngsi-ld/v1/subscriptions", list_subscriptions, "6.10.3.2"},
    Route{Get, "/ngsi-ld/v1/subscriptions/{}", get_subscription, "6.11.3.1"},
    Route{Patch, "/ngsi-ld/v1/subscriptions/{}", patch_subscription, "6.11.3.2"},
    Route{Delete, "/ngsi-ld/v1/subscriptions/{}", remove_subscription, "6.11.3.3"},
    Route{Get, "/musubi/v1/dead-letters", list_dead_letters, "ours"},
    Route{Post, "/musubi/v1/dead-letters/{}/send", resend_dead_letter, "ours", RunOn::Worker},
    Route{Delete, "/musubi/v1/dead-letters/{}", remove_dead_letter, "ours", RunOn::Worker},
    // context sources and the subscriptions to them
    Route{Get, "/ngsi-ld/v1/csourceRegistrations", query_registrations, "6.8.3.2"},
    Route{Post, "/ngsi-ld/v1/csourceRegistrations", post_registration, "6.8.3.1"},
    Route{Get, "/ngsi-ld/v1/csourceRegistrations/{}", get_registration, "6.9.3.1"},
    Route{Patch, "/ngsi-ld/v1/csourceRegistrations/{}", patch_registration, "6.9.3.2"},
    Route{Delete, "/ngsi-ld/v1/csourceRegistrations/{}", remove_registration, "6.9.3.3"},
    Route{Get, "/ngsi-ld/v1/csourceSubscriptions", list_source_subscriptions, "6.12.3.2"},
    Route{Post, "/ngsi-ld/v1/csourceSubscriptions", post_source_subscription, "6.12.3.1"},
    Route{Get, "/ngsi-ld/v1/csourceSubscriptions/{}", get_source_subscription, "6.13.3.1"},
    Route{Patch, "/ngsi-ld/v1/csourceSubscriptions/{}", patch_source_subscription, "6.13.3.2"},
    Route{Delete, "/ngsi-ld/v1/csourceSubscriptions/{}", remove_source_subscription, "6.13.3.3"},
    // snapshots
    Route{Post, "/ngsi-ld/v1/snapshots", post_snapshot, "6.36.3.1"},
    Route{Delete, "/ngsi-ld/v1/snapshots", purge_snapshots, "6.36.3.2"},
    Route{Get, "/ngsi-ld/v1/snapshots/{}", get_snapshot, "6.37.3.1"},
    Route{Patch, "/ngsi-ld/v1/snapshots/{}", patch_snapshot, "6.37.3.2"},
    Route{Delete, "/ngsi-ld/v1/snapshots/{}", remove_snapshot, "6.37.3.3"},
    Route{Post, "/ngsi-ld/v1/snapshots/{}/clone", clone_snapshot, "6.38.3.1"},
    // the town
    Route{Get, "/musubi/v1/town", get_town, "ours"},
    Route{Post, "/musubi/v1/alerts/{}/take", take_alert, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/alerts/{}/actions", add_alert_action, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/feeds", list_feeds, "ours"},
    Route{Get, "/musubi/v1/feeds/{}/quarantine", list_quarantine, "ours", RunOn::Worker},
    // who may do what
    Route{Get, "/musubi/v1/policies", list_policies, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/policies", post_policies, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/policies/dry-run", try_policies, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/policies/{}", get_policies, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/policies/{}/odrl", get_policies_odrl, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/policies/{}/sign", sign_policies, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/policies/{}/withdraw", withdraw_policies, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/access", explain_access, "ours"},
    // people
    Route{Get, "/musubi/v1/session", get_session, "ours"},
    Route{Post, "/musubi/v1/session", post_session, "ours"},
    Route{Delete, "/musubi/v1/session", remove_session, "ours"},
    Route{Post, "/musubi/v1/session/options", post_session_options, "ours"},
    Route{Get, "/musubi/v1/me", get_me, "ours"},
    Route{Patch, "/musubi/v1/me", patch_me, "ours"},
    Route{Put, "/musubi/v1/me/password", put_own_password, "ours"},
    Route{Delete, "/musubi/v1/me/password", remove_own_password, "ours"},
    Route{Get, "/musubi/v1/me/passkeys", list_passkeys, "ours"},
    Route{Post, "/musubi/v1/me/passkeys", post_passkey, "ours"},
    Route{Post, "/musubi/v1/me/passkeys/options", post_passkey_options, "ours"},
    Route{Patch, "/musubi/v1/me/passkeys/{}", patch_passkey, "ours"},
    Route{Delete, "/musubi/v1/me/passkeys/{}", remove_passkey, "ours"},
    Route{Get, "/musubi/v1/me/sessions", list_own_sessions, "ours"},
    Route{Delete, "/musubi/v1/me/sessions", remove_own_sessions, "ours"},
    Route{Delete, "/musubi/v1/me/sessions/{}", remove_own_session, "ours"},
    Route{Get, "/musubi/v1/me/recovery-codes", get_recovery_codes, "ours"},
    Route{Post, "/musubi/v1/me/recovery-codes", post_recovery_codes, "ours"},
    Route{Get, "/musubi/v1/me/loans", list_loans, "ours"},
    Route{Post, "/musubi/v1/me/loans", post_loan, "ours"},
    Route{Delete, "/musubi/v1/me/loans/{}", remove_loan, "ours"},
    Route{Get, "/musubi/v1/people", list_people, "ours"},
    Route{Get, "/musubi/v1/people/{}", get_person, "ours"},
    Route{Patch, "/musubi/v1/people/{}", patch_person, "ours"},
    Route{Delete, "/musubi/v1/people/{}", remove_person, "ours"},
    Route{Post, "/musubi/v1/people/{}/grants", post_grant, "ours"},
    Route{Delete, "/musubi/v1/people/{}/grants/{}", remove_grant, "ours"},
    Route{Post, "/musubi/v1/people/{}/renewal", post_renewal, "ours"},
    Route{Get, "/musubi/v1/organisations", list_organisations, "ours"},
    Route{Post, "/musubi/v1/organisations", post_organisation, "ours"},
    Route{Put, "/musubi/v1/organisations/{}", put_organisation, "ours"},
    Route{Delete, "/musubi/v1/organisations/{}", remove_organisation, "ours"},
    Route{Get, "/musubi/v1/invitations", list_invitations, "ours"},
    Route{Post, "/musubi/v1/invitations", post_invitation, "ours"},
    Route{Delete, "/musubi/v1/invitations/{}", remove_invitation, "ours"},
    Route{Post, "/musubi/v1/invitations/look", look_at_invitation, "ours"},
    Route{Post, "/musubi/v1/invitations/options", post_invitation_options, "ours"},
    Route{Post, "/musubi/v1/invitations/accept", accept_invitation, "ours"},
    // machines
    Route{Get, "/musubi/v1/machines", list_machines, "ours"},
    Route{Post, "/musubi/v1/machines", post_machine, "ours", RunOn::Worker},
    Route{Delete, "/musubi/v1/machines/{}", remove_machine, "ours"},
    Route{Post, "/musubi/v1/token", post_token, "ours", RunOn::Worker},
    Route{Get, "/.well-known/oauth-authorization-server", get_oauth_metadata, "ours"},
    // running it
    Route{Get, "/musubi/v1/keys", list_keys, "ours"},
    Route{Post, "/musubi/v1/keys", post_key, "ours", RunOn::Worker},
    Route{Delete, "/musubi/v1/keys/{}", remove_key, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/tenants", list_tenants, "ours"},
    Route{Post, "/musubi/v1/tenants", post_tenant, "ours", RunOn::Worker},
    Route{Delete, "/musubi/v1/tenants/{}", remove_tenant, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/contexts", list_contexts, "ours"},
    Route{Post, "/musubi/v1/contexts", post_context, "ours", RunOn::Worker},
    Route{Delete, "/musubi/v1/contexts/{}", remove_context, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/journal", read_journal, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/journal/export", export_journal, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/journal/{}", get_journal_entry, "ours", RunOn::Worker},
    Route{Post, "/musubi/v1/journal/{}/redact", redact_journal_entry, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/signing-keys", list_signing_keys, "ours"},
    Route{Get, "/musubi/v1/explain", explain_query, "ours"},
    Route{Post, "/musubi/v1/backup", post_backup, "ours", RunOn::Worker},
    Route{Get, "/musubi/v1/figures", get_figures, "ours"},
    Route{Get, "/metrics", get_metrics, "ours"},
    Route{Get, "/openapi", get_openapi, "ours"},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace musubi
