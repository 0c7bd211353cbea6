"""The same bytes on an older processor. The C library takes other instructions where a processor has no FMA or AVX,
and its exp, log and sin then differ in the last place; what evidence and money are computed by must not."""
import datetime
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import unittest

from commands_test import BINARY, ROOT
from effect_test import PROP99

sys.path.insert(0, str(ROOT / "tools"))
from runner.people import operate  # noqa: E402
from runner.server import Server  # noqa: E402

NO_FMA = "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-AVX512VL"
OLDER = {"without FMA and AVX2": {"GLIBC_TUNABLES": NO_FMA},
         "without AVX": {"GLIBC_TUNABLES": NO_FMA + ",-AVX"},
         # What reads JSON chooses for itself as well.
         "without any": {"GLIBC_TUNABLES": NO_FMA + ",-AVX,-SSE4_1,-SSE4_2",
                         "SIMDJSON_FORCE_IMPLEMENTATION": "fallback"}}
# The functions of the C library at many places, as one hash.
LIBRARY = """
import hashlib, math
sums = hashlib.sha256()
for i in range(1, 20000):
    x = i * 1.00037e-3
    sums.update(repr([math.exp(x), math.log(x), math.sin(x), x ** 1.37, math.log1p(x)]).encode())
print(sums.hexdigest())
"""
LOCAL = "https://smartdatamodels.org/dataModel.Environment/"
ESTIMATORS = ("none", "interrupted-series", "differences", "synthetic-control")
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
RIVERS = 24
MONEY = """
[plan]
name = "すべての分布"
first_year = 2026
years = 10
discount = 0.037
opening = 120
[[input]]
name = "u"
distribution = "uniform"
low = 0.8
high = 1.3
[[input]]
name = "t"
distribution = "triangular"
low = 0.7
mode = 1.0
high = 1.9
[[input]]
name = "p"
distribution = "pert"
low = 0.6
mode = 1.1
high = 1.7
[[input]]
name = "n"
distribution = "normal"
mean = 1.0
deviation = 0.21
[[input]]
name = "l"
distribution = "lognormal"
mean = 1.03
deviation = 0.4
[[input]]
name = "b"
distribution = "bernoulli"
value = 1.7
probability = 0.37
[[input]]
name = "d"
distribution = "discrete"
values = [0.5, 1.1, 2.3]
weights = [1, 3, 0.7]
[[input]]
name = "g"
distribution = "normal"
mean = 0.017
deviation = 0.004
[[correlation]]
between = ["n", "l"]
value = 0.43
[[correlation]]
between = ["p", "t"]
value = -0.31
[[flow]]
name = "交付金"
kind = "grant"
amount = 4700
per = "once"
[[flow]]
name = "利用料"
kind = "fee"
amount = 83.7
per = "month"
times = ["u", "n", "l"]
growth_of = "g"
[[flow]]
name = "人"
kind = "staff"
amount = 913.1
times = ["t", "p", "d"]
growth = 0.013
[[flow]]
name = "更新"
kind = "equipment"
amount = 1711.3
every = 4
times = ["b"]
[outcome]
name = "世帯"
per_year = 431
times = ["d"]
"""


def run(*command, **environment):
    """What it prints to standard output, as bytes. It has to end well."""
    done = subprocess.run([str(word) for word in command], capture_output=True, timeout=300, check=False,
                          env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{(done.stdout + done.stderr).decode()}")
    return done.stdout


def day(after):
    """The day so many after today, in Japan."""
    return datetime.datetime.now(JAPAN).date() + datetime.timedelta(days=after)


def levels(chance, river):
    """Some reading of each of a hundred days: it falls where the project is, from twenty days ago on."""
    left, out = 0.0, []
    for after in range(-100, 0):
        left = 0.5 * left + chance.gauss(0, 0.05)
        value = 2 + 0.1 * river + 0.003 * after + left - (0.4 if river == 0 and after >= -20 else 0)
        out.append({"type": "Property", "value": round(value, 3), "unitCode": "MTR",
                    "observedAt": f"{day(after)}T03:00:00Z"})
    return out


def enter_rivers(server, rivers=RIVERS):
    chance = random.Random(20261127)
    for river in range(rivers):
        status, said = operate(server, "POST", "/ngsi-ld/v1/temporal/entities", {
            "id": f"urn:ngsi-ld:FloodMonitoring:other-{river}", "type": LOCAL + "FloodMonitoring",
            "https://musubi.example/ns/river/riverName": [{"type": "Property", "value": f"川{river}", "observedAt": f"{day(-100)}T00:00:00Z"}],
            LOCAL + "currentLevel": levels(chance, river)})
        assert status in (201, 204), said


def open_gate(server, estimator):
    """The name of a gate of a project that is judged by it."""
    name = f"older-{estimator}"
    project = f"urn:ngsi-ld:Project:{name}"
    stage = {"ofProject": project, "kind": "pilot", "from": str(day(-20)), "to": str(day(30)), "hypothesis": "水位が下がる",
             "estimator": estimator, "looks": 1,
             "expectations": [{"measure": "highest-level", "group": "川0", "better": "down", "threshold": 0}]}
    if estimator != "none":
        stage["baselineFrom"] = str(day(-95))
    if estimator in ("differences", "synthetic-control"):
        stage["comparison"] = [f"川{river}" for river in range(1, RIVERS)]
    for method, path, body in (
            ("POST", "/musubi/v1/loop", {"Project": {name: {"title": name, "owner": "町", "measures": ["highest-level"]}},
                                         "Stage": {name: stage}}),
            ("POST", f"/musubi/v1/stages/{name}/enter", None), ("POST", "/musubi/v1/gates", {"stage": name})):
        status, said = operate(server, method, path, body)
        assert status in (200, 201), said
    return said["slug"]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class OtherProcessor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "money.toml").write_text(MONEY, encoding="utf-8")

    def same(self, *command):
        here = run(*command)
        for name, environment in OLDER.items():
            with self.subTest(name):
                self.assertEqual(hashlib.sha256(run(*command, **environment)).hexdigest(),
                                 hashlib.sha256(here).hexdigest(), command)
        return here

    def test_the_library_computes_otherwise_there(self):
        if " fma " not in pathlib.Path("/proc/cpuinfo").read_text():
            return  # this is an older processor: all of it is shown by the other tests
        hashes = {run(sys.executable, "-c", LIBRARY)}
        for environment in OLDER.values():
            other = run(sys.executable, "-c", LIBRARY, **environment)
            self.assertNotIn(other, {run(sys.executable, "-c", LIBRARY)})
            hashes.add(other)
        self.assertGreater(len(hashes), 1)

    def test_evidence_is_replayed_to_the_byte(self):
        with Server(BINARY, ["--example"]) as server:
            while not operate(server, "GET", "/musubi/v1/gates")[1].get("items"):
                time.sleep(0.1)
            enter_rivers(server)
            gates = {estimator: open_gate(server, estimator) for estimator in ESTIMATORS}
            for gate in (*gates.values(), "example-pilot-1"):
                run(BINARY, "gate", "export", gate, "--out", self.folder / f"{gate}.json", "--readings",
                    self.folder / f"{gate}.ndjson", "--server", server.url, MUSUBI_KEY=server.key)
        for estimator, gate in gates.items():
            text = (self.folder / f"{gate}.json").read_text(encoding="utf-8")
            self.assertEqual('"estimate":{' in text, estimator != "none", re.findall(r'"refusal":.{400}', text))
        for gate in (*gates.values(), "example-pilot-1"):
            file = self.folder / f"{gate}.json"
            self.same(BINARY, "gate", "verify", file)
            self.same(BINARY, "gate", "replay", file, "--data", self.folder / f"{gate}.ndjson")

    def test_what_was_computed_there_is_replayed_here(self):
        os.environ["GLIBC_TUNABLES"] = OLDER["without AVX"]["GLIBC_TUNABLES"]
        try:
            server = Server(BINARY, ["--example"])
            self.addCleanup(server.__exit__)
            server.start()
        finally:
            del os.environ["GLIBC_TUNABLES"]
        while not operate(server, "GET", "/musubi/v1/gates")[1].get("items"):
            time.sleep(0.1)
        enter_rivers(server)
        gate = open_gate(server, "synthetic-control")
        run(BINARY, "gate", "export", gate, "--out", self.folder / "there.json", "--readings",
            self.folder / "there.ndjson", "--server", server.url, MUSUBI_KEY=server.key)
        run(BINARY, "gate", "replay", self.folder / "there.json", "--data", self.folder / "there.ndjson")

    def test_money_is_the_same_to_the_byte(self):
        for plan in (self.folder / "money.toml", ROOT / "packs/river/money.toml"):
            said = json.loads(self.same(BINARY, "money", "run", plan, "--json", "--draws", 20000, "--seed", 7))
            self.assertIn("monteCarlo", said)
            self.same(BINARY, "money", "run", plan, "--draws", 20000)

    def test_effects_are_the_same_to_the_byte(self):
        if not PROP99.exists():
            if os.environ.get("CI") == "true":
                self.fail("no test data here")
            self.skipTest("needs the real data (MUSUBI_TEST_DATA)")
        columns = ["--unit", "State", "--period", "Year", "--value", "PacksPerCapita", "--treated-column", "treated"]
        for method in ("did", "sc", "sdid"):
            self.same(BINARY, "effect", PROP99, *columns, "--method", method, "--json")
        self.same(BINARY, "effect", PROP99, *columns, "--method", "sc", "--as-published", "--json")
        rows, chance = ["period,value"], random.Random(7)
        for month in range(96):
            rows.append(f"{2018 + month // 12}-{month % 12 + 1:02},{10 + chance.gauss(0, 1) - (2 if month > 70 else 0)}")
        (self.folder / "series.csv").write_text("\n".join(rows) + "\n")
        self.same(BINARY, "effect", self.folder / "series.csv", "--method", "its", "--period", "period", "--value", "value",
                  "--start", "2024-01", "--season", 12, "--json")


if __name__ == "__main__":
    unittest.main()
