"""Two looks at the example's project, the first decided by people of two organisations: `gate verify --previous` follows
the chain without a server, and names a file that is not the one before."""
import pathlib
import sys
import tempfile
import time
import unittest

from commands_test import BINARY, ROOT, musubi

sys.path.insert(0, str(ROOT / "tools"))
from runner.people import PASSWORD, ask, operate  # noqa: E402
from runner.server import Server  # noqa: E402

API = "/musubi/v1"


def member_of(server, organisation):
    """The session of a member of an organisation made for them."""
    status, made = operate(server, "POST", f"{API}/organisations", {"name": {"ja": organisation}})
    assert status == 201, made
    status, made = operate(server, "POST", f"{API}/invitations", {
        "name": organisation, "organisation": made["id"], "grants": [{"role": "member"}]})
    assert status == 201, made
    status, view, cookie = ask(server, "POST", f"{API}/invitations/accept",
                               {"code": made["code"], "password": PASSWORD})
    assert status == 201, view
    return cookie


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class GateChain(unittest.TestCase):
    def test_the_chain_is_followed_from_file_to_file(self):
        with tempfile.TemporaryDirectory() as folder, Server(
                BINARY, ["--pack", "river", "--feed", "synthetic", "--example"]) as server:
            self.wait_for_the_gate(server)
            self.decide(server)
            self.assertEqual(operate(server, "POST", f"{API}/gates", {"stage": "example-pilot"})[0], 201)
            files = {}
            for gate in ("example-pilot-1", "example-pilot-2"):
                files[gate] = pathlib.Path(folder) / f"{gate}.json"
                code, _, said = musubi("gate", "export", gate, "--out", files[gate], "--server", server.url,
                                       key=server.key)
                self.assertEqual(code, 0, said)
            first, second = files.values()
            code, said, _ = musubi("gate", "verify", second, "--previous", first, "--lang", "en")
            self.assertEqual(code, 0, said)
            self.assertIn("OK", said)
            other = pathlib.Path(folder) / "other.json"
            other.write_bytes(first.read_bytes().replace("結川町".encode(), "結川市".encode(), 1))
            code, said, _ = musubi("gate", "verify", second, "--previous", other, "--lang", "en")
            self.assertEqual(code, 1, said)
            self.assertIn("BAD", said)

    def wait_for_the_gate(self, server):
        until = time.monotonic() + 30
        while not operate(server, "GET", f"{API}/gates")[1]["items"]:
            self.assertLess(time.monotonic(), until, server.printed())
            time.sleep(0.1)

    def decide(self, server):
        """The first look is decided: held, so that the stage goes on and is looked at again."""
        hall, firm = member_of(server, "hall"), member_of(server, "firm")
        status, made, _ = ask(server, "POST", f"{API}/gates/example-pilot-1/decisions",
                              {"outcome": "hold", "reason": "もう一度見る", "draftNumber": "総務第1号",
                               "approvalNumber": "1-1"}, hall)
        self.assertEqual(status, 201, made)
        for cookie in (hall, firm):
            status, made, _ = ask(server, "POST", f"{API}/decisions/example-pilot-1-1/sign", cookie=cookie)
            self.assertEqual(status, 200, made)
        self.assertEqual(made["state"], "in-force")


if __name__ == "__main__":
    unittest.main()
