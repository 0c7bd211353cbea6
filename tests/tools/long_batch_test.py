"""A batch that is carried out in parts answers as one that is not."""
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.server import Server  # noqa: E402

COUNT = 700
NOTE = "a text that makes the body a long one, so that it is read on a worker " * 2


def entity(number, level):
    return {"id": f"urn:ngsi-ld:Gauge:{number}", "type": "Gauge", "note": {"value": NOTE},
            "level": {"value": level}}


class LongBatch(unittest.TestCase):
    def setUp(self):
        self.server = Server(ROOT / "build/release/musubi")
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def post(self, operation, entities):
        status, _, said = self.server.request(
            "POST", f"/ngsi-ld/v1/entityOperations/{operation}", json.dumps(entities).encode(),
            {"Content-Type": "application/json"})
        return status, json.loads(said) if said else None

    def level(self, number):
        status, _, said = self.server.request("GET", f"/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:{number}")
        self.assertEqual(status, 200)
        return json.loads(said)["level"]["value"]

    def count(self):
        status, headers, _ = self.server.request(
            "GET", "/ngsi-ld/v1/entities?type=Gauge&limit=1&count=true")
        self.assertEqual(status, 200)
        return int(headers["NGSILD-Results-Count"])

    def test_all_are_told_in_their_order(self):
        entities = [entity(i, i) for i in range(COUNT)]
        ids = [e["id"] for e in entities]
        self.assertEqual(self.post("upsert", entities), (201, ids))
        self.assertEqual(self.count(), COUNT)
        self.assertEqual(self.post("upsert", [entity(i, -i) for i in range(COUNT)]), (204, None))
        self.assertEqual([self.level(i) for i in (0, 127, 128, COUNT - 1)], [0, -127, -128, 1 - COUNT])

    def test_one_that_is_named_twice_has_the_later_value(self):
        entities = [entity(i % 300, i) for i in range(COUNT)]
        status, said = self.post("upsert", entities)
        self.assertEqual((status, said), (201, [e["id"] for e in entities[:300]]))
        self.assertEqual([self.level(i) for i in (0, 99, 100, 299)], [600, 699, 400, 599])

    def test_what_is_wrong_is_told_of_each_and_the_rest_is_done(self):
        entities = [entity(i, i) for i in range(COUNT)]
        wrong = [3, 200, COUNT - 1]
        for i in wrong:
            entities[i]["level"] = {"type": "Relationship"}
        status, said = self.post("create", entities)
        self.assertEqual(status, 207)
        self.assertEqual([e["entityId"] for e in said["errors"]], [entities[i]["id"] for i in wrong])
        self.assertEqual(len(said["success"]), COUNT - len(wrong))
        self.assertEqual(self.count(), COUNT - len(wrong))

    def test_one_that_can_not_be_read_at_all_changes_nothing(self):
        entities = [entity(i, i) for i in range(COUNT)]
        entities[COUNT - 1] = "no entity"
        status, said = self.post("upsert", entities)
        self.assertEqual((status, f"/{COUNT - 1}" in json.dumps(said)), (400, True))
        self.assertEqual(self.count(), 0)

    def test_who_may_not_write_writes_no_part(self):
        status, _, said = self.server.request(
            "POST", "/musubi/v1/keys", json.dumps({"label": "reads", "role": "reader"}).encode(),
            {"Content-Type": "application/json"})
        self.assertEqual(status, 201)
        key = json.loads(said)["key"]
        entities = [entity(i, i) for i in range(COUNT)]
        status, _, said = self.server.request(
            "POST", "/ngsi-ld/v1/entityOperations/upsert", json.dumps(entities).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
        self.assertIn(status, (207, 403))
        self.assertNotIn("urn:ngsi-ld:Gauge:1", json.dumps(json.loads(said).get("success", [])))
        self.assertEqual(self.count(), 0)


if __name__ == "__main__":
    unittest.main()
