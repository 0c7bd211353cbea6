"""People's signing keys over HTTP, where a case can not tell: time that passes, kill -9, backups, files."""
import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from commands_test import musubi  # noqa: E402
from policy_verifier import signed_by, signed_bytes  # noqa: E402
from runner.people import PASSWORD, accept, ask, operate  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
TEXT = '[policies]\nversion = "春"\n[[prohibition]]\nid = "x"\naction = ["delete"]\ntype = ["Boar"]\n'
KEYS = "/musubi/v1/signing-keys"
OWN = "/musubi/v1/me/signing-keys"


def propose(server, cookie, text=TEXT):
    return ask(server, "POST", "/musubi/v1/policies", {"text": text, "note": "なぜ"}, cookie=cookie)[:2]


def sign(server, cookie, number):
    return ask(server, "POST", f"/musubi/v1/policies/{number}/sign", cookie=cookie)[:2]


def signed_version(server):
    """(the version as it is told, who signed: id and cookie each)"""
    first, second = (accept(server, name, role="operator") for name in ("first", "second"))
    status, made = propose(server, first[1])
    assert status == 201, made
    status, made = sign(server, second[1], made["number"])
    assert status == 200, made
    return operate(server, "GET", f"/musubi/v1/policies/{made['number']}")[1], first, second


def files_of(server, folder, version):
    keys = operate(server, "GET", KEYS)[1]
    for name, what in (("version.json", version), ("keys.json", keys)):
        (folder / name).write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
    return keys


def verify(folder):
    return musubi("policy", "verify", folder / "version.json", "--keys", folder / "keys.json", "--lang", "en")


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Signing(unittest.TestCase):
    def test_two_verifiers_agree_and_each_changed_member_is_found(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            version, first, second = signed_version(server)
            self.assertEqual(version["state"], "in-force")
            keys = files_of(server, folder, version)
            both = [f"person:{who}" for who, _ in (first, second)]
            self.assertEqual(signed_by(version, keys), both)
            for one in version["signatures"]:
                self.assertEqual(one["signed"].encode(), signed_bytes(version, one))
                self.assertTrue(one["holds"])
            code, said, wrong = verify(folder)
            self.assertEqual((code, said.splitlines()[-1]), (0, "clean"), said + wrong)
            for member, other in (("text", TEXT + "#"), ("note", ""), ("number", 2), ("tenant", "aoi"),
                                  ("proposedBy", both[1]), ("state", "proposed"), ("version", "夏"),
                                  ("policies", 2), ("inForceAt", version["proposedAt"]),
                                  ("signatures", version["signatures"][:1])):
                files_of(server, folder, version | {member: other})
                self.assertEqual(verify(folder)[0], 1, member)
            # A signature of somebody else's key, and one that was made for another version.
            again = operate(server, "GET", f"/musubi/v1/policies/{propose(server, first[1], TEXT + '#')[1]['number']}")[1]
            for swapped in ([version["signatures"][0] | {"key": version["signatures"][1]["key"]},
                             version["signatures"][1]],
                            [again["signatures"][0], version["signatures"][1]]):
                forged = version | {"signatures": swapped}
                files_of(server, folder, forged)
                self.assertEqual(verify(folder)[0], 1)
                self.assertEqual(signed_by(forged, keys), both[1:])
            # The keys of people are not the server's: no checkpoint of the journal is held against them.
            out = folder / "journal.jsonl"
            musubi("journal", "export", "--server", server.url, "--out", out, key=server.key)
            code, said, wrong = musubi("journal", "verify", out, "--key", folder / "keys.json", "--lang", "en")
            self.assertEqual(code, 0, said + wrong)
            people = {"keys": [key for key in keys["keys"] if "subject" in key]}
            (folder / "people.json").write_text(json.dumps(people), encoding="utf-8")
            code, said, wrong = musubi("journal", "verify", out, "--key", folder / "people.json")
            self.assertNotEqual(code, 0, said)
            self.assertIn("no key of a server", wrong)

    def test_a_sign_in_that_is_not_fresh_signs_nothing_and_another_one_goes_on(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            config.write('[people]\nsession_fresh = "PT8S"\n')
            config.flush()
            with Server(BINARY, arguments=["--config", config.name]) as server:
                _, cookie = accept(server, "slow", role="operator")
                number = operate(server, "POST", "/musubi/v1/policies", {"text": TEXT})[1]["number"]
                time.sleep(8.1)
                for status, said in (propose(server, cookie), sign(server, cookie, number),
                                     ask(server, "POST", OWN, {}, cookie=cookie)[:2]):
                    self.assertEqual((status, said["instance"]), (403, "/musubi/v1/session"))
                    self.assertIn("sign in again", said["detail"])
                self.assertEqual(len(operate(server, "GET", "/musubi/v1/policies")[1]), 1)
                self.assertEqual(len(operate(server, "GET", KEYS)[1]["keys"]), 1)
                routes = {entry["details"]["route"] for entry in
                          operate(server, "GET", "/musubi/v1/journal?kind=refusal")[1]}
                self.assertEqual(routes, {"/musubi/v1/policies", "/musubi/v1/policies/{}/sign", OWN})
                made = operate(server, "GET", "/musubi/v1/journal?kind=policy-changed")[1]
                self.assertEqual([entry["details"]["what"] for entry in made], ["proposed"])
                _, _, cookie = ask(server, "POST", "/musubi/v1/session", {"name": "slow", "password": PASSWORD},
                                   cookie=cookie)
                self.assertEqual(sign(server, cookie, number)[0], 200)

    def test_keys_outlast_a_kill_and_come_back_with_a_backup(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            version, first, second = signed_version(server)
            used = [one["key"] for one in version["signatures"]]
            key = server.key
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            server.start()
            server.key = key
            self.assertEqual(operate(server, "GET", f"/musubi/v1/policies/{version['number']}")[1], version)
            secret = server.data / "sealing-secret"
            self.assertEqual(secret.stat().st_mode & 0o777, 0o600)
            public = musubi("backup-key", folder / "backup.secret")[1].strip()
            code, said, wrong = musubi("backup", "--server", server.url, folder / "backups", "--to", public,
                                       key=server.key)
            self.assertEqual(code, 0, wrong)
            self.assertNotIn(secret.read_bytes().strip(), pathlib.Path(json.loads(said)["file"]).read_bytes())
            code, said, wrong = musubi("restore", "--secret", folder / "backup.secret",
                                       json.loads(said)["file"], folder / "restored")
            self.assertEqual(code, 0, said + wrong)
            again = Server(BINARY, data=folder / "restored")
            again.key = server.key
            with again as other:
                status, made = propose(other, first[1])
                self.assertEqual((status, made["signatures"][0]["key"]), (201, used[0]), made)
                self.assertEqual(sign(other, second[1], made["number"])[1]["signatures"][1]["key"], used[1])
                other.stop()
                # With another secret nothing that was signed is harmed, and a key can be replaced.
                (folder / "restored" / "sealing-secret").unlink()
                other.start()
                self.assertIn("can not be opened", other.printed())
                status, said = propose(other, first[1])
                self.assertEqual(status, 409, said)
                told = operate(other, "GET", f"/musubi/v1/policies/{made['number']}")[1]
                self.assertEqual([one["holds"] for one in told["signatures"]], [True, True])
                self.assertEqual(ask(other, "POST", OWN, {"replaces": used[0]}, cookie=first[1])[0], 201)
                self.assertEqual(propose(other, first[1])[0], 201)

    def test_the_database_alone_has_no_private_key_and_the_log_no_secret(self):
        with Server(BINARY) as server:
            version, _, _ = signed_version(server)
            secret = (server.data / "sealing-secret").read_text(encoding="utf-8").strip()
            server.stop()
            kept = b"".join(file.read_bytes() for file in server.data.rglob("*")
                            if file.is_file() and file.name not in ("sealing-secret", "signing-key.pem"))
            self.assertIn(version["signatures"][0]["key"].encode(), kept)
            self.assertNotIn(b"PRIVATE KEY", kept)
            self.assertNotIn(secret.partition(":")[2].encode(), kept)
            self.assertNotIn(secret.partition(":")[2], server.printed())


if __name__ == "__main__":
    unittest.main()
