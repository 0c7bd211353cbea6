#pragma once

#include <string>
#include <string_view>

#include "store/store.h"

namespace musubi {

/// Whether somebody of this role reads money.
[[nodiscard]] bool may_see_money(Role role);

/// The money plans of projects (docs/money.md), kept as their text. Money is no entity: who is of
/// the project or watches over it reads it, nobody else.
class MoneyRecords {
public:
    static constexpr std::string_view kKind = "project-money";  ///< of its records, by project
    static constexpr std::size_t kMaxText = 200'000;            ///< bytes

    explicit MoneyRecords(Store& store) : store_{store} {}
    /// Puts a plan in the place of the former one, whose text goes. Fails: NotFound (no such
    /// project), Forbidden, BadRequest as parse_money_plan, TooLarge, Io.
    Result<void> put(const Caller& caller, std::string_view project, const std::string& text);
    /// The text. Fails: NotFound (no project, no plan), Forbidden, Io.
    [[nodiscard]] Result<std::string> text(const Caller& caller, std::string_view project) const;

    /// The register of assets (docs/assets.md) of a project, or of the whole town where `project`
    /// is empty, likewise. The town's takes somebody whose rights are of the whole town. Fails: as
    /// put, as parse_asset_register.
    Result<void> put_assets(const Caller& caller, std::string_view project,
                            const std::string& text);
    /// Empty: there is none. Fails: NotFound (no project), Forbidden, Io.
    [[nodiscard]] Result<std::string> assets(const Caller& caller, std::string_view project) const;
    /// Kind of its records, by project, and name of the town's.
    static constexpr std::string_view kAssets = "asset-register";

private:
    Store& store_;
};

}  // namespace musubi
