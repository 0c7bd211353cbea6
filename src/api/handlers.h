#pragma once

#include "api/call.h"

/// The handlers behind routes.cpp: one file a resource. Each answers, or says what is to be
/// committed; failures become problems in one place.
namespace musubi::api {

using Handler = Result<Answer> (*)(const App&, const ApiCall&);

// entities.cpp
Result<Answer> query_entities(const App& app, const ApiCall& call);
// purge.cpp
Result<Answer> purge_entities(const App& app, const ApiCall& call);
Result<Answer> need_entity_id(const App& app, const ApiCall& call);

// entities.cpp
Result<Answer> post_entity(const App& app, const ApiCall& call);
Result<Answer> get_entity(const App& app, const ApiCall& call);
Result<Answer> remove_entity(const App& app, const ApiCall& call);
Result<Answer> put_entity(const App& app, const ApiCall& call);
Result<Answer> patch_entity(const App& app, const ApiCall& call);
Result<Answer> post_attributes(const App& app, const ApiCall& call);
Result<Answer> patch_attributes(const App& app, const ApiCall& call);
Result<Answer> get_attribute(const App& app, const ApiCall& call);
Result<Answer> patch_one_attribute(const App& app, const ApiCall& call);
Result<Answer> put_one_attribute(const App& app, const ApiCall& call);
Result<Answer> remove_attribute(const App& app, const ApiCall& call);

// batch.cpp
Result<Answer> batch_create(const App& app, const ApiCall& call);
Result<Answer> batch_upsert(const App& app, const ApiCall& call);
Result<Answer> batch_update(const App& app, const ApiCall& call);
Result<Answer> batch_merge(const App& app, const ApiCall& call);
Result<Answer> batch_delete(const App& app, const ApiCall& call);
Result<Answer> batch_query(const App& app, const ApiCall& call);

// entity_maps.cpp
Result<Answer> create_entity_map(const App& app, const ApiCall& call);
Result<Answer> get_entity_map(const App& app, const ApiCall& call);
Result<Answer> patch_entity_map(const App& app, const ApiCall& call);
Result<Answer> remove_entity_map(const App& app, const ApiCall& call);

// temporal.cpp
Result<Answer> create_evolution_map(const App& app, const ApiCall& call);
Result<Answer> get_evolution(const App& app, const ApiCall& call);
Result<Answer> query_evolutions(const App& app, const ApiCall& call);
Result<Answer> post_evolution_query(const App& app, const ApiCall& call);

// temporal_provision.cpp
Result<Answer> post_evolution(const App& app, const ApiCall& call);
Result<Answer> remove_evolution(const App& app, const ApiCall& call);
Result<Answer> post_evolution_attributes(const App& app, const ApiCall& call);
Result<Answer> remove_evolution_attribute(const App& app, const ApiCall& call);
Result<Answer> patch_instance(const App& app, const ApiCall& call);
Result<Answer> remove_evolution_instance(const App& app, const ApiCall& call);

// subscriptions.cpp
Result<Answer> post_subscription(const App& app, const ApiCall& call);
Result<Answer> list_subscriptions(const App& app, const ApiCall& call);
Result<Answer> get_subscription(const App& app, const ApiCall& call);
Result<Answer> patch_subscription(const App& app, const ApiCall& call);
Result<Answer> remove_subscription(const App& app, const ApiCall& call);
Result<Answer> list_dead_letters(const App& app, const ApiCall& call);
Result<Answer> resend_dead_letter(const App& app, const ApiCall& call);
Result<Answer> remove_dead_letter(const App& app, const ApiCall& call);

/// Whether notifications can go to `url`; in a patch of a subscription, where it names one.
/// Fails: BadRequest.
Result<void> check_receiver(const std::string& url);
Result<void> check_receiver_in(const Json& patch);

// registrations.cpp
Result<Answer> post_registration(const App& app, const ApiCall& call);
Result<Answer> query_registrations(const App& app, const ApiCall& call);
Result<Answer> get_registration(const App& app, const ApiCall& call);
Result<Answer> patch_registration(const App& app, const ApiCall& call);
Result<Answer> remove_registration(const App& app, const ApiCall& call);

// registration_subscriptions.cpp
Result<Answer> post_source_subscription(const App& app, const ApiCall& call);
Result<Answer> list_source_subscriptions(const App& app, const ApiCall& call);
Result<Answer> get_source_subscription(const App& app, const ApiCall& call);
Result<Answer> patch_source_subscription(const App& app, const ApiCall& call);
Result<Answer> remove_source_subscription(const App& app, const ApiCall& call);

// remote_notify.cpp
Result<Answer> take_remote_notification(const App& app, const ApiCall& call);

// snapshots.cpp
Result<Answer> post_snapshot(const App& app, const ApiCall& call);
Result<Answer> purge_snapshots(const App& app, const ApiCall& call);
Result<Answer> get_snapshot(const App& app, const ApiCall& call);
Result<Answer> patch_snapshot(const App& app, const ApiCall& call);
Result<Answer> remove_snapshot(const App& app, const ApiCall& call);
Result<Answer> clone_snapshot(const App& app, const ApiCall& call);

// towns.cpp
Result<Answer> list_towns_alike(const App& app, const ApiCall& call);

// town.cpp
Result<Answer> get_town(const App& app, const ApiCall& call);
Result<Answer> take_alert(const App& app, const ApiCall& call);
Result<Answer> add_alert_action(const App& app, const ApiCall& call);
Result<Answer> list_feeds(const App& app, const ApiCall& call);
Result<Answer> list_quarantine(const App& app, const ApiCall& call);

// jsonld_contexts.cpp
Result<Answer> post_hosted_context(const App& app, const ApiCall& call);
Result<Answer> list_hosted_contexts(const App& app, const ApiCall& call);
Result<Answer> get_hosted_context(const App& app, const ApiCall& call);
Result<Answer> remove_hosted_context(const App& app, const ApiCall& call);

// discovery.cpp
Result<Answer> list_types(const App& app, const ApiCall& call);
Result<Answer> get_type(const App& app, const ApiCall& call);
Result<Answer> list_attributes(const App& app, const ApiCall& call);
Result<Answer> get_attribute_facts(const App& app, const ApiCall& call);

// openapi.cpp
Result<Answer> get_openapi(const App& app, const ApiCall& call);

// info.cpp
Result<Answer> get_source_identity(const App& app, const ApiCall& call);

// sessions.cpp
Result<Answer> post_session(const App& app, const ApiCall& call);
Result<Answer> get_session(const App& app, const ApiCall& call);
Result<Answer> remove_session(const App& app, const ApiCall& call);
Result<Answer> list_own_sessions(const App& app, const ApiCall& call);
Result<Answer> remove_own_sessions(const App& app, const ApiCall& call);
Result<Answer> remove_own_session(const App& app, const ApiCall& call);

// account.cpp
Result<Answer> get_me(const App& app, const ApiCall& call);
Result<Answer> patch_me(const App& app, const ApiCall& call);
Result<Answer> put_own_password(const App& app, const ApiCall& call);
Result<Answer> get_recovery_codes(const App& app, const ApiCall& call);
Result<Answer> post_recovery_codes(const App& app, const ApiCall& call);
Result<Answer> list_loans(const App& app, const ApiCall& call);
Result<Answer> post_loan(const App& app, const ApiCall& call);
Result<Answer> remove_loan(const App& app, const ApiCall& call);
Result<Answer> get_held(const App& app, const ApiCall& call);
Result<Answer> get_looks(const App& app, const ApiCall& call);

// people.cpp
Result<Answer> list_people(const App& app, const ApiCall& call);
Result<Answer> get_person(const App& app, const ApiCall& call);
Result<Answer> patch_person(const App& app, const ApiCall& call);
Result<Answer> remove_person(const App& app, const ApiCall& call);
Result<Answer> post_grant(const App& app, const ApiCall& call);
Result<Answer> remove_grant(const App& app, const ApiCall& call);
Result<Answer> list_organisations(const App& app, const ApiCall& call);
Result<Answer> post_organisation(const App& app, const ApiCall& call);
Result<Answer> put_organisation(const App& app, const ApiCall& call);
Result<Answer> remove_organisation(const App& app, const ApiCall& call);

// invitations.cpp
Result<Answer> list_invitations(const App& app, const ApiCall& call);
Result<Answer> post_invitation(const App& app, const ApiCall& call);
Result<Answer> post_renewal(const App& app, const ApiCall& call);
Result<Answer> remove_invitation(const App& app, const ApiCall& call);
Result<Answer> look_at_invitation(const App& app, const ApiCall& call);
Result<Answer> accept_invitation(const App& app, const ApiCall& call);

// openid/
Result<Answer> list_openid(const App& app, const ApiCall& call);
Result<Answer> start_openid(const App& app, const ApiCall& call);
Result<Answer> finish_openid(const App& app, const ApiCall& call);
Result<Answer> get_openid_keys(const App& app, const ApiCall& call);
Result<Answer> list_own_openid(const App& app, const ApiCall& call);
Result<Answer> remove_own_openid(const App& app, const ApiCall& call);

// admin.cpp
Result<Answer> list_keys(const App& app, const ApiCall& call);
Result<Answer> post_key(const App& app, const ApiCall& call);
Result<Answer> remove_key(const App& app, const ApiCall& call);
Result<Answer> list_tenants(const App& app, const ApiCall& call);
Result<Answer> post_tenant(const App& app, const ApiCall& call);
Result<Answer> remove_tenant(const App& app, const ApiCall& call);
Result<Answer> list_contexts(const App& app, const ApiCall& call);
Result<Answer> post_context(const App& app, const ApiCall& call);
Result<Answer> remove_context(const App& app, const ApiCall& call);
Result<Answer> explain_query(const App& app, const ApiCall& call);
Result<Answer> post_backup(const App& app, const ApiCall& call);
Result<Answer> get_figures(const App& app, const ApiCall& call);
Result<Answer> get_metrics(const App& app, const ApiCall& call);

// policies.cpp
Result<Answer> list_policies(const App& app, const ApiCall& call);
Result<Answer> post_policies(const App& app, const ApiCall& call);
Result<Answer> get_policies(const App& app, const ApiCall& call);
Result<Answer> get_policies_odrl(const App& app, const ApiCall& call);
Result<Answer> sign_policies(const App& app, const ApiCall& call);
Result<Answer> withdraw_policies(const App& app, const ApiCall& call);

// policy_trial.cpp
Result<Answer> try_policies(const App& app, const ApiCall& call);
Result<Answer> explain_access(const App& app, const ApiCall& call);

// measures.cpp
Result<Answer> list_measures(const App& app, const ApiCall& call);
Result<Answer> get_measure_values(const App& app, const ApiCall& call);
// measure_revisions.cpp
Result<Answer> get_measure_revisions(const App& app, const ApiCall& call);
// measure_effect.cpp
Result<Answer> get_measure_effect(const App& app, const ApiCall& call);
// hand_values.cpp
Result<Answer> list_hand_values(const App& app, const ApiCall& call);
Result<Answer> post_hand_value(const App& app, const ApiCall& call);
Result<Answer> post_hand_value_csv(const App& app, const ApiCall& call);

// halts.cpp
Result<Answer> list_halts(const App& app, const ApiCall& call);
Result<Answer> post_halt(const App& app, const ApiCall& call);
Result<Answer> lift_halt(const App& app, const ApiCall& call);

}  // namespace musubi::api
