#include "project/measures/value_revisions.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/both_words.h"

namespace musubi {
namespace {

// The history of one attribute; null: it never had any.
const Series* series_of(const std::vector<Series>& history, const std::string& name) {
    const auto found = std::ranges::find_if(history, [&](const Series& series) {
        return series.name == name && series.dataset_id.empty();
    });
    return found != history.end() ? &*found : nullptr;
}

// What it said after a commit; null: nothing.
Json said_at(const Series* series, std::uint64_t commit) {
    if (series == nullptr) return {};
    const Point* last = nullptr;
    for (const Point& point : series->points) {
        if (point.instance.sequence > commit) break;
        last = &point;
    }
    return last != nullptr && !last->deleted ? last->value : Json{};
}

std::string revised_text(const Json& value) { return value.is_string() ? value.string() : ""; }
std::int64_t revised_whole(const Json& value) { return value.is_integer() ? value.integer() : 0; }

std::string time_of(const Json& value) {
    const Json* time = value.find("@value");
    return time != nullptr ? revised_text(*time) : "";
}

RevisionCause cause_of_readings(const ValueRevision& before, const ValueRevision& after) {
    const std::int64_t more = after.readings - before.readings;
    if (more > 0) {
        return {"late", fmt::format("遅れて届いた読み取りが加わりました（{} 増）。", more),
                fmt::format("Readings that came late joined it ({} more).", more)};
    }
    if (more < 0) {
        return {"withdrawn", fmt::format("使う読み取りが減りました（{} 減）。", -more),
                fmt::format("Readings are no longer there ({} fewer).", -more)};
    }
    return {"corrected", "読み取りが訂正されました（数は同じ）。",
            "Readings were corrected (as many as before)."};
}

// By what rule they were made.
std::vector<RevisionCause> causes_of_rule(const ValueRevision& before, const ValueRevision& after) {
    std::vector<RevisionCause> out;
    if (before.hash != after.hash) {
        out.push_back({"definition", "指標の定義が変わりました。", "The definition has changed."});
    }
    if (before.code != after.code) {
        out.push_back(
            {"code", fmt::format("計算の版が {} から {} に変わりました。", before.code, after.code),
             fmt::format("The version of the computing went from {} to {}.", before.code,
                         after.code)});
    }
    return out;
}

std::vector<RevisionCause> causes_of(const ValueRevision& before, const ValueRevision& after) {
    std::vector<RevisionCause> out = causes_of_rule(before, after);
    // Of a group that is too small to be shown, as of one that nobody is of, nothing is counted.
    if ((before.entities == 0) != (after.entities == 0)) {
        out.push_back({"members", "数える対象が変わりました。", "What is counted has changed."});
        return out;
    }
    if (before.entities != after.entities) {
        out.push_back(
            {"members",
             fmt::format("数える対象が {} から {} に変わりました。", before.entities,
                         after.entities),
             fmt::format("What is counted went from {} to {}.", before.entities, after.entities)});
    }
    if (before.root != after.root) out.push_back(cause_of_readings(before, after));
    if (out.empty()) {
        out.push_back({"compared", "読み取りは同じで、対象か、比べる属性の値が変わりました。",
                       "The readings are the same; who is counted, or what they are held against, "
                       "has changed."});
    }
    return out;
}

// Says of a value no more than of which definition and code it is.
void withhold(ValueRevision& one, std::string_view ja, std::string_view en) {
    one.value.reset();
    one.lack = both_words(ja, en);
    one.readings = 0;
    one.entities = 0;
    one.root.clear();
}

bool tells_of_readings(const RevisionCause& cause) {
    return cause.kind != "definition" && cause.kind != "code";
}

}  // namespace

std::vector<std::string> revision_names(const MeasureNames& names) {
    return {names.revision, names.kpi_value, names.lack, names.readings, names.entities,
            names.hash,     names.root,      names.code, names.as_of};
}

std::vector<ValueRevision> revisions_of(const std::vector<Series>& history,
                                        const MeasureNames& names) {
    std::vector<ValueRevision> out;
    const Series* numbers = series_of(history, names.revision);
    if (numbers == nullptr) return out;
    for (const Point& point : numbers->points) {
        if (point.deleted || !point.value.is_integer()) continue;
        const auto said = [&](const std::string& name) {
            return said_at(series_of(history, name), point.instance.sequence);
        };
        ValueRevision one;
        one.number = point.value.integer();
        one.written = point.recorded;
        one.as_of = time_of(said(names.as_of));
        if (const Json value = said(names.kpi_value); value.is_number()) one.value = value.number();
        one.lack = said(names.lack);
        one.readings = revised_whole(said(names.readings));
        one.entities = revised_whole(said(names.entities));
        one.hash = revised_text(said(names.hash));
        one.root = revised_text(said(names.root));
        one.code = revised_text(said(names.code));
        if (!out.empty()) one.causes = causes_of(out.back(), one);
        out.push_back(std::move(one));
    }
    return out;
}

void withhold_small(std::vector<ValueRevision>& revisions, bool too_small) {
    if (revisions.empty()) return;
    const std::int64_t members = revisions.back().entities;
    std::vector<bool> others;  // before anything is withheld
    for (const ValueRevision& one : revisions) others.push_back(one.entities != members);
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        if (too_small) {
            withhold(revisions[i], "今は小さすぎる組なので、示しません",
                     "the group is too small now, so it is not shown");
        } else if (others[i]) {
            withhold(revisions[i], "小さな組の値が差から知れるので、示しません",
                     "the difference would tell of a small group, so it is not shown");
        }
        if (too_small || others[i] || (i > 0 && others[i - 1])) {
            std::erase_if(revisions[i].causes, tells_of_readings);
        }
    }
}

}  // namespace musubi
