"""Isolation, as a property: whatever somebody of one tenant asks for, in whatever order, by whatever
headers, no answer and no notification brings a value of another tenant, or of a type or scope that their key does
not reach, or of an attribute that policies hide from them, and nothing of those is changed.

The requests are drawn from what /openapi describes, so that a new route is tried from its first day.
MUSUBI_ISOLATION: how many requests for each caller; MUSUBI_SEED: another sequence."""
import http.server
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
from runner.people import put_in_force, signers  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
COUNT = int(os.environ.get("MUSUBI_ISOLATION", "250"))
SEED = int(os.environ.get("MUSUBI_SEED", "1"))
TENANTS = ("", "north", "south")
TYPES = ("Gauge", "Well")
MARKER = re.compile(r"marker-([a-z]*)-([A-Za-z]+)-")
HEADERS = (None, None, None, "", "north", "south", "nowhere", "NORTH", "north%2f", "north,south")
# What would end the run, or wait for something that does not come.
LEFT_OUT = {("get", "/musubi/v1/live")}


# Markers stand in notes.
NO_NOTES = """[policies]
version = "1"
[[prohibition]]
id = "no-notes"
action = ["read"]
attrs = ["note"]
role = ["reader", "member"]
"""


class Caller:
    """`types`: what they reach, by its types or by its scopes; `blind`: policies hide the notes from them."""

    def __init__(self, name, tenant, role, types=(), reads=True, writes=False, by_scope=False, blind=False):
        self.name, self.tenant, self.role, self.types = name, tenant, role, list(types)
        self.reads, self.writes, self.by_scope, self.blind, self.key = reads, writes, by_scope, blind, None

    def may_see(self, tenant, kind):
        return self.reads and not self.blind and tenant == self.tenant and (not self.types or kind in self.types)

    def limits(self):
        """As a key is made with them."""
        return {"scopes": [f"/{kind}" for kind in self.types]} if self.by_scope else {"types": self.types}


def callers():
    return [Caller("operator of north", "north", "operator", writes=True),
            Caller("operator of some types of the default tenant", "", "operator", ["Gauge"], writes=True),
            Caller("reader of the default tenant", "", "reader"),
            Caller("member of the default tenant", "", "member", writes=True),
            Caller("member of north, for gauges", "north", "member", ["Gauge"], writes=True),
            Caller("reader of north, for wells", "north", "reader", ["Well"]),
            Caller("device of north", "north", "device", reads=False, writes=True),
            Caller("member of north, for the scope of gauges", "north", "member", ["Gauge"], writes=True, by_scope=True),
            Caller("reader of the default tenant, for the scope of wells", "", "reader", ["Well"], by_scope=True),
            Caller("reader of the default tenant, who is shown no notes", "", "reader", blind=True),
            Caller("member of the default tenant, who is shown no notes", "", "member", writes=True, blind=True),
            Caller("auditor of north", "north", "auditor"),
            Caller("citizen of north", "north", "citizen", reads=False)]


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


class Town:
    """Three tenants that hold the like of each other."""

    def __init__(self, server, receiver):
        self.server, self.receiver = server, receiver
        self.pool = {"entityId": [], "subscriptionId": [], "id": [], "attrId": ["level", "note", "scope"],
                     "type": ["Gauge", "Well"], "attrName": ["level", "note"], "tenant": list(TENANTS[1:])}
        self.operators = {"": server.key}
        for tenant in TENANTS:
            self.fill(tenant)
        document = json.loads(server.request("GET", "/openapi")[2])
        self.operations = [(method, path, told) for path, methods in sorted(document["paths"].items())
                           for method, told in sorted(methods.items())
                           if method in ("get", "post", "put", "patch", "delete") and (method, path) not in LEFT_OUT]

    def ask(self, method, target, body=None, tenant="", key=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if tenant:
            headers["NGSILD-Tenant"] = tenant
        if key:
            headers["Authorization"] = f"Bearer {key}"
        status, answered, text = self.server.request(method, target, None if body is None else json.dumps(body), headers)
        return status, answered, text.decode(errors="replace") if isinstance(text, bytes) else text

    def make_key(self, tenant, role, limits=None):
        status, _, text = self.ask("POST", "/musubi/v1/keys", {"tenant": tenant, "role": role, **(limits or {}),
                                                               "label": f"marker-{tenant}-Key-"}, tenant)
        assert status == 201, text
        key = json.loads(text)["key"]
        self.pool["id"].append(key.split("_")[1])
        return key

    def fill(self, tenant):
        entities = [{"id": f"urn:ngsi-ld:{kind}:{number}", "type": kind, "level": number,
                     "note": f"marker-{tenant}-{kind}-{number}", "scope": f"/{kind}/n{number}",
                     "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [135.5, 36.5]}}}
                    for kind in TYPES for number in range(4)]
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

    def state(self, tenant, types=TYPES):
        """What the operator sees of a tenant."""
        seen = {}
        for kind in types:
            seen[kind] = self.ask("GET", f"/ngsi-ld/v1/entities?type={kind}&options=sysAttrs&limit=1000&local=true",
                                  tenant=tenant)[2]
            seen["evolution " + kind] = self.ask(
                "GET", f"/ngsi-ld/v1/temporal/entities?type={kind}&timerel=after&timeAt=2000-01-01T00:00:00Z",
                tenant=tenant)[2]
        return seen

    def whole_state(self, tenant):
        seen = self.state(tenant)
        for what in ("subscriptions", "csourceRegistrations", "csourceSubscriptions", "jsonldContexts"):
            seen[what] = re.sub(r'"(timesSent|lastNotification|lastSuccess|timesFailed|lastFailure|status|numberOfHits|'
                                r'lastUsage)":[^,}]*,?', "", self.ask("GET", f"/ngsi-ld/v1/{what}", tenant=tenant)[2])
        for what in ("policies", "people", "invitations"):
            seen[what] = self.ask("GET", f"/musubi/v1/{what}", tenant=tenant)[2]
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
        choices = [f"type={self.random.choice(TYPES)}", "type=*", "local=true", "count=true", "limit=50", "q=level%3E=0",
                   "options=sysAttrs", "options=keyValues", "attrs=note,level", "id=urn:ngsi-ld:Well:1", "idPattern=.*",
                   "timerel=after&timeAt=2000-01-01T00:00:00Z", "scopeQ=/Well/%23", "lastN=5", "details=true",
                   "georel=near%3BmaxDistance==9000&geometry=Point&coordinates=%5B135.5,36.5%5D", "join=flat",
                   "tenant=south", "entityMap=true", "aggrMethods=max&aggrPeriodDuration=PT0S&options=aggregatedValues"]
        chosen = self.random.sample(choices, self.random.randrange(0, 4))
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
            text = re.sub(r'"uri": ?"[^"]*"', f'"uri": "http://127.0.0.1:{self.town.receiver.server_port}/theirs"', text)
            text = re.sub(r"urn:ngsi-ld:Gauge:[a-z]+",
                          lambda _: self.random.choice(self.town.pool["entityId"]), text)
            if self.random.random() < 0.4:
                text = text.replace("Gauge", "Well")
            if self.random.random() < 0.3:
                text = text.replace('"tenant": ""', '"tenant": "south"')
            return kind, text
        return None, None

    def headers(self):
        out = {"Authorization": f"Bearer {self.caller.key}"}
        tenant = self.random.choice(HEADERS) if self.random.random() < 0.3 else None
        if tenant is not None:
            out["NGSILD-Tenant"] = tenant
        if self.random.random() < 0.1:
            out["X-Forwarded-For"] = "127.0.0.1"
            out["X-Forwarded-User"] = "operator"
        if self.random.random() < 0.1:
            out["NGSILD-Snapshot"] = "urn:ngsi-ld:Snapshot:1"
        return out


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Isolation(unittest.TestCase):
    def check_text(self, caller, text, what):
        for tenant, kind in set(MARKER.findall(text)):
            if kind in ("Key",):
                self.assertEqual(tenant, caller.tenant, f"{caller.name}: {what} shows a key: {text[:600]}")
                continue
            # Descriptions of subscriptions are the tenant's; entities are of a type.
            visible = caller.may_see(tenant, kind)
            self.assertTrue(visible, f"{caller.name}: {what} shows {kind} of {tenant or 'default'}: {text[:600]}")

    def run_one(self, caller):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        with Server(BINARY, ["--allow-private-addresses"]) as server:
            town = Town(server, receiver)
            caller.key = town.make_key(caller.tenant, caller.role, caller.limits())
            if caller.blind:
                put_in_force(server, NO_NOTES, signers(server), caller.tenant)
            others = [t for t in TENANTS if t != caller.tenant]
            before = {t: town.whole_state(t) for t in others}
            kept = [t for t in TYPES if not caller.writes or (caller.types and t not in caller.types)]
            own = town.state(caller.tenant, kept)
            chance = Chance(town, caller, random.Random(f"{SEED} {caller.name}"))
            done = {}
            for _ in range(COUNT):
                method, path, told = chance.random.choice(town.operations)
                target = chance.target(path, told)
                kind, body = chance.body(told)
                headers = chance.headers()
                if body is not None:
                    headers["Content-Type"] = kind
                status, answered, text = server.request(method.upper(), target, body.encode() if body else None, headers)
                self.assertLess(status, 500, f"{caller.name}: {method} {target} {body}: {text[:500]}")
                whole = str(answered) + (text.decode(errors="replace") if isinstance(text, bytes) else text)
                self.check_text(caller, whole, f"{method} {target} by {headers}")
                done[status] = done.get(status, 0) + 1
                if answered.get("Location"):
                    town.pool["id"].append(answered["Location"].rsplit("/", 1)[1])
            for tenant in others:
                after = town.whole_state(tenant)
                for what, text in before[tenant].items():
                    self.assertEqual(after[what], text, f"{caller.name} changed {what} of {tenant or 'default'}")
            self.assertEqual(town.state(caller.tenant, kept), own, f"{caller.name} changed what it does not reach")
            for tenant in TENANTS:  # what they subscribed to is told now, if it ever is
                for kind in TYPES:
                    town.ask("PATCH", f"/ngsi-ld/v1/entities/urn:ngsi-ld:{kind}:0/attrs",
                             {"note": f"marker-{tenant}-{kind}-told"}, tenant)
            self.wait_for(receiver)
            for path, text in receiver.got:
                if path == "/theirs":
                    self.check_text(caller, text, "a notification")
            return done

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
