"""The audit journal from outside: what a server writes, that two verifiers agree on it, and that what
was changed is found."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/tools"))
from journal_verifier import faults_of, journal_of  # noqa: E402
from runner.people import accept, ask  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
JSON = {"Content-Type": "application/json"}


def musubi(*arguments, key=""):
    run = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                         env={**os.environ, "MUSUBI_KEY": key}, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout + run.stderr


def is_clean(data, folder, *arguments):
    file = pathlib.Path(folder) / "journal.jsonl"
    file.write_bytes(data)
    return musubi("journal", "verify", file, *arguments)[0] == 0


def post(server, path, body, **headers):
    return server.request("POST", path, json.dumps(body), {**JSON, **headers})


def segments(server):
    return journal_of(sorted((server.data / "journal").glob("*.jsonl")))


def do_things(server):
    """What the journal tells of; the id of a key that was made and taken away."""
    made = json.loads(post(server, "/musubi/v1/keys", {"role": "reader", "label": "橋"})[2])["key"]
    identity = made.split("_")[1]
    operator, server.key = server.key, made
    for _ in range(30):
        server.request("POST", "/musubi/v1/tenants", json.dumps({"name": "x"}), JSON)  # 403
    server.key = operator
    post(server, "/musubi/v1/tenants", {"name": "aoi"})
    server.request("DELETE", "/musubi/v1/tenants/aoi")
    server.request("DELETE", "/musubi/v1/keys/" + identity)
    server.key = made
    server.request("GET", "/ngsi-ld/v1/types")  # 401
    server.key = operator
    return made, identity


def redact(server, number, cookie):
    return ask(server, "POST", f"/musubi/v1/journal/{number}/redact", {"why": "a name"}, cookie)[0]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Journal(unittest.TestCase):
    def test_a_server_writes_it_and_two_verifiers_agree(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            made, identity = do_things(server)
            out = pathlib.Path(folder) / "export.jsonl"
            code, said = musubi("journal", "export", "--server", server.url, "--out", out,
                                key=server.key)
            self.assertEqual(code, 0, said)
            self.assertEqual(out.stat().st_mode & 0o777, 0o600)
            exported = out.read_bytes()
            keys = pathlib.Path(folder) / "keys.json"
            keys.write_bytes(server.request("GET", "/musubi/v1/signing-keys")[2])
            code, said = musubi("journal", "verify", out, "--key", keys, "--lang", "en")
            self.assertEqual((code, said.splitlines()[-1]), (0, "clean"), said)
            self.assertEqual(faults_of(exported), [])
            entries = [json.loads(line) for line in exported.splitlines()]
            kinds = [entry["kind"] for entry in entries]
            self.assertEqual(kinds, ["start", "checkpoint", "key-made", "key-made", "refusal",
                                     "tenant-made", "tenant-deleted", "key-removed", "refusal",
                                     "export", "checkpoint"])
            self.assertEqual(entries[3]["details"],
                             {"key": identity, "label": "橋", "role": "reader", "types": []})
            self.assertEqual(entries[4]["subject"], "key:" + identity)
            self.assertEqual(entries[4]["details"]["route"], "/musubi/v1/tenants")
            self.assertEqual(entries[8]["details"]["status"], 401)
            self.assertNotIn(made.split("_")[2].encode(), exported, "a secret is in the journal")
            self.assertNotIn(server.key.split("_")[2].encode(), exported)
            server.stop()
            counted = [json.loads(line) for line in segments(server).splitlines()]
            self.assertEqual([e["details"].get("count") for e in counted if e["kind"] == "refusal"],
                             [None, None, 29])
            self.assertEqual([e["kind"] for e in counted][-2:], ["stop", "checkpoint"])

    def test_entries_are_listed_and_redacted(self):
        with Server(BINARY) as server:
            do_things(server)
            code, said = musubi("journal", "list", "--server", server.url, "--kind", "key-made",
                                "--after", "0", key=server.key)
            self.assertEqual(code, 0, said)
            self.assertEqual(len(said.splitlines()), 2)
            number = said.splitlines()[1].split()[0]
            self.assertIn("橋", said)
            _, officer = accept(server, "hogo", role="privacy-officer")
            self.assertEqual(redact(server, number, officer), 200)
            left = [line for line in segments(server).splitlines() if "橋".encode() in line]
            self.assertEqual([json.loads(line)["kind"] for line in left], ["key-removed"])
            self.assertEqual(redact(server, 1, officer), 409)
            server.stop()
            self.assertEqual(faults_of(segments(server)), [])
            code, said = musubi("verify", server.data)
            self.assertEqual((code, said.splitlines()[-1]), (0, "clean"), said)

    def test_what_is_changed_lost_added_or_swapped_is_found_by_both(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            do_things(server)
            server.stop()
            data = segments(server)
            self.assertTrue(is_clean(data, folder))
            chance = random.Random(7)
            for round_ in range(60):
                lines = data.splitlines(keepends=True)
                at, other = chance.sample(range(1, len(lines)), 2)
                if round_ % 4 == 0:
                    del lines[at]
                elif round_ % 4 == 1:
                    lines.insert(at, lines[other])
                elif round_ % 4 == 2:
                    lines[at], lines[other] = lines[other], lines[at]
                else:
                    byte = chance.randrange(len(lines[at]) - 1)
                    lines[at] = (lines[at][:byte] + bytes([lines[at][byte] ^ 1])
                                 + lines[at][byte + 1:])
                changed = b"".join(lines)
                self.assertFalse(is_clean(changed, folder), f"round {round_}")
                self.assertNotEqual(faults_of(changed), [], f"round {round_}")
            head = musubi("journal", "verify", server.data / "journal")[1].splitlines()[-2].split()[1]
            self.assertTrue(is_clean(data, folder, "--expect", head))
            start = b"".join(data.splitlines(keepends=True)[:2])  # it ends in a checkpoint
            self.assertTrue(is_clean(start, folder))
            self.assertFalse(is_clean(start, folder, "--expect", head))
            self.assertFalse(is_clean(data, folder, "--key", "ed25519:" + "A" * 43))

    def test_what_is_kept_is_for_the_owner_alone(self):
        with Server(BINARY) as server:
            do_things(server)
            kept = [server.data, *server.data.rglob("*")]
            self.assertTrue(any(path.name == "CURRENT" for path in kept))
            self.assertEqual([str(path) for path in kept if path.stat().st_mode & 0o077], [])

    def test_after_kill_9_it_is_whole_and_goes_on(self):
        with Server(BINARY) as server:
            for round_ in range(3):
                answers = [post(server, "/musubi/v1/keys", {"role": "reader"})
                           for _ in range(5 + round_)]
                self.assertTrue(all(status == 201 for status, _, _ in answers))
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
                self.assertEqual(faults_of(segments(server), unfinished=True), [])
                for _, _, body in answers:
                    identity = json.loads(body)["key"].split("_")[1]
                    self.assertIn(f'"key":"{identity}"'.encode(), segments(server))
                server.start()

    def test_a_backup_has_it_and_its_key(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            do_things(server)
            folder = pathlib.Path(folder)
            secret, restored = folder / "secret", folder / "restored"
            public = musubi("backup-key", secret)[1].splitlines()[0]
            code, said = musubi("backup", "--server", server.url, folder, "--to", public, key=server.key)
            self.assertEqual(code, 0, said)
            backup = next(folder.glob("*.backup"))
            self.assertEqual(musubi("restore", "--secret", secret, backup, restored)[0], 0)
            code, said = musubi("journal", "verify", *sorted((restored / "journal").glob("*")))
            self.assertEqual(code, 0, said)
            self.assertEqual((restored / "signing-key.pem").read_bytes(),
                             (server.data / "signing-key.pem").read_bytes())
            data = (restored / "journal/00000001.jsonl").read_bytes()
            (restored / "journal/00000001.jsonl").write_bytes(data.replace(b"aoi", b"aoj"))
            code, said = musubi("verify", restored)
            self.assertEqual(code, 1)
            self.assertIn("BAD", said)


if __name__ == "__main__":
    unittest.main()
