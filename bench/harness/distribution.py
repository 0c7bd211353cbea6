"""A query that three other brokers have the answer to, beside what each of them takes alone."""
import contextlib
import http.client
import random
import statistics
import time
import urllib.parse

from .peers import Server
from .town import load, text_of

ENTITIES = 1000  # of each peer
KIND = "FloodMonitoring"


class Asker:
    """Asks one server, over one connection."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.connection.connect()
        self.headers = {"Authorization": f"Bearer {server.key}"}

    def milliseconds(self, target):
        begin = time.perf_counter()
        self.connection.request("GET", target, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begin) * 1e3
        if answer.status != 200 or answer.headers["NGSILD-Warning"] or len(body) < 1000:
            raise RuntimeError(f"{target} was answered {answer.status} {body[:300]!r}")
        return took


def register(server, peers):
    for number, peer in enumerate(peers):
        status, _, said = server.request(
            "POST", "/ngsi-ld/v1/csourceRegistrations",
            text_of({"id": f"urn:r:{number}", "type": "ContextSourceRegistration", "endpoint": peer.url,
                     "information": [{"entities": [{"type": KIND}]}],
                     "contextSourceInfo": [{"key": "Authorization", "value": f"Bearer {peer.key}"}]}),
            {"Content-Type": "application/json"})
        if status != 201:
            raise RuntimeError(f"the registration was answered {status} {said[:300]!r}")


def p99(times):
    return sorted(times)[len(times) * 99 // 100]


def distribution(bench, report):
    """A query forwarded to three peers of 1,000 entities each, beside the slowest of them alone."""
    with contextlib.ExitStack() as running:
        here, *peers = [running.enter_context(Server(bench.binary, bench.serve)) for _ in range(4)]
        for number, peer in enumerate(peers):
            load(peer, ENTITIES, first=1 + number * ENTITIES)
        register(here, peers)
        asker, alone = Asker(here), [Asker(peer) for peer in peers]
        chance = random.Random(1)
        forwarded, own = [], [[] for _ in peers]
        for turn in range(-20, 50 if bench.quick else 1000):
            level = round(chance.uniform(0, 1.5), 4)
            target = "/ngsi-ld/v1/entities?" + urllib.parse.urlencode(
                {"type": KIND, "q": f"currentLevel>{level}", "limit": 20})
            took = asker.milliseconds(target)
            each = [one.milliseconds(target) for one in alone]
            if turn >= 0:  # the first ones find everything cold
                forwarded.append(took)
                for times, one in zip(own, each):
                    times.append(one)
        slowest = max(map(p99, own))
        report.add("a query forwarded to three peers of 1,000 entities each, 20 results, p99 beside the "
                   "slowest peer's own", f"{p99(forwarded) / slowest:.2f}", "< 2",
                   f"p99 {p99(forwarded):.2f} and {slowest:.2f} ms, median "
                   f"{statistics.median(forwarded):.2f} and {max(map(statistics.median, own)):.2f} ms, "
                   "the python client's share included")
