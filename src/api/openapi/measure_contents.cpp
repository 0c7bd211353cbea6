#include <array>

#include "api/openapi/parts.h"

namespace musubi::openapi {
namespace {

constexpr std::array kMeasureContents{
    Content{"Measures", "What is measured.", kJson, "Measures",
            R"({"version": "1", "measures": [{"id": "highest-level",
                "name": {"ja": "最高水位", "en": "Highest level"},
                "words": {"ja": "日ごとの値：①。", "en": "Its value each day: (1)."},
                "unit": "MTR", "direction": "down", "period": "day", "formula": "highest",
                "decimals": 2, "hash": "2f1e"}]})",
            ""},
    Content{"MeasureValues", "Its values, one a period and group.", kJson, "MeasureValues",
            R"({"measure": "highest-level", "hash": "2f1e", "codeVersion": "measures-4",
                "values": [{"from": "2021-08-13T15:00:00Z", "to": "2021-08-14T15:00:00Z",
                "asOf": "2021-08-14T15:00:00Z", "name": {"ja": "2021年8月14日", "en": "2021-08-14"},
                "group": "九頭竜川", "value": 6.5, "parts": [{"name": "highest", "value": 6.5,
                "readings": 144, "entities": 1}], "readingsRoot": "a0b1"}]})",
            ""},
    Content{"MeasureRevisions", "Its revisions, the oldest first.", kJson, "MeasureRevisions",
            R"({"measure": "patrol-hours", "from": "2021-06-30T15:00:00Z",
                "to": "2021-07-31T15:00:00Z", "name": {"ja": "2021年7月", "en": "2021-07"},
                "entity": "urn:ngsi-ld:MeasureValue:patrol-hours:month:2021-07-01",
                "hash": "2f1e", "codeVersion": "measures-4", "revisions": [
                {"revision": 1, "writtenAt": "2021-08-01T00:00:05Z", "asOf": "2021-07-31T15:00:00Z",
                "value": 12.5, "readings": 1, "entities": 1, "hash": "2f1e",
                "codeVersion": "measures-4", "readingsRoot": "a0b1", "why": []},
                {"revision": 2, "writtenAt": "2021-08-02T03:00:05Z", "asOf": "2021-07-31T15:00:00Z",
                "value": 13, "readings": 1, "entities": 1, "hash": "2f1e",
                "codeVersion": "measures-4", "readingsRoot": "c2d3", "why": [{"kind": "corrected",
                "words": {"ja": "読み取りが訂正されました（数は同じ）。",
                "en": "Readings were corrected (as many as before)."}}]}]})",
            ""},
    Content{"MeasureEffect", "An estimate, or why there is none.", kJson, "MeasureEffect",
            R"({"measure": "highest-level", "hash": "2f1e", "codeVersion": "measures-4",
                "start": "2021-08-14", "method": "its", "group": "九頭竜川",
                "refusal": {"rule": "too_few_before", "words": {"ja": "前の期間が足りません。",
                "en": "There are too few periods before."}}, "values": [], "promised": []})",
            ""},
    Content{"HandEntry", "A value of a day.", kJson, "HandEntry",
            R"({"of": "patrol-hours", "day": "2025-10-31", "value": 12.5, "unit": "HUR",
                "by": "建設課 佐藤", "note": "日報から"})",
            ""},
    Content{"HandTable", "Values, a row each.", "text/csv", "Text",
            "of,day,value,unit,by\npatrol-hours,2025-10-30,12.5,HUR,建設課 佐藤\n", ""},
    Content{"HandEntered", "It was entered.", kJson, "HandEntered",
            R"({"id": "urn:ngsi-ld:HandValue:patrol-hours"})", ""},
    Content{"HandCount", "All were entered.", kJson, "HandCount", R"({"entered": 1})", ""},
    Content{"HandValues", "What was entered, the newest days first.", kJson, "HandValues",
            R"({"values": [{"id": "urn:ngsi-ld:HandValue:patrol-hours", "of": "patrol-hours",
                "day": "2025-10-31", "value": 12.5, "unit": "HUR", "by": "建設課 佐藤",
                "enteredAt": "2025-11-02T00:15:00Z", "revision": 1, "current": true}], "total": 1})",
            ""},
};

}  // namespace

std::span<const Content> measure_contents() { return kMeasureContents; }

}  // namespace musubi::openapi
