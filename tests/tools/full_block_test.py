"""A query whose candidates fill a block exactly where one type ends and the next begins."""
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.server import Server  # noqa: E402


class FullBlock(unittest.TestCase):
    def test_the_walk_goes_on_with_the_next_type(self):
        with Server(ROOT / "build/release/musubi") as server:
            entities = [{"id": f"urn:ngsi-ld:A:{i}", "type": "A"} for i in range(128)]
            entities.append({"id": "urn:ngsi-ld:B:1", "type": "B"})
            body = json.dumps(entities).encode()
            headers = {"Content-Type": "application/json"}
            status, _, _ = server.request("POST", "/ngsi-ld/v1/entityOperations/create", body,
                                          headers)
            self.assertEqual(status, 201)
            status, _, found = server.request("GET", "/ngsi-ld/v1/entities?local=true&limit=200")
            self.assertEqual((status, len(json.loads(found))), (200, 129))


if __name__ == "__main__":
    unittest.main()
