"""`musubi import` from end to end: the published payloads of Smart Data Models go into a server and come
back the same in each representation; those that are not NGSI-LD are refused by name, or mended."""
import copy
import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.server import Server  # noqa: E402

BINARY = ROOT / "build/release/musubi"
MODELS = pathlib.Path(os.environ.get("MUSUBI_TEST_DATA", ROOT.parent / "shared/data")) / "models"
# What is wrong with each payload that is no NGSI-LD, in the order in which it is found: the place that
# is named, and words of the reason.
FAULTS = {
    "Environment/FloodMonitoring": [
        ("/floodLevelStatus/type", '"string" is no type of attribute'),
        ("/observationDateTime/type", '"string" is no type of attribute'),
        ("/stationID/type", '"string" is no type of attribute')],
    "Environment/NightSkyQuality": [
        ("/id", '"DTI-036" is no URI'),
        ("/dateModified/type", '"DateTime" is no type of attribute')],
    "Environment/PhreaticObserved": [
        ("/depth/observedAt", "2020-03-17TT08:45:00Z"),
        ("/depth/status ", '"status " can not be a name'),
        ("/pressure/observedAt", "2020-03-17TT08:45:00Z"),
        ("/pressure/status ", '"status " can not be a name'),
        ("/refDevice", 'a Relationship needs "object"'),
        ("/waterTable/observedAt", "2020-03-17TT08:45:00Z"),
        ("/waterTable/status ", '"status " can not be a name')],
    "WaterQuality/WaterQualityPredicted": [
        ("/id", '"1024e64a-0283-472c-9b62-dbf77291503e" is no URI')],
    "Weather/WeatherForecast": [("/id", "is no URI")],
}
LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
VALUES = ["value", "object", "languageMap", "json", "vocab", "valueList", "objectList"]


def name_of(file):
    return f"{file.parent.name}/{file.stem}"


def context_of(file):
    return f"https://models.example/{file.parent.name}/context.jsonld"


def sent(file):
    """What a broker keeps of a payload."""
    entity = json.loads(file.read_text(encoding="utf-8"))
    return {name: value for name, value in entity.items()
            if name not in ("@context", "createdAt", "modifiedAt")}


def simplified(entity):
    return {name: value if name in ("id", "type") else
            next(value[member] for member in VALUES if member in value)
            for name, value in entity.items()}


def feature(file, entity):
    """The entity as GeoJSON (4.5.16)."""
    place = entity.get("location", {})
    if place.get("type") != "GeoProperty":  # a Property whose value looks like a geometry is none
        place = {}
    return {"id": entity["id"], "type": "Feature", "geometry": place.get("value"),
            "properties": {name: value for name, value in entity.items() if name != "id"},
            "@context": context_of(file)}


@unittest.skipUnless(BINARY.exists(), "build/release/musubi is not there")
@unittest.skipUnless(MODELS.is_dir() or os.environ.get("CI") == "true", "the payloads are not there")
class ImportTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(BINARY, ["--open"])
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.files = sorted(file for file in MODELS.glob("*/*.jsonld")
                            if file.name != "context.jsonld")
        self.assertEqual(len(self.files), 47)
        for file in sorted(MODELS.glob("*/context.jsonld")):
            subprocess.run([BINARY, "context", "add", "--server", self.server.url,
                            context_of(file), file], check=True, stdout=subprocess.DEVNULL)

    def musubi_import(self, file, *options):
        return subprocess.run([BINARY, "import", file, "--server", self.server.url, "--context",
                               context_of(file), *options], capture_output=True, text=True,
                              check=False)

    def ask(self, method, path, file, body=None, accept=None):
        """(status, JSON)"""
        request = urllib.request.Request(self.server.url + path, method=method)
        request.add_header("Link", LINK.format(context_of(file)))
        if accept:
            request.add_header("Accept", accept)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as failure:
            return failure.code, json.loads(failure.read())

    def get(self, file, entity_id, options="", accept=None):
        path = "/ngsi-ld/v1/entities/" + urllib.parse.quote(entity_id, safe="")
        status, entity = self.ask("GET", path + options, file, accept=accept)
        self.assertEqual(status, 200, f"{name_of(file)}: {entity}")
        return entity

    def test_valid_payloads_come_back_the_same_and_the_others_are_refused_by_name(self):
        taken = 0
        for file in self.files:
            done = self.musubi_import(file)
            if name_of(file) in FAULTS:
                self.assertEqual(done.returncode, 1, name_of(file))
                for words in (str(file), *FAULTS[name_of(file)][0]):
                    self.assertIn(words, done.stderr)
                continue
            self.assertEqual(done.returncode, 0, name_of(file) + done.stderr)
            taken += 1
            entity = sent(file)
            self.assertEqual(self.get(file, entity["id"]), entity, name_of(file))
            self.assertEqual(self.get(file, entity["id"], "?format=simplified"),
                             simplified(entity), name_of(file))
            linked = self.get(file, entity["id"], accept="application/ld+json")
            self.assertIsNotNone(linked.pop("@context"), name_of(file))
            self.assertEqual(linked, entity, name_of(file))
            self.assertEqual(self.get(file, entity["id"], accept="application/geo+json"),
                             feature(file, entity), name_of(file))
            # Concise says the same in fewer words: sent again it is the same entity.
            concise = self.get(file, entity["id"], "?format=concise")
            copied = copy.deepcopy(concise)
            copied["id"] = entity["id"] + ":again"
            self.assertEqual(self.ask("POST", "/ngsi-ld/v1/entities", file, copied)[0], 201)
            again = self.get(file, copied["id"])
            again["id"] = entity["id"]
            self.assertEqual(again, entity, name_of(file))
            # Some of them have the same id.
            for gone in (entity["id"], copied["id"]):
                path = "/ngsi-ld/v1/entities/" + urllib.parse.quote(gone, safe="")
                self.assertEqual(self.ask("DELETE", path, file)[0], 204)
        self.assertEqual(taken, len(self.files) - len(FAULTS))

    def test_each_fault_is_refused_by_its_place_and_reason(self):
        for file in self.files:
            entity = sent(file)
            for place, words in FAULTS.get(name_of(file), []):
                status, problem = self.ask("POST", "/ngsi-ld/v1/entities", file, entity)
                self.assertEqual((status, problem["type"], problem["instance"]),
                                 (400, "https://uri.etsi.org/ngsi-ld/errors/BadRequestData", place),
                                 f"{name_of(file)}: {problem}")
                self.assertIn(words, problem["detail"])
                if place == "/id":
                    entity["id"] = "urn:mended:" + urllib.parse.quote(entity["id"])
                elif place.count("/") > 1 and not place.endswith("/type"):
                    del entity[place.split("/")[1]][place.split("/")[2]]
                else:
                    del entity[place.split("/")[1]]
            if name_of(file) in FAULTS:
                status, problem = self.ask("POST", "/ngsi-ld/v1/entities", file, entity)
                self.assertEqual(status, 201, f"{name_of(file)}: {problem}")

    def test_lenient_mends_what_it_can_and_says_so(self):
        for file in self.files:
            done = self.musubi_import(file, "--lenient")
            self.assertEqual(done.returncode, 0, name_of(file) + done.stderr)
            said = [line.split(": mended ", 1)[1].split(":")[0]
                    for line in done.stdout.splitlines() if ": mended " in line]
            self.assertEqual(said, [place for place, _ in FAULTS.get(name_of(file), [])],
                             name_of(file) + done.stdout)

    def test_an_import_that_is_done_again_changes_nothing(self):
        file = next(file for file in self.files if name_of(file) == "Weather/WeatherObserved")
        for _ in range(2):
            self.assertEqual(self.musubi_import(file).returncode, 0)
        self.assertEqual(self.get(file, sent(file)["id"]), sent(file))
        self.assertIn("1 entities in", self.musubi_import(file).stdout)

    def test_what_can_not_be_read_is_named(self):
        nothing = self.server.folder / "nothing.jsonld"
        broken = self.server.folder / "broken.jsonld"
        broken.write_text('{"id": ', encoding="utf-8")
        done = subprocess.run([BINARY, "import", nothing, broken, "--server", self.server.url],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(nothing), done.stderr)
        self.assertIn(str(broken), done.stderr)


if __name__ == "__main__":
    unittest.main()
