#include "broker/readings.h"

namespace musubi {
namespace {

Result<EntityEdit*> edit_or_create(Transaction& transaction, const Reading& reading) {
    auto edit = transaction.edit(reading.id);
    if (edit || edit.error().code != ErrorCode::NotFound) return edit;
    Entity skeleton;
    skeleton.id = reading.id;
    skeleton.types = reading.types;
    return transaction.create(std::move(skeleton));
}

Result<void> apply_attribute(Transaction& transaction, EntityEdit& edit, const Attribute& reading,
                             ReadingCounts& counts) {
    const Attribute* present = edit.state().find(reading.name, reading.dataset_id);
    if (present != nullptr && same_content(*present, reading)) {
        ++counts.repeated;
        return {};
    }
    const bool late = present != nullptr && present->observed_at && reading.observed_at &&
                      *reading.observed_at < *present->observed_at;
    if (!late) {
        edit.set(reading);
        ++counts.joined;
        return {};
    }
    if (TRY(transaction.is_known(edit, reading))) {
        ++counts.repeated;
        return {};
    }
    edit.add_late(reading);
    ++counts.late;
    return {};
}

}  // namespace

Result<ReadingCounts> apply_readings(Transaction& transaction,
                                     const std::vector<Reading>& readings) {
    ReadingCounts counts;
    for (const Reading& reading : readings) {
        EntityEdit* edit = TRY(edit_or_create(transaction, reading));
        for (const Attribute& attribute : reading.attributes) {
            TRY(apply_attribute(transaction, *edit, attribute, counts));
        }
    }
    return counts;
}

}  // namespace musubi
