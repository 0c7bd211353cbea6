"""What policies cost: one decision, and the answers of a server under a thousand of them."""
import random
import subprocess

from .peers import ROOT, rates
from .report import median_of_pairs
from .town import GAUGE_TYPES, entity, load, load_gauges
from .twins import twins
from runner.people import operate, put_in_force, signers  # tools/ is on the path since .peers

PATH = "/ngsi-ld/v1/entities"
ORGANISATIONS = 100
POLICIES = 1000
READERS = '"operator", "reader", "member", "reviewer", "data-owner", "privacy-officer"'
OTHERS = [f"Visit{n:02d}" for n in range(50)]  # types that nobody asks for here
NEAR = ('geo = {{ georel = "near;maxDistance==5000", geometry = "Point", '
       'coordinates = [{lon}, {lat}] }}')


def policies(bench, report):
    """One decision under 1,000 policies for 100 organisations; rates of answers under 1,000 beside none."""
    decide(report)
    answers(bench, report)


def decide(report):
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "policy_decide"], check=True,
                   capture_output=True)
    run = subprocess.run([build / "bench" / "native" / "policy_decide"], check=True,
                         capture_output=True, text=True)
    compiled, median, slow, _ = run.stdout.split()
    report.add("one decision by 1,000 policies", f"p99 {slow} µs", "< 20 µs",
               f"median {median} µs; compiled for a caller in {compiled} µs")


class Text:
    """The policies of a town as TOML."""

    def __init__(self):
        self.parts, self.count = ['[policies]\nversion = "1"\n'], 0

    def add(self, table, action, kind, *lines):
        actions = ", ".join(f'"{word}"' for word in action.split())
        self.parts.append("\n".join([f"[[{table}]]", f'id = "p{self.count}"', f"action = [{actions}]",
                                     f'type = ["{kind}"]', *lines, ""]))
        self.count += 1


def of_organisation(text, name, n):
    """Eight policies of one organisation: with q, place, scope, purpose, time, id, and coarser values."""
    gauge, after, other = (f"Gauge{n % GAUGE_TYPES + 1:03d}", f"Gauge{(n + 1) % GAUGE_TYPES + 1:03d}",
                           OTHERS[n % len(OTHERS)])
    own = f'organisation = ["{name}"]'
    text.add("permission", "read modify", "FloodMonitoring", own, f'q = "currentLevel>{n / 40}"')
    text.add("permission", "read", "FloodMonitoring", own, NEAR.format(lon=135.7 + n / 100, lat=35.8))
    text.add("permission", "read modify", gauge, own, f'scope = "/district/{n}/#"')
    text.add("permission", "modify delete", after, own, 'role = ["member"]', f'idPattern = ":{n:03d}"',
             "from = 2020-01-01T00:00:00Z", "until = 2099-01-01T00:00:00Z")
    text.add("permission", "read", other, own, 'purpose = ["care"]',
             'coarsen = { location = "500 m", observedAt = "PT1H" }')
    text.add("permission", "read modify", other, own, 'assurance = ["2", "3"]', 'purpose = ["care", "relief"]')
    text.add("prohibition", "read", other, own, 'attrs = ["reporterName"]', 'hours = "22:00-06:00"')
    text.add("prohibition", "read modify", gauge, own, 'q = "currentLevel>1000"')


def town_policies(organisations):
    """1,000 policies. A reader of any organisation is shown all stations and gauges, whole."""
    text = Text()
    for kind in ["FloodMonitoring", *(f"Gauge{n:03d}" for n in range(1, GAUGE_TYPES + 1))]:
        text.add("permission", "read", kind, f"role = [{READERS}]")
    for n, name in enumerate(organisations):
        of_organisation(text, name, n)
    text.add("prohibition", "read", "FloodMonitoring", 'role = ["reader", "citizen"]', 'q = "dangerLevel>900"')
    text.add("prohibition", "read", "FloodMonitoring", 'role = ["reader", "citizen"]',
             NEAR.format(lon=130.4, lat=33.6))
    for n in range(POLICIES - text.count):
        text.add("permission", "read", OTHERS[n % len(OTHERS)], 'role = ["citizen", "auditor"]',
                 f'q = "level<{n}"', 'coarsen = { level = 5 }')
    text.parts.append('[[personal]]\ntype = ["CareVisit", "Consultation"]\npurpose = ["care"]\n')
    return "\n".join(text.parts)


def answers(bench, report):
    """The same requests with the same key, a reader's of one of 100 organisations, to a server with 1,000
    policies in force and to its twin with none; each answer is the same."""
    def fill(server):
        load(server, bench.entities)
        load_gauges(server)
        names = [operate(server, "POST", "/musubi/v1/organisations", {"name": {"ja": f"{n}課"}})[1]["id"]
                 for n in range(ORGANISATIONS)]
        key = operate(server, "POST", "/musubi/v1/keys", {"role": "reader", "organisation": names[7]})[1]["key"]
        return names, signers(server), key
    with twins(bench, fill) as (governed, free, (names, cookies, key)):
        put_in_force(governed, town_policies(names), cookies)
        compare(governed, free, key)
        for what, script, connections, threads, arguments in (
                ("retrieve an entity", "retrieve", 64, 2, {"count": 20_000, "prefix": PATH + "/"}),
                ("query by type, 20 results of five attributes", "types", 64, 2, {"count": GAUGE_TYPES}),
                (f"query by type, q and place, {bench.entities:,} entities, 20 results", "query", 8, 1, {})):
            def under(server):
                return lambda turn: rates(server, script, bench.seconds, connections, threads=threads,
                                          key=key, **arguments)[0]
            under(governed)(0)  # so that neither begins cold
            under(free)(0)
            a, b, ratio = median_of_pairs(bench.pairs, under(governed), under(free))
            report.add(f"{what}, 1,000 policies in force, requests per second of server CPU, beside none",
                       f"{ratio:.2f}", "≥ 0.90", f"{a:,.0f} and {b:,.0f}; {connections} connections, "
                       "the same answers")


def compare(governed, free, key):
    """The same bytes come from both, and something does."""
    chance = random.Random(11)
    targets = [f"{PATH}/{entity(chance.randrange(1, 20_000))['id']}" for _ in range(40)]
    targets += [f"{PATH}?type=Gauge{chance.randrange(1, GAUGE_TYPES + 1):03d}&limit=20"
                f"&offset={chance.randrange(20)}" for _ in range(40)]
    targets += [f"{PATH}?type=FloodMonitoring&q=currentLevel%3E{chance.uniform(0, 2):.3f}&georel=near"
                f"%3BmaxDistance%3D%3D8000&geometry=Point&coordinates=%5B{chance.uniform(135.8, 136.6):.4f},"
                f"{chance.uniform(35.6, 36):.4f}%5D&limit=20&count=true" for _ in range(40)]
    for target in targets:
        got = [(status, head.get("NGSILD-Results-Count"), body) for status, head, body in (
            server.request("GET", target, headers={"Authorization": f"Bearer {key}"})
            for server in (governed, free))]
        if got[0] != got[1] or got[0][0] != 200 or len(got[0][2]) < 100:
            raise RuntimeError(f"{target} was answered {str(got)[:1000]}")
