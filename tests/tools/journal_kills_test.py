"""No access without a record: whatever part of an answer, a notification or an event of the live feed with
personal data had left when the program was killed, its entry is in the journal, and the journal is whole.

Each request says by its own words in Musubi-Decided-By which one it is, so that its entry is told from all
others. MUSUBI_KILLS: how often the program is killed (the bar of the issue is 1,000); MUSUBI_SEED: another
sequence."""
import collections
import json
import os
import pathlib
import random
import re
import selectors
import signal
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from journal_test import is_clean, musubi, segments  # noqa: E402
from journal_verifier import file_and_head  # noqa: E402
from one_thread import Line, Receiver  # noqa: E402
from runner.people import operate, put_in_force, signers  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
KILLS = int(os.environ.get("MUSUBI_KILLS", "12"))
SEED = int(os.environ.get("MUSUBI_SEED", "1"))
KILLS_OF_A_TOWN = 12  # then it begins anew: each journal is verified from its beginning each time
LINES, SUBJECTS = 200, 10
VISITS, TALKS = 300, 150  # entities; an entry of the journal has room for 100
API = "/ngsi-ld/v1"
POLICIES = ('[policies]\nversion = "1"\n[[personal]]\ntype = ["CareVisit", "Consultation"]\n'
            'purpose = ["care"]\n')
IDS = re.compile(r'"(urn:ngsi-ld:(?:CareVisit|Consultation):\d+)"')
VISIT = re.compile(rb'"entity":\{"id":"(urn:ngsi-ld:CareVisit:\d+)"')


def visit(number):
    return f"urn:ngsi-ld:CareVisit:{number}"


class Asked(collections.namedtuple("Asked", "target subject entities")):
    """One request: for what, by whom, and the entities that its answer brings."""


def draw(chance):
    """(method, target, body, the entities of the answer) of a request to what is personal."""
    some = sorted(chance.sample(range(VISITS), chance.randrange(1, 6)))
    ids = [visit(n) for n in some]
    since = "timeproperty=modifiedAt&timerel=after&timeAt=2000-01-01T00:00:00Z"
    if chance.random() < 0.02:
        return "GET", f"{API}/entities?type=Consultation&limit=1000", "", [
            f"urn:ngsi-ld:Consultation:{n}" for n in range(TALKS)]
    return chance.choice([
        ("GET", f"{API}/entities/{ids[0]}", "", ids[:1]),
        ("GET", f"{API}/entities/{ids[0]}?options=keyValues", "", ids[:1]),
        ("GET", f"{API}/entities?type=CareVisit&id={','.join(ids)}", "", ids),
        ("POST", f"{API}/entityOperations/query", json.dumps(
            {"type": "Query", "entities": [{"type": "CareVisit", "id": one} for one in ids]}), ids),
        ("GET", f"{API}/temporal/entities/{ids[0]}?lastN=5", "", ids[:1]),
        ("GET", f"{API}/temporal/entities?type=CareVisit&id={','.join(ids)}&{since}&lastN=2", "", ids)])


class Client(Line):
    """Asks again and again over one connection, some requests ahead, and notes whose answer began."""

    def __init__(self, town, number):
        super().__init__(town.server.port)
        self.town, self.who = town, number % SUBJECTS
        self.waiting = collections.deque()

    def ask(self):
        while len(self.waiting) < 1 + self.who % 3 and not self.closed:
            method, target, body, entities = draw(self.town.chance)
            name = self.town.note(target, f"key:{self.town.keys[self.who][1]}", entities)
            self.waiting.append(name)
            try:
                self.send((f"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                           f"Authorization: Bearer {self.town.keys[self.who][0]}\r\nMusubi-Purpose: care\r\n"
                           f"Musubi-Ground: own-duty\r\nMusubi-Decided-By: {name}\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
            except OSError:
                return  # what had come before is still to be read

    def step(self):
        """Takes what has arrived."""
        self.drain()
        while self.read:
            self.town.got.add(self.waiting[0])  # its first byte is here
            head, found, rest = self.read.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 200 "), head + rest[:500]
            length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1])
            if len(rest) < length:
                return
            brought = set(IDS.findall(rest[:length].decode()))
            assert brought == set(self.town.asked[self.waiting[0]].entities), rest[:length]
            self.read = rest[length:]
            self.waiting.popleft()


class Writer(Line):
    """Changes one entity after the other, so that subscribers and listeners are told."""

    def __init__(self, town):
        super().__init__(town.server.port)
        self.town, self.left = town, 0

    def ask(self):
        if self.left or self.closed:
            return
        self.left, self.town.level = 1, self.town.level + 1
        body = json.dumps({"level": self.town.level})
        try:
            self.send((f"PATCH {API}/entities/{visit(self.town.level % VISITS)}/attrs HTTP/1.1\r\nHost: x\r\n"
                       f"Authorization: Bearer {self.town.server.key}\r\nMusubi-Purpose: care\r\n"
                       "Musubi-Ground: within-purpose\r\nContent-Type: application/json\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        except OSError:
            pass

    def step(self):
        if data := self.take():
            assert data.startswith(b"HTTP/1.1 204 "), data
            self.left = 0


class Listener(Line):
    """The live feed: how often it showed each entity."""

    def __init__(self, town):
        super().__init__(town.server.port)
        self.send((f"GET /musubi/v1/live?types=CareVisit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                   f"{town.keys[0][0]}\r\nMusubi-Purpose: care\r\nMusubi-Ground: within-purpose\r\n\r\n").encode())

    def ask(self):
        pass

    def step(self):
        self.drain()

    def shown(self):
        return collections.Counter(name.decode() for name in VISIT.findall(self.read))


class Told(Receiver):
    """The names of the notifications that came whole."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def take(self, head):
        super().take(head)
        self.names.add(re.search(rb"(?i)\r\nmusubi-delivery-id: *([^\r]*)", head)[1].decode())


class Town:
    """A server with personal data, those who ask for them, and what they got since the last kill."""

    def __init__(self, server, chance, receiver):
        self.server, self.chance, self.receiver = server, chance, receiver
        self.level = self.number = 0
        self.read = {}  # of each file of the journal, how far
        for kind, count, size in (("CareVisit", VISITS, 20), ("Consultation", TALKS, 400)):
            status, _ = operate(server, "POST", f"{API}/entityOperations/create",
                                [{"id": f"urn:ngsi-ld:{kind}:{n}", "type": kind, "level": 0, "note": "well " * size}
                                 for n in range(count)])
            assert status == 201, status
        put_in_force(server, POLICIES, signers(server))
        self.keys = []
        for _ in range(SUBJECTS):
            key = operate(server, "POST", "/musubi/v1/keys", {"role": "reader"})[1]["key"]
            self.keys.append((key, key.split("_")[1]))
        status, _, said = server.request("POST", f"{API}/subscriptions", json.dumps(
            {"type": "Subscription", "entities": [{"type": "CareVisit"}], "notification": {
                "endpoint": {"uri": f"http://127.0.0.1:{receiver.port}/n"}}}),
            {"Content-Type": "application/json", "Musubi-Purpose": "care", "Musubi-Ground": "within-purpose"})
        assert status == 201, said
        self.begin()

    def begin(self):
        self.asked, self.got, self.shown = {}, set(), collections.Counter()
        self.receiver.names.clear()

    def note(self, target, subject, entities):
        self.number += 1
        self.asked[f"desk {self.number}"] = Asked(target, subject, entities)
        return f"desk {self.number}"

    def run(self, seconds):
        """Everybody asks, as fast as they can; the program is killed, and what it had sent is read."""
        lines = [Client(self, number) for number in range(LINES)] + [Writer(self), Writer(self)]
        listener = Listener(self)
        watch = selectors.DefaultSelector()
        for line in [*lines, listener]:
            watch.register(line.socket, selectors.EVENT_READ, line)
        for line in lines:
            line.ask()
        until, killed = time.monotonic() + seconds, False
        while watch.get_map():
            for key, _ in watch.select(0.01):
                key.data.step()
                if key.data.closed:
                    watch.unregister(key.data.socket)
                elif not killed:
                    key.data.ask()
                if not killed and time.monotonic() >= until:
                    self.server.process.send_signal(signal.SIGKILL)
                    killed = True
            self.receiver.step()
        self.server.process.wait()
        self.shown = listener.shown()
        for line in [*lines, listener]:
            line.close()

    def entries(self):
        """The accesses in the journal that were not read before."""
        found = []
        for file in sorted((self.server.data / "journal").glob("*.jsonl")):
            data = file_and_head(file)[self.read.get(file.name, 0):]
            data = data[:data.rfind(b"\n") + 1]
            self.read[file.name] = self.read.get(file.name, 0) + len(data)
            found += [json.loads(line) for line in data.splitlines() if b'"kind":"access"' in line]
        return found

    def start(self):
        key = self.server.key
        self.server.start()
        self.server.key = key


def without_record(town, entries):
    """What left, as far as was seen, and has no entry in the journal."""
    recorded, told, shown = collections.defaultdict(list), set(), collections.Counter()
    for entry in entries:
        details = entry["details"]
        if details["way"] == "notification":
            told.add(details["delivery"])
        elif details["way"] == "live feed":
            shown.update(details["entities"])
        elif (details["purpose"], details["ground"]) == ("care", "own-duty"):
            recorded[details["decidedBy"]].append((entry["subject"], details["entities"]))
    missing = []
    for name in town.got:
        asked = town.asked[name]
        seen = sorted(one for subject, entities in recorded[name] if subject == asked.subject for one in entities)
        if seen != sorted(asked.entities):
            missing.append((name, asked, seen))
    missing += [("notification", name) for name in town.receiver.names - told]
    missing += [("live feed", name) for name, times in town.shown.items() if times > shown[name]]
    return missing


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class JournalKills(unittest.TestCase):
    def kill(self, town, seconds, number):
        town.begin()
        town.run(seconds)
        entries = town.entries()
        missing = without_record(town, entries)
        self.assertEqual(missing[:3], [], f"kill {number} after {seconds:.3f} s: {len(missing)} of "
                                          f"{len(town.got)} without a record")
        self.verify(town, number)
        self.check_the_check(town, entries)

    def verify(self, town, number):
        """It is whole but for the last line, where the kill came in the midst of its writing: nobody was answered
        by that yet, the next start cuts it, and says so in an entry."""
        data = segments(town.server)
        whole, cuts = data[:data.rfind(b"\n") + 1], data.count(b'"kind":"cut"')
        with tempfile.TemporaryDirectory() as folder:
            self.assertTrue(is_clean(whole, folder, "--unfinished"), f"kill {number}")
        town.start()
        torn = len(whole) < len(data)
        self.assertEqual(segments(town.server).count(b'"kind":"cut"') - cuts, int(torn), f"kill {number}")
        self.torn += torn

    def check_the_check(self, town, entries):
        """Once for each way out: an entry that is taken away is missed."""
        left_by = {"notification": town.receiver.names, "live feed": town.shown, "/ngsi-ld/": town.got}
        for way in [way for way, left in left_by.items() if left and way not in self.missed]:
            kept = [entry for entry in entries if not entry["details"]["way"].startswith(way)]
            self.assertNotEqual(without_record(town, kept), [], way)
            self.missed.add(way)
        answered = [entry for entry in entries if entry["details"].get("decidedBy") in town.got]
        if answered:
            one = self.chance.choice(answered)
            self.assertNotEqual(without_record(town, [entry for entry in entries if entry is not one]), [], one)

    def end(self, town):
        """Exported, it is clean, and a byte that is changed is found."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "export.jsonl"
            code, said = musubi("journal", "export", "--server", town.server.url, "--out", out, key=town.server.key)
            self.assertEqual(code, 0, said)
            data = out.read_bytes()
            self.assertTrue(is_clean(data, folder))
            for _ in range(6):
                at, to = self.chance.randrange(len(data)), self.chance.randrange(1, 256)
                changed = data[:at] + bytes([data[at] ^ to]) + data[at + 1:]
                self.assertFalse(is_clean(changed, folder), f"byte {at}, xor {to}")
        self.assertEqual(town.server.stop(), 0)

    def test_no_access_without_a_record(self):
        self.chance, self.missed, self.torn = random.Random(SEED), set(), 0
        done = asked = answers = told = shown = 0
        while done < KILLS:
            receiver = Told()
            self.addCleanup(receiver.close)
            with Server(BINARY, ["--allow-private-addresses"]) as server:
                town = Town(server, self.chance, receiver)
                for _ in range(min(KILLS_OF_A_TOWN, KILLS - done)):
                    self.kill(town, self.chance.uniform(0.02, 0.6), done)
                    done += 1
                    asked, answers = asked + len(town.asked), answers + len(town.got)
                    told, shown = told + len(receiver.names), shown + town.shown.total()
                self.end(town)
        print(f"{done} kills, {asked} requests, {answers} answers, {told} notifications, {shown} events of the "
              f"live feed, {self.torn} lines torn", file=sys.stderr)
        self.assertGreater(asked, answers)  # else nothing was under way
        self.assertEqual(len(self.missed), 3)


if __name__ == "__main__":
    unittest.main()
