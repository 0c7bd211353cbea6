#include "project/towns/known_town.h"

#include <algorithm>

#include "project/loop/loop_document.h"
#include "project/towns/municipality_entities.h"

namespace musubi {

Result<void> check_known_town(const Store& store, const std::string& tenant,
                              const std::string& code, const std::string& place) {
    if (code.empty()) return {};
    const Caller everybody = service_caller(tenant, "towns");
    const std::string type = municipality_type();
    const EntityPtr there = TRY(store.find(everybody, municipality_id(code)));
    if (there && std::ranges::binary_search(there->types, type)) return {};
    EntityQuery query;
    query.types = TypeSelection{.type = type};
    query.limit = 1;
    if (TRY(store.query(everybody, query)).entities.empty()) return {};
    return loop_error(ErrorCode::BadRequest, place,
                      "地域コード " + code +
                          " の市区町村は、入っている統計にありません。五桁の番号を確かめてください",
                      "the statistics know no municipality of the area code " + code +
                          "; look at its five digits again");
}

}  // namespace musubi
