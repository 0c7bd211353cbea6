"""Isolation, as a property: whatever somebody of one tenant asks for, in whatever order, by whatever
headers, no answer and no notification brings a value of another tenant, or of a type or scope that their role
does not reach, or of an attribute that policies hide from them, or of a personal type without a purpose and
ground, and nothing of those is changed.

The requests are drawn from what /openapi describes, so that a new route is tried from its first day.
MUSUBI_ISOLATION: how many requests for each caller; MUSUBI_SEED: another sequence."""
import functools
import http.server
import itertools
import json
import os
import pathlib
import random
import re
import sys
import threading
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from callers import Caller, Machine, Person  # noqa: E402
from runner.people import put_in_force, signers  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
COUNT = int(os.environ.get("MUSUBI_ISOLATION", "90"))
SEED = int(os.environ.get("MUSUBI_SEED", "1"))
TENANTS = ("", "north", "south")
TYPES = ("Gauge", "Well", "Visit")
OF_EACH = 4
MARKER = re.compile(r"marker-([a-z]*)-([A-Za-z]+)-(\d*)")  # tenant, type, number of the entity
PERSONAL = '[policies]\nversion = "1"\n[[personal]]\ntype = ["Visit"]\npurpose = ["care"]\n'
# Markers stand in notes.
NO_NOTES = """[policies]
version = "1"
[[prohibition]]
id = "no-notes"
action = ["read"]
attrs = ["note"]
role = ["reader", "member"]
"""
# What is said of a use, and whether it is enough for what is personal.
USES = (({}, False), ({"Musubi-Purpose": "care"}, False),
        ({"Musubi-Purpose": "advertising", "Musubi-Ground": "within-purpose"}, False),
        ({"Musubi-Purpose": "care", "Musubi-Ground": "consent"}, False),
        ({"Musubi-Purpose": "care", "Musubi-Ground": "within-purpose"}, True),
        ({"Musubi-Purpose": "study", "Musubi-Ground": "statistics", "Musubi-Decided-By": "no. 12"}, True))
HOW_OFTEN = (6, 1, 2, 1, 6, 4)
DATA = re.compile("/ngsi-ld/v1/(temporal/)?(entit|types|attributes|subscriptions)")
HEADERS = (None, None, None, "", "north", "south", "nowhere", "NORTH", "north%2f", "north,south")
# What would end the run, or wait for something that does not come.
LEFT_OUT = {("get", "/musubi/v1/live")}


def callers():
    return [Caller("operator of north", "north", "operator", writes=True),
            Caller("operator of some types of the default tenant", "", "operator", ["Gauge"], writes=True),
            Caller("reader of the default tenant", "", "reader"),
            Caller("member of the default tenant", "", "member", writes=True),
            Caller("member of north, for gauges", "north", "member", ["Gauge"], writes=True),
            Caller("reader of north, for wells", "north", "reader", ["Well"]),
            Caller("device of north", "north", "device", reads=False, writes=True),
            Caller("member of north, for the scope of gauges", "north", "member", scopes=["/Gauge"], writes=True),
            Caller("reader of the default tenant, who is shown no notes", "", "reader", blind=True),
            Caller("member of the default tenant, who is shown no notes", "", "member", writes=True, blind=True),
            Caller("auditor of north", "north", "auditor", personal=True),
            Caller("citizen of north", "north", "citizen", reads=False),
            Caller("reader of north, in two scopes", "north", "reader", scopes=["/Gauge/n1", "/Well"]),
            Caller("operator of a scope of the default tenant", "", "operator", scopes=["/Well/n2"], writes=True),
            Machine("machine, member of north for gauges in a scope", "north", "member", ["Gauge"], ["/Gauge/n3"],
                    writes=True),
            Machine("machine, reader of north in scopes, where visits are personal", "north", "reader",
                    scopes=["/Visit/n1", "/Gauge"], personal=True),
            Person("person, reader of the default tenant in scopes", "", "reader", scopes=["/Visit", "/Gauge/n0"],
                   personal=True),
            Person("person, member of north in a scope", "north", "member", scopes=["/Well/n3"], writes=True)]


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what comes, by the path it comes to."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Kept)
        self.got = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Kept(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace")
        self.server.got.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def resolved(document, told):
    """An operation with its parameters and its body, which stand elsewhere."""
    def follow(part):
        place = part.get("$ref", "").split("/")[1:]
        return functools.reduce(dict.__getitem__, place, document) if place else part
    return {"parameters": [follow(one) for one in told.get("parameters", [])],
            "requestBody": follow(told.get("requestBody", {}))}


def scopes_of(told):
    """All scopes of an entity, also those it had, as an evolution tells them."""
    if isinstance(told, str):
        return [told]
    return scopes_of(told["value"]) if isinstance(told, dict) else [one for part in told for one in scopes_of(part)]


class Town:
    """Three tenants that hold the like of each other."""

    def __init__(self, server, receiver):
        self.server, self.receiver, self.numbers = server, receiver, itertools.count()
        self.pool = {"entityId": [], "subscriptionId": [], "id": [], "attrId": ["level", "note", "scope"],
                     "type": list(TYPES), "attrName": ["level", "note"], "tenant": list(TENANTS[1:])}
        self.operators = {"": server.key}
        for tenant in TENANTS:
            self.fill(tenant)
        document = json.loads(server.request("GET", "/openapi")[2])
        self.operations = [(method, path, resolved(document, told)) for path, methods in sorted(document["paths"].items())
                           for method, told in sorted(methods.items())
                           if method in ("get", "post", "put", "patch", "delete") and (method, path) not in LEFT_OUT]

    def ask(self, method, target, body=None, tenant="", key=None, use=None):
        headers = {**(use or {}), **({"Content-Type": "application/json"} if body is not None else {})}
        if tenant:
            headers["NGSILD-Tenant"] = tenant
        if key:
            headers["Authorization"] = f"Bearer {key}"
        status, answered, text = self.server.request(method, target, None if body is None else json.dumps(body), headers)
        return status, answered, text.decode(errors="replace") if isinstance(text, bytes) else text

    def make(self, what, tenant, role, types=(), scopes=(), **more):
        status, _, text = self.ask("POST", f"/musubi/v1/{what}", {
            "tenant": tenant, "role": role, "types": list(types), "scopes": list(scopes),
            "label": f"marker-{tenant}-Key-", **more}, tenant)
        assert status == 201, text
        return json.loads(text)

    def make_key(self, *arguments):
        key = self.make("keys", *arguments)["key"]
        self.pool["id"].append(key.split("_")[1])
        return key

    def fill(self, tenant):
        entities = [{"id": f"urn:ngsi-ld:{kind}:{number}", "type": kind, "level": number,
                     "note": f"marker-{tenant}-{kind}-{number}", "scope": f"/{kind}/n{number}",
                     "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [135.5, 36.5]}}}
                    for kind in TYPES for number in range(OF_EACH)]
        self.pool["entityId"] += [e["id"] for e in entities]
        status, _, text = self.ask("POST", "/ngsi-ld/v1/entityOperations/create", entities, tenant)
        assert status == 201, text
        for kind in TYPES:
            status, answered, text = self.ask("POST", "/ngsi-ld/v1/subscriptions", {
                "type": "Subscription", "entities": [{"type": kind}], "description": f"marker-{tenant}-{kind}-",
                "notification": {"endpoint": {"uri": f"http://127.0.0.1:{self.receiver.server_port}/own"}}}, tenant)
            assert status == 201, text
            self.pool["subscriptionId"].append(answered["Location"].rsplit("/", 1)[1])
        if tenant:
            self.operators[tenant] = self.make_key(tenant, "operator")

    def state(self, tenant):
        """What the operator sees of a tenant's data; of visits on a ground, as they may be personal."""
        seen = {}
        for what in (f"entities?type={','.join(TYPES)}&options=sysAttrs&limit=1000&local=true",
                     f"temporal/entities?type={','.join(TYPES)}&timerel=after&timeAt=2000-01-01T00:00:00Z"
                     "&timeproperty=modifiedAt"):
            status, _, text = self.ask("GET", f"/ngsi-ld/v1/{what}", tenant=tenant, use=USES[-2][0])
            assert status == 200, text
            seen[what] = json.loads(text)
        return seen

    def state_beyond(self, caller):
        """What of their tenant's data they do not change: all of it where they do not write."""
        def is_beyond(entity):
            kinds = entity["type"] if isinstance(entity["type"], list) else [entity["type"]]
            return not (any(map(caller.is_of, kinds))
                        and any(map(caller.is_within, scopes_of(entity.get("scope", [])) or [""])))
        state = self.state(caller.tenant)
        if not caller.writes:
            return state
        return {what: list(filter(is_beyond, entities)) for what, entities in state.items()}

    def whole_state(self, tenant):
        seen = self.state(tenant)
        for what in ("subscriptions", "csourceRegistrations", "csourceSubscriptions", "jsonldContexts"):
            seen[what] = re.sub(r'"(timesSent|lastNotification|lastSuccess|timesFailed|lastFailure|status|numberOfHits|'
                                r'lastUsage)":[^,}]*,?', "", self.ask("GET", f"/ngsi-ld/v1/{what}", tenant=tenant)[2])
        seen["policies"] = self.ask("GET", "/musubi/v1/policies", tenant=tenant)[2]
        for what in ("people", "invitations"):  # of the installation's operator, those of all tenants
            seen[what] = [one for one in json.loads(self.ask("GET", f"/musubi/v1/{what}", tenant=tenant)[2])
                          if tenant in [grant["tenant"] for grant in one["grants"]]]
        keys = json.loads(self.ask("GET", "/musubi/v1/keys", tenant=tenant)[2])
        seen["keys"] = sorted(key["id"] for key in keys if key["tenant"] == tenant)
        return seen


class Chance:
    """Draws requests."""

    def __init__(self, town, caller, random_numbers):
        self.town, self.caller, self.random = town, caller, random_numbers

    def target(self, path, told):
        def fill(match):
            pool = self.town.pool.get(match[1]) or self.town.pool["id"]
            if self.random.random() < 0.2:
                pool = self.random.choice(list(self.town.pool.values()))
            return urllib.parse.quote(self.random.choice(pool), safe="")
        target = re.sub(r"\{([^}]*)\}", fill, path)
        kind = self.random.choice(TYPES)
        choices = [f"type={kind}", f"type={kind}", "type=*", "local=true", "count=true", "limit=50", "q=level%3E=0",
                   "options=sysAttrs", "options=keyValues", "attrs=note,level", "id=urn:ngsi-ld:Well:1", "idPattern=.*",
                   "timerel=after&timeAt=2000-01-01T00:00:00Z", f"scopeQ=/{kind}/%23", f"scopeQ=/{kind}/n1", "lastN=5", "details=true",
                   "georel=near%3BmaxDistance==9000&geometry=Point&coordinates=%5B135.5,36.5%5D", "join=flat",
                   "tenant=south", "entityMap=true", "aggrMethods=max&aggrPeriodDuration=PT0S&options=aggregatedValues"]
        if self.random.random() < 0.8:  # only what the operation knows
            names = {p["name"] for p in told.get("parameters", []) if p.get("in") == "query"}
            choices = [one for one in choices if one.split("=")[0] in names]
        chosen = self.random.sample(choices, min(len(choices), self.random.randrange(0, 4)))
        required = [f"{p['name']}={urllib.parse.quote(str(p.get('example', 'Gauge')))}"
                    for p in told.get("parameters", []) if p.get("in") == "query" and p.get("required")]
        query = "&".join(chosen + required)
        return target + ("?" + query if query else "")

    def body(self, told):
        content = told.get("requestBody", {}).get("content", {})
        for kind, said in content.items():
            example = said.get("example")
            if example is None and said.get("examples"):
                example = next(iter(said["examples"].values()))["value"]
            if example is None:
                continue
            text = example if isinstance(example, str) else json.dumps(example)
            text = re.sub(r'"http://127.0.0.1[^"]*"', f'"http://127.0.0.1:{self.town.receiver.server_port}/theirs"', text)
            text = re.sub(r"urn:ngsi-ld:Gauge:[a-z]+",
                          lambda _: self.random.choice(self.town.pool["entityId"]), text)
            if self.random.random() < 0.6:
                text = text.replace("Gauge", self.random.choice(TYPES[1:]))
            if self.random.random() < 0.3:
                text = text.replace('"tenant": ""', '"tenant": "south"')
            return kind, text
        return None, None

    def operation(self):
        """Any, and half of the times one that brings data."""
        if self.random.random() < 0.5:
            return self.random.choice([one for one in self.town.operations if DATA.match(one[1])])
        return self.random.choice(self.town.operations)

    def headers(self, sent):
        """(headers, whether they state enough for what is personal)"""
        use, is_enough = self.random.choices(USES, HOW_OFTEN)[0]
        out = {**sent, **use}
        tenant = self.random.choice(HEADERS) if self.random.random() < 0.3 else None
        if tenant is not None:
            out["NGSILD-Tenant"] = tenant
        if self.random.random() < 0.1:
            out["X-Forwarded-For"] = "127.0.0.1"
            out["X-Forwarded-User"] = "operator"
        if self.random.random() < 0.1:
            out["NGSILD-Snapshot"] = "urn:ngsi-ld:Snapshot:1"
        return out, is_enough


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Isolation(unittest.TestCase):
    def check_text(self, caller, text, what, is_enough):
        for tenant, kind, number in set(MARKER.findall(text)):
            if kind in ("Key",):
                self.assertEqual(tenant, caller.tenant, f"{caller.name}: {what} shows a key: {text[:600]}")
                continue
            # Descriptions of subscriptions are the tenant's; notes are of an entity, of a type and a scope.
            visible = caller.sees_note(tenant, kind, number) if number else caller.finds(tenant, kind)
            if caller.personal and kind == "Visit" and number:
                visible = visible and is_enough
            self.assertTrue(visible, f"{caller.name}: {what} shows {kind} {number} of {tenant or 'default'}: {text[:600]}")

    def check_count(self, caller, target, told):
        """How many there are is not told beyond what they may see; who writes may have made more."""
        if not caller.writes and re.match("/ngsi-ld/v1/(temporal/)?entities\\?", target):
            seen = sum(caller.finds(caller.tenant, kind, str(n)) for kind in TYPES for n in range(OF_EACH))
            self.assertLessEqual(int(told.get("NGSILD-Results-Count", 0)), seen, f"{caller.name}: {target}")

    def ask_by_chance(self, town, caller, sent):
        """(status: how often, the ids of the subscriptions they made with enough of a ground)"""
        chance = Chance(town, caller, random.Random(f"{SEED} {caller.name}"))
        done, grounded = {}, set()
        for _ in range(COUNT):
            method, path, told = chance.operation()
            target = chance.target(path, told)
            kind, body = chance.body(told)
            headers, is_enough = chance.headers(sent)
            if body is not None:
                headers["Content-Type"] = kind
            status, answered, text = town.server.request(method.upper(), target, body.encode() if body else None,
                                                      headers)
            self.assertLess(status, 500, f"{caller.name}: {method} {target} {body}: {text[:500]}")
            whole = str(answered) + (text.decode(errors="replace") if isinstance(text, bytes) else text)
            self.check_text(caller, whole, f"{method} {target} by {headers}", is_enough)
            self.check_count(caller, target, answered)
            done[status] = done.get(status, 0) + 1
            if status == 401:
                sent = caller.come_again(town, sent)
            if answered.get("Location"):
                town.pool["id"].append(answered["Location"].rsplit("/", 1)[1])
                if is_enough:
                    grounded.add(town.pool["id"][-1])
        return done, grounded

    def run_one(self, caller):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        with Server(BINARY, ["--allow-private-addresses"]) as server:
            town = Town(server, receiver)
            if caller.personal or caller.blind:
                put_in_force(server, PERSONAL if caller.personal else NO_NOTES, signers(server, tenant=caller.tenant))
            sent = caller.come(town)
            others = [t for t in TENANTS if t != caller.tenant]
            before = {t: town.whole_state(t) for t in others}
            beyond = town.state_beyond(caller)
            done, grounded = self.ask_by_chance(town, caller, sent)
            for tenant in others:
                after = town.whole_state(tenant)
                for what, text in before[tenant].items():
                    self.assertEqual(after[what], text, f"{caller.name} changed {what} of {tenant or 'default'}")
            for what, entities in town.state_beyond(caller).items():
                changed = [one for one in beyond[what] + entities if one not in entities or one not in beyond[what]]
                self.assertEqual(changed[:2], [], f"{caller.name} changed what it does not reach of {what}")
            self.check_told(caller, town, grounded)
            return done

    def check_told(self, caller, town, grounded):
        """What they subscribed to is told now, if it ever is."""
        for tenant in TENANTS:
            town.ask("POST", "/ngsi-ld/v1/entityOperations/update", [
                {"id": f"urn:ngsi-ld:{kind}:{number}", "type": kind, "note": f"marker-{tenant}-{kind}-{number}-told"}
                for kind in TYPES for number in range(OF_EACH)], tenant, use=USES[-2][0])
        self.wait_for(town.receiver)
        for path, text in town.receiver.got:
            if path == "/theirs":
                said = re.search(r'"subscriptionId":\s*"([^"]*)"', text)
                self.check_text(caller, text, "a notification", bool(said) and said[1] in grounded)

    @staticmethod
    def wait_for(receiver):
        seen = -1
        while len(receiver.got) != seen:
            seen = len(receiver.got)
            threading.Event().wait(0.3)

    def test_nobody_sees_or_changes_what_is_not_theirs(self):
        for caller in callers():
            with self.subTest(caller.name):
                done = self.run_one(caller)
                print(f"{caller.name}: {done}", file=sys.stderr)
                # Else nothing but refusals was tried.
                self.assertGreater(sum(times for status, times in done.items() if status < 300), 0)


if __name__ == "__main__":
    unittest.main()
