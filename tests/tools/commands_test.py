"""The program as its user meets it on the command line: help, doctor, backup, restore, verify, kill -9."""
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.server import Server, ServerFailed  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
GAUGE = {"id": "urn:ngsi-ld:Gauge:1", "type": "Gauge", "level": {"type": "Property", "value": 1}}


def musubi(*arguments, key=""):
    """(exit code, standard output, standard error)"""
    run = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                         env={**os.environ, "MUSUBI_KEY": key}, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout, run.stderr


def subcommands(said):
    """The names that a help lists below `Subcommands:`."""
    listed = said.partition("Subcommands:")[2].partition("\n\n")[0]
    return re.findall(r"^  ([a-z][a-z-]*) ", listed, re.M)


def all_commands(path=()):
    """Each command as a list of words, the program itself among them."""
    said = musubi(*path, "--help")[1]
    yield path, said
    for name in subcommands(said):
        yield from all_commands((*path, name))


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Commands(unittest.TestCase):
    def test_each_has_help_with_an_example_of_itself(self):
        found = 0
        for path, said in all_commands():
            example = re.search(r"^Example:\n\s+(musubi .*)$", said, re.M)
            self.assertTrue(example, f"musubi {' '.join(path)} --help has no example:\n{said}")
            self.assertTrue(example[1].startswith(" ".join(["musubi", *path])), example[1])
            found += 1
        self.assertGreater(found, 20)

    def test_those_that_ask_a_server_take_its_address_and_a_key(self):
        for path in (("doctor",), ("backup",), ("explain",), ("key", "add"), ("tenant", "list"),
                     ("context", "add"), ("dead-letters", "send")):
            said = musubi(*path, "--help")[1]
            self.assertIn("--server", said)
            self.assertIn("--key", said)

    def test_what_can_not_work_is_said_before_it_starts(self):
        for arguments, words in (
                (("serve", "--open", "--listen", "0.0.0.0:0"), "loopback"),
                (("serve", "--feed", "x"), "--pack"),
                (("serve", "--packs", ROOT / "packs", "--pack", "nope"), "nope/pack.toml"),
                (("verify", "/nowhere"), "/nowhere"),
                (("doctor", "--server", "http://127.0.0.1:1"), "musubi serve")):
            code, _, said = musubi(*arguments)
            self.assertNotEqual(code, 0)
            self.assertIn(words, said)

    def test_a_town_is_looked_at_backed_up_restored_and_verified(self):
        with Server(BINARY) as server, tempfile.TemporaryDirectory() as folder:
            status, _, said = server.request("POST", "/ngsi-ld/v1/entities", json.dumps(GAUGE),
                                             {"Content-Type": "application/json"})
            self.assertEqual(status, 201, said)
            code, said, _ = musubi("doctor", "--server", server.url, key=server.key)
            self.assertEqual(code, 0, said)
            self.assertIn("1 entities, 1 changes", said)
            self.assertIn("GB are free on the server's disk", said)
            self.assertNotIn("BAD", said)
            folder = pathlib.Path(folder)
            secret, restored = folder / "backup.secret", folder / "restored"
            code, public, said = musubi("backup-key", secret)
            self.assertEqual((code, secret.stat().st_mode & 0o777), (0, 0o600), said)
            self.assertNotEqual(musubi("backup-key", secret)[0], 0)  # nothing is put over a key
            code, said, _ = musubi("backup", "--server", server.url, folder / "backups", "--to", public.strip(),
                                   key=server.key)
            self.assertEqual(code, 0, said)
            backup = pathlib.Path(json.loads(said)["file"])
            self.assertNotIn(GAUGE["id"].encode(), backup.read_bytes())
            self.assertFalse((server.data / "backup").exists())  # nothing unsealed stays behind
            server.request("DELETE", "/ngsi-ld/v1/entities/" + GAUGE["id"])
            self.assertNotEqual(musubi("restore", backup, restored)[0], 0)
            musubi("backup-key", folder / "other.secret")
            self.assertNotEqual(musubi("restore", "--secret", folder / "other.secret", backup, restored)[0], 0)
            self.assertFalse(restored.exists())
            code, said, _ = musubi("restore", "--secret", secret, backup, restored)
            self.assertEqual((code, said.splitlines()[-1]), (0, "clean"))
            again = Server(BINARY, data=restored)
            again.key = server.key  # it prints none: the backup has it
            with again as other:
                status, _, body = other.request("GET", "/ngsi-ld/v1/entities/" + GAUGE["id"])
                self.assertEqual((status, json.loads(body)["level"]["value"]), (200, 1))

    def test_doctor_says_what_is_wrong_and_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "sensors.csv").write_text("nothing,of,use\n1,2,3\n")
            feed = ["--pack", "river", "--feed", folder]
            with Server(BINARY, feed) as server:
                for _ in range(200):
                    code, said, _ = musubi("doctor", "--server", server.url, key=server.key)
                    if code:
                        break
                self.assertEqual(code, 1, said)
                self.assertIn("BAD  feed fukui: the header of sensors.csv lacks columns", said)
                self.assertIn("/musubi/v1/feeds/fukui/quarantine", said)

    def test_synthetic_and_real_data_never_share_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "sensors.csv").write_text("id,観測所名\n1,橋\n", "utf-8")
            feed = ["--pack", "river", "--feed"]
            with Server(BINARY, [*feed, "synthetic"]) as server:
                self.assertTrue(json.loads(server.request("GET", "/musubi/v1/town")[2])["synthetic"])
                for _ in range(400):
                    if json.loads(server.request("GET", "/musubi/v1/feeds")[2])[0]["readings"]:
                        break
                server.stop()
                server.arguments = [*feed, folder]
                with self.assertRaisesRegex(ServerFailed, "holds synthetic data"):
                    server.start()

    def test_who_lost_the_key_makes_another_at_a_start(self):
        with Server(BINARY) as server:
            first = server.key
            server.stop()
            server.log.write_text("")
            server.start()
            self.assertIn("start with --new-key", server.printed())
            self.assertNotIn("mk_", server.printed())
            server.stop()
            server.key, server.arguments = None, ["--new-key"]
            server.start()
            second = server.key
            self.assertNotEqual(second, first)
            for server.key in (first, second):
                self.assertEqual(server.request("GET", "/musubi/v1/keys")[0], 200)

    def test_a_key_that_is_written_wins_over_the_one_of_the_environment(self):
        with Server(BINARY) as server:
            written = musubi("key", "list", "--server", server.url, "--key", server.key, key="mk_wrong")
            self.assertEqual(written[0], 0, written[2])
            self.assertEqual(musubi("key", "list", "--server", server.url, key=server.key)[0], 0)
            self.assertNotEqual(musubi("key", "list", "--server", server.url, key="mk_wrong")[0], 0)

    def test_after_kill_9_what_was_acknowledged_is_there(self):
        with Server(BINARY) as server:
            server.request("POST", "/ngsi-ld/v1/entities", json.dumps(GAUGE),
                           {"Content-Type": "application/json"})
            for value in range(2, 50):
                status, _, _ = server.request(
                    "PATCH", "/ngsi-ld/v1/entities/" + GAUGE["id"] + "/attrs",
                    json.dumps({"level": {"type": "Property", "value": value}}),
                    {"Content-Type": "application/json"})
                self.assertEqual(status, 204)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            code, said, _ = musubi("verify", server.data)
            self.assertEqual((code, said.splitlines()[-1]), (0, "clean"))
            server.start()
            body = server.request("GET", "/ngsi-ld/v1/entities/" + GAUGE["id"])[2]
            self.assertEqual(json.loads(body)["level"]["value"], 49)


def shown_on(page):
    """The commands of the blocks of a page that are tagged console, as lists of words."""
    blocks = re.findall(r"^```console\n(.*?)^```", (ROOT / "docs" / page).read_text("utf-8"), re.M | re.S)
    return [shlex.split(line[2:])[1:] for block in blocks for line in block.splitlines()
            if line.startswith("$ musubi ")]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class PagesOfCommands(unittest.TestCase):
    """Each command of a page is run, in a folder that has what the page speaks of."""
    def run_all(self, page, files):
        with tempfile.TemporaryDirectory() as folder, Server(BINARY) as server:
            key = {**os.environ, "MUSUBI_KEY": server.key}
            for name, where in files.items():
                (pathlib.Path(folder) / name).symlink_to(where)
            commands = shown_on(page)
            self.assertGreater(len(commands), 2)
            for words in commands:
                if words[0] == "regions" and "--from" not in words:
                    words = [*words, "--server", server.url]
                run = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=120, cwd=folder,
                                     env=key)
                self.assertEqual(run.returncode, 0, f"{words}: {run.stderr}")
                self.assertGreater(len(run.stdout), 80, words)

    def test_towns(self):
        data = pathlib.Path(os.environ.get("MUSUBI_TEST_DATA", ROOT.parent / "shared/data"))
        edition = data / "regions/SSDSE-A-2023.csv"
        if not edition.exists() and os.environ.get("CI") != "true":
            self.skipTest("needs the real data (MUSUBI_TEST_DATA)")
        self.run_all("towns.md", {edition.name: edition})

    def test_editions_are_revisions_by_year_in_whatever_order(self):
        text = ("SSDSE-A-{},Prefecture,Municipality,A1101\n,,年度,{}\n地域コード,都道府県,市区町村,総人口\n"
                "R18207,福井県,鯖江市,{}\n")
        with tempfile.TemporaryDirectory() as folder, Server(BINARY) as server:
            def load(edition, year, people):
                file = pathlib.Path(folder) / f"{edition}.csv"
                file.write_bytes(text.format(edition, year, people).encode("cp932"))
                code, said, wrong = musubi("regions", "import", file, "--server", server.url, key=server.key)
                self.assertEqual(code, 0, wrong)
                self.assertIn(f"独立行政法人統計センター SSDSE-A-{edition}", said)
                return json.loads(server.request("GET", "/musubi/v1/town")[2])["sequence"]
            load(2024, 2021, 68000)
            before = load(2023, 2020, 68302)
            self.assertEqual(load(2023, 2020, 68302), before)  # nothing changed
            at = "entities/urn:ngsi-ld:Municipality:18207"
            present = json.loads(server.request("GET", f"/ngsi-ld/v1/{at}")[2])
            self.assertEqual(present["A1101"]["value"], 68000)
            self.assertEqual(present["source"]["value"], "独立行政法人統計センター SSDSE-A-2024")
            past = json.loads(server.request("GET", f"/ngsi-ld/v1/temporal/{at}?attrs=A1101&format=temporalValues")[2])
            self.assertEqual(sorted(value for value, _ in past["A1101"]["values"]), [68000, 68302])

    def test_portfolio(self):
        self.run_all("portfolio.md", {"examples": ROOT / "examples"})


if __name__ == "__main__":
    unittest.main()
