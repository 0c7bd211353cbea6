"""The entities the measurements are made with: the shape of a river station, about 1 kB each."""
import http.client
import json
import random

WORDS = {"ja": "鯖江市の日野川にある水位の観測所", "note": "a synthetic station, made for measuring: "
         "its levels are drawn by chance, and its words fill it up to about one thousand bytes, the "
         "size of what a town keeps of a station"}


GAUGE_TYPES, GAUGES_OF_EACH = 100, 40


def entity(number, level=None, time="2021-08-14T08:50:00Z", kind="FloodMonitoring"):
    """Station `number`; positions fill 1 degree by 0.6 around Fukui. As another type: the same."""
    chance = random.Random(number)
    level = round(chance.uniform(0, 3), 2) if level is None else level
    lon, lat = 135.7 + chance.random(), 35.5 + chance.random() * 0.6

    def threshold(value):
        return {"type": "Property", "value": round(value, 2), "unitCode": "MTR"}
    return {
        "id": f"urn:ngsi-ld:{kind}:bench:{number:06d}",
        "type": kind,
        "currentLevel": {"type": "Property", "value": level, "unitCode": "MTR", "observedAt": time},
        "dangerLevel": threshold(3.5 + chance.random()),
        "evacuationLevel": threshold(3.0 + chance.random()),
        "alertLevel": threshold(2.5 + chance.random()),
        "standbyLevel": threshold(2.0 + chance.random()),
        "name": {"type": "Property", "value": f"観測所 {number:06d}"},
        "riverName": {"type": "Property", "value": WORDS["ja"]},
        "description": {"type": "Property", "value": WORDS["note"]},
        "operatedBy": {"type": "Relationship", "object": "urn:ngsi-ld:Organization:bench"},
        "location": {"type": "GeoProperty",
                     "value": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}},
    }


def text_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def send_batches(server, operation, bodies):
    """POST /entityOperations/`operation` of each, in turn over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    for body in bodies:
        connection.request("POST", f"/ngsi-ld/v1/entityOperations/{operation}", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in (201, 204):
            raise RuntimeError(f"a batch was answered {answer.status} {said[:500]!r}")
    connection.close()


def load(server, count, first=1, batch=1000, kind="FloodMonitoring"):
    """Puts stations first..first+count-1 into the server."""
    send_batches(server, "upsert", (
        text_of([entity(n, kind=kind) for n in range(begin, min(begin + batch, first + count))]).encode()
        for begin in range(first, first + count, batch)))


def load_gauges(server):
    """4,000 entities of five attributes, of the types Gauge001 to Gauge100."""
    kept = ("id", "type", "currentLevel", "dangerLevel", "name", "operatedBy", "location")

    def gauge(kind, i):
        whole = entity(kind * GAUGES_OF_EACH + i, kind=f"Gauge{kind:03d}")
        return {name: whole[name] for name in kept}
    send_batches(server, "create", (text_of([gauge(kind, i) for i in range(GAUGES_OF_EACH)]).encode()
                                    for kind in range(1, GAUGE_TYPES + 1)))


def write_templates(folder):
    """The bodies that bench/wrk/write.lua fills in: {kind: path}."""
    station = entity(1)
    station["id"] = station["id"][:-6] + "@ID@"
    level = {**station["currentLevel"], "value": "@VALUE@", "observedAt": "2021-08-@DAY@T@TIME@Z"}
    station["currentLevel"] = level
    out = {}
    for kind, value in (("upsert", [station]), ("patch", {"currentLevel": level})):
        out[kind] = folder / f"{kind}.json"
        out[kind].write_text(text_of(value).replace('"@VALUE@"', "@VALUE@"), encoding="utf-8")
    return out
