#pragma once

#include "api/call.h"

/// The handlers of the project loop, beside those of handlers.h.
namespace musubi::api {

Result<Answer> describe_loop(const App& app, const ApiCall& call);
Result<Answer> post_loop(const App& app, const ApiCall& call);
Result<Answer> list_loop(const App& app, const ApiCall& call);
Result<Answer> get_loop(const App& app, const ApiCall& call);
Result<Answer> put_loop(const App& app, const ApiCall& call);
Result<Answer> delete_loop(const App& app, const ApiCall& call);
Result<Answer> enter_stage(const App& app, const ApiCall& call);

Result<Answer> list_gates(const App& app, const ApiCall& call);
Result<Answer> post_gate(const App& app, const ApiCall& call);
Result<Answer> get_gate(const App& app, const ApiCall& call);
Result<Answer> get_gate_evidence(const App& app, const ApiCall& call);
Result<Answer> get_gate_readings(const App& app, const ApiCall& call);
Result<Answer> post_decision(const App& app, const ApiCall& call);
Result<Answer> list_decisions(const App& app, const ApiCall& call);
Result<Answer> sign_decision(const App& app, const ApiCall& call);

Result<Answer> put_project_money(const App& app, const ApiCall& call);
Result<Answer> get_project_money(const App& app, const ApiCall& call);
Result<Answer> get_project_budget(const App& app, const ApiCall& call);
Result<Answer> get_project_diagnosis(const App& app, const ApiCall& call);
Result<Answer> put_assets(const App& app, const ApiCall& call);
Result<Answer> get_assets(const App& app, const ApiCall& call);
Result<Answer> put_review_scores(const App& app, const ApiCall& call);
Result<Answer> get_review_scores(const App& app, const ApiCall& call);
Result<Answer> close_review_round(const App& app, const ApiCall& call);
Result<Answer> search_cases(const App& app, const ApiCall& call);
Result<Answer> get_case(const App& app, const ApiCall& call);
Result<Answer> put_case(const App& app, const ApiCall& call);
Result<Answer> list_fitting_cases(const App& app, const ApiCall& call);
Result<Answer> get_project_kit(const App& app, const ApiCall& call);
Result<Answer> get_project_export(const App& app, const ApiCall& call);
Result<Answer> list_tasks(const App& app, const ApiCall& call);
Result<Answer> close_task(const App& app, const ApiCall& call);
Result<Answer> assign_task(const App& app, const ApiCall& call);
Result<Answer> list_heartbeats(const App& app, const ApiCall& call);

/// The signed file of a gate, to the byte: the latest, or that of a decision. All of it or nothing:
/// what the caller does not see whole can not be left out. Fails: NotFound, Forbidden, as
/// begin_use.
Result<std::string> gate_file(const App& app, const ApiCall& call, const std::string& gate,
                              const std::string& decision);

/// Whether somebody with this access may see less than all that a project has.
[[nodiscard]] bool sees_loop_in_part(const AccessFilter& access);

/// The loop's entities of a type that the caller sees, of `project` where one is named (its id), as
/// loop_view; what leaves of personal types is recorded. Fails: as begin_use, BadRequest.
Result<Json> loop_list(const App& app, const ApiCall& call, std::string_view type,
                       const std::string& project);
/// The same of one. Fails: NotFound.
Result<Json> loop_one(const App& app, const ApiCall& call, std::string_view type,
                      std::string_view slug);

}  // namespace musubi::api
