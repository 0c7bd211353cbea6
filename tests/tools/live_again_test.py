"""A live feed that goes on after a restart tells what it would have told before: a change is judged by what the
entity was right after it, not by what it is now."""
import json
import os
import pathlib
import socket
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.people import accept, operate, put_in_force, signers  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
ENTITIES = "/ngsi-ld/v1/entities"
POLICY = """[policies]
version = "1"
[[permission]]
id = "public"
action = ["read"]
type = ["Paper"]
role = ["reader"]
q = 'state=="public"'
[[permission]]
id = "all"
action = ["read", "modify", "delete"]
type = ["Paper"]
role = ["operator"]
"""


def told(server, cookie, after, seconds=2):
    """The bodies of papers in the events of a feed that goes on after that commit."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"GET /musubi/v1/live?types=Paper HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                     f"Cookie: musubi_session={cookie}\r\nLast-Event-ID: {after}\r\n\r\n".encode())
        line.settimeout(0.2)
        data, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                data += line.recv(65536)
            except TimeoutError:
                continue
    events = [json.loads(text[6:]) for text in data.decode().splitlines() if text.startswith("data: {\"seq")]
    return [event["entity"].get("body") for event in events]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class LiveAgain(unittest.TestCase):
    def test_what_was_hidden_then_is_not_told_after_a_restart(self):
        with Server(BINARY) as server:
            put_in_force(server, POLICY, signers(server))
            cookie = accept(server, "reader", role="reader")[1]
            after = operate(server, "GET", "/musubi/v1/town")[1]["sequence"]
            paper = f"{ENTITIES}/urn:ngsi-ld:Paper:1"
            status, _ = operate(server, "POST", ENTITIES, {"id": "urn:ngsi-ld:Paper:1", "type": "Paper",
                                                           "state": "secret", "body": "S1"})
            self.assertEqual(status, 201)
            for state, body in (("secret", "S2"), ("public", "P1"), ("secret", "S3"), ("public", "P2")):
                self.assertEqual(operate(server, "PATCH", paper + "/attrs", {"state": state, "body": body})[0], 204)
            self.assertEqual(told(server, cookie, after), ["P1", "P2"])
            self.assertEqual(server.stop(), 0)
            server.start()
            self.assertEqual(told(server, cookie, after), ["P1", "P2"])


if __name__ == "__main__":
    unittest.main()
