"""A right that was taken away: after the reply to the withdrawal no answer, no event of the live feed
and no notification leaves by it, whatever was under way, and however the program ends.

One thread reads all sockets, so that what had arrived before the reply is told from what came after.
MUSUBI_WITHDRAWALS: how many random interleavings (the bar of the issue is 10,000)."""
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from one_thread import Line, Receiver  # noqa: E402
from runner.people import accept, ask, operate, signers, signers_again  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
ROUNDS = int(os.environ.get("MUSUBI_WITHDRAWALS", "150"))
SEED = int(os.environ.get("MUSUBI_SEED", "1"))
TIME_LIMIT = float(os.environ.get("MUSUBI_WITHDRAWAL_SECONDS", "3600"))
POLICY = """[policies]
version = "1"
[[permission]]
id = "all"
action = ["read", "modify"]
role = ["operator", "privacy-officer", "reader"]
[[prohibition]]
id = "kept-back"
action = ["read"]
attrs = ["level"]
role = ["reader"]
subject = ["{subject}"]
"""


def successes(data):
    return data.count(b"HTTP/1.1 2")


class Round:
    """One right, what is under way by it, and its withdrawal."""

    def __init__(self, town, chance):
        self.town, self.chance = town, chance
        self.lines = [Line(town.server.port) for _ in range(3)]
        self.live = Line(town.server.port) if chance.random() < 0.5 else None
        self.headers = ""
        self.withdraw = None
        self.hidden = b"HTTP/1.1 2"  # what may not come any more

    def get(self, target):
        return f"GET {target} HTTP/1.1\r\nHost: x\r\n{self.headers}\r\n".encode()

    def by_key(self):
        made = operate(self.town.server, "POST", "/musubi/v1/keys", {"role": "reader", "label": "r"})[1]
        self.key, self.id = made["key"], made["key"].split("_")[1]
        self.headers = f"Authorization: Bearer {self.key}\r\n"
        self.withdraw = ("DELETE", f"/musubi/v1/keys/{self.id}", None, None)
        self.subscribe()

    def subscribe(self):
        body = {"type": "Subscription", "entities": [{"type": "Gauge"}], "notification": {
            "endpoint": {"uri": f"http://127.0.0.1:{self.town.receiver.port}/n", "timeout": 5000}}}
        status, _, _ = ask(self.town.server, "POST", "/ngsi-ld/v1/subscriptions", body,
                           headers={"Authorization": f"Bearer {self.key}"})
        assert status in (201, 403), status

    def by_grant(self):
        status, grant = operate(self.town.server, "POST", f"/musubi/v1/people/{self.town.person}/grants",
                                {"role": "reader"})
        assert status == 201, grant
        self.headers = f"Cookie: musubi_session={self.town.cookie}\r\n"
        self.hidden = b'"level"'  # where policies are in force, who has no role may ask, and sees nothing
        self.withdraw = ("DELETE", f"/musubi/v1/people/{self.town.person}/grants/{grant['id']}", None, None)

    def by_policy(self):
        self.by_key()
        self.hidden = b'"level"'
        text = POLICY.format(subject=f"key:{self.id}")
        self.town.keep_signers_fresh()
        status, made, _ = ask(self.town.server, "POST", "/musubi/v1/policies", {"text": text},
                              cookie=self.town.signers[0])
        assert status == 201, made
        self.withdraw = ("POST", f"/musubi/v1/policies/{made['number']}/sign", None, self.town.signers[1])

    def targets(self):
        return self.chance.choice([
            "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:1", "/ngsi-ld/v1/entities?type=Gauge&limit=10",
            "/ngsi-ld/v1/entities?type=Gauge&q=level%3E=0&limit=5",
            "/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Gauge:2?lastN=10",
            "/ngsi-ld/v1/temporal/entities?type=Gauge&timerel=after&timeAt=2020-01-01T00:00:00Z&limit=5&lastN=3"])

    def run(self):
        """How much came after the reply to the withdrawal that may not."""
        if self.live:
            self.live.send(self.get("/musubi/v1/live?types=Gauge"))
        for line in self.lines:
            line.send(b"".join(self.get(self.targets()) for _ in range(self.chance.randrange(1, 16))))
        for _ in range(self.chance.randrange(0, 4)):
            self.town.write()
        time.sleep(self.chance.random() * 0.004)
        self.town.receiver.step()
        reply = self.take_away()
        everything = self.lines + ([self.live] if self.live else [])
        before = [line.take() for line in everything]
        self.town.receiver.step()
        told = self.town.receiver.taken
        self.town.write()
        self.town.write()
        for line in self.lines:
            if not line.closed:
                try:
                    line.send(self.get(self.targets()))
                except OSError:
                    line.closed = True
        return reply, before, self.listen(everything), told

    def take_away(self):
        method, target, body, cookie = self.withdraw
        line = Line(self.town.server.port)
        try:
            who = (f"Cookie: musubi_session={cookie}\r\nOrigin: {self.town.server.url}\r\n" if cookie
                   else f"Authorization: Bearer {self.town.server.key}\r\n")
            line.send(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.town.server.port}\r\n"
                      f"{who}Content-Length: 0\r\n\r\n".encode())
            line.socket.setblocking(True)
            line.socket.settimeout(30)
            data = b""
            while b"\r\n\r\n" not in data:
                data += line.socket.recv(1 << 16)
            return int(data.split()[1])
        finally:
            line.close()

    def listen(self, everything):
        """All that still comes, until each line has fallen silent."""
        end = time.monotonic() + 0.03
        while time.monotonic() < end:
            self.town.receiver.step()
            time.sleep(0.001)
        return [line.take() for line in everything]

    def close(self):
        for line in self.lines + ([self.live] if self.live else []):
            line.close()


class Town:
    def __init__(self, server):
        self.server, self.receiver, self.level = server, Receiver(), 0
        self.person, self.cookie = accept(server, "comes-and-goes")
        operate(server, "DELETE", f"/musubi/v1/people/{self.person}/grants/" + self.grants()[0]["id"])
        self.signers, self.signed_in = signers(server), time.monotonic()
        operate(server, "POST", "/ngsi-ld/v1/entityOperations/create",
                [{"id": f"urn:ngsi-ld:Gauge:{n}", "type": "Gauge", "level": n} for n in range(1, 61)])

    def keep_signers_fresh(self):
        if time.monotonic() - self.signed_in > 600:
            self.signers, self.signed_in = signers_again(self.server), time.monotonic()

    def grants(self):
        return operate(self.server, "GET", f"/musubi/v1/people/{self.person}")[1]["grants"]

    def write(self):
        self.level += 1
        status, _ = operate(self.server, "POST",
                            f"/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:{self.level % 60 + 1}/attrs",
                            {"level": self.level})
        assert status == 204, status


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Withdrawal(unittest.TestCase):
    def check(self, town, chance, number):
        one = Round(town, chance)
        kind = "key" if number % 10 < 6 else "grant" if number % 10 < 9 else "policy"
        {"key": one.by_key, "grant": one.by_grant, "policy": one.by_policy}[kind]()
        try:
            status, before, after, told = one.run()
            self.assertIn(status, (200, 204), f"round {number}, by {kind}")
            for name, data in zip(("first", "second", "third", "live feed"), after):
                place = data.find(one.hidden)
                self.assertEqual(place, -1, f"round {number}, by {kind}, on the {name}: "
                                            f"{data[max(place - 200, 0):place + 400]!r}")
            if kind != "grant":
                self.assertEqual(town.receiver.taken, told, f"round {number}, by {kind}: notified after it")
            return sum(successes(data) for data in before)
        finally:
            one.close()
            if kind == "policy":
                operate(town.server, "DELETE", f"/musubi/v1/keys/{one.id}")

    def test_nothing_leaves_after_the_reply(self):
        chance = random.Random(SEED)
        end = time.monotonic() + TIME_LIMIT
        with tempfile.TemporaryDirectory() as folder:
            server = Server(BINARY, data=pathlib.Path(folder) / "town",
                            arguments=("--allow-private-addresses",))
            with server:
                town = Town(server)
                self.addCleanup(town.receiver.close)
                answered = done = 0
                for number in range(ROUNDS):
                    if time.monotonic() > end:
                        break
                    answered += self.check(town, chance, number)
                    done += 1
                    if number % 50 == 49:
                        self.kill(town)
                print(f"{done} interleavings, {answered} answers before the withdrawals, "
                      f"{town.receiver.taken} notifications", file=sys.stderr)
                self.assertGreater(answered, done)  # else nothing was under way
                self.assertGreater(town.receiver.taken, 0)

    def kill(self, town):
        """What was withdrawn stays so, though the program ends the moment after."""
        made = operate(town.server, "POST", "/musubi/v1/keys", {"role": "reader", "label": "r"})[1]
        self.assertEqual(operate(town.server, "DELETE",
                                 f"/musubi/v1/keys/{made['key'].split('_')[1]}")[0], 204)
        town.server.process.send_signal(signal.SIGKILL)
        town.server.process.wait()
        key = town.server.key
        town.server.start()
        town.server.key = key
        status, _, _ = ask(town.server, "GET", "/ngsi-ld/v1/entities?type=Gauge",
                           headers={"Authorization": f"Bearer {made['key']}"})
        self.assertEqual(status, 401)


if __name__ == "__main__":
    unittest.main()
