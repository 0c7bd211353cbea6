"""Peers that do not answer, answer for ever, lie, or lead in a circle: each is bounded, is named in words
and in a metric, and slows nobody else (GS CIM 009 v1.9.1, 4.3.6, 6.3.17, 6.3.18)."""
import http.client
import json
import multiprocessing
import os
import pathlib
import re
import sys
import threading
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from hostile_peer import ENDLESS, HostilePeer  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
FORK = multiprocessing.get_context("fork")
API = "/ngsi-ld/v1"
LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
KINDS = {  # how a source misbehaves: what the warning says of it
    "never": r"199 .*(in time|timed out|time)",
    "short": r"199 .*(in time|timed out|time)",
    "endless": r"111 .*(large|more than|bytes)|199 .*time",
    "huge": r"111 .*(large|more than|bytes)|199 .*time",
    "redirect": r"299 .*307",
    "half": r"199 .*(closed|ended|broke)",
    "broken": r"111 .*JSON",
}
MEMORY = 400 << 20  # more than all that is under way at once may take


def post(server, path, body, expected=(201,)):
    status, headers, said = server.request("POST", API + path, json.dumps(body),
                                           {"Content-Type": "application/json"})
    if status not in expected:
        raise AssertionError(f"POST {path}: {status} {said[:500]!r}")
    return headers


def register(server, name, endpoint, of_type, **more):
    post(server, "/csourceRegistrations",
         {"id": name, "type": "ContextSourceRegistration", "endpoint": endpoint,
          "information": [{"entities": [{"type": of_type}]}], **more})


def figure(server, name):
    text = server.request("GET", "/metrics")[2].decode()
    found = re.search(rf"^{name} ([\d.e+]+)$", text, re.M)
    return float(found[1]) if found else None


def quantile(times):
    return sorted(times)[int(len(times) * 0.99)] if times else 0.0


def stand_by(port, key, pid, done, results):
    """Asks and writes what has nothing to do with any peer; how long each took, the most memory that the
    server held, and answers that were wrong."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    path, times, memory, faults, turn = f"{API}/entities/urn:ngsi-ld:Bystander:1", [], 0, [], 0
    while not done.is_set():
        turn += 1
        begin = time.monotonic()
        if turn % 2:
            # Without its type it might be at any source (4.3.6.1).
            connection.request("GET", path + "?type=Bystander", headers=headers)
        else:
            connection.request("PATCH", path + "/attrs",
                               json.dumps({"level": {"type": "Property", "value": turn}}), headers)
        answer = connection.getresponse()
        answer.read()
        times.append(time.monotonic() - begin)
        if answer.status not in (200, 204):
            faults.append(answer.status)
        if turn % 10 == 0:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            memory = max(memory, int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)[1]) * 1024)
        time.sleep(0.005)
    connection.close()
    results.send((times, memory, faults))


class Bystander:
    """stand_by in a process of its own, so that what else this one does costs it nothing."""

    def __init__(self, server):
        self.done = FORK.Event()
        self.results, child = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=stand_by, daemon=True, args=(
            server.port, server.key, server.process.pid, self.done, child))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        if not self.results.poll(70):
            raise AssertionError("the bystander never ended")
        self.times, self.most_memory, self.faults = self.results.recv()
        self.process.join()


class Hostile(unittest.TestCase):
    """One server that may reach loopback, and peers there."""

    def setUp(self):
        self.server = self.enter(Server(BINARY, ["--allow-private-addresses"]))
        self.peer = self.enter(HostilePeer())
        post(self.server, "/entities", {"id": "urn:ngsi-ld:Bystander:1", "type": "Bystander", "level": 0})
        with Bystander(self.server) as alone:
            time.sleep(1)
        # On a machine that does other things as well, what is quick is what is quick there.
        self.limit = max(0.05, 4 * quantile(alone.times))

    def enter(self, manager):
        entered = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return entered

    def check_bystander(self, bystander):
        self.assertEqual(bystander.faults, [])
        self.assertGreater(len(bystander.times), 20, bystander.times)
        self.assertLess(quantile(bystander.times), self.limit)
        self.assertLess(bystander.most_memory, MEMORY)

    def together(self, *calls):
        """Runs them at the same time: (result, seconds) of each."""
        results = [None] * len(calls)

        def run(place, call):
            begin = time.monotonic()
            results[place] = call(), time.monotonic() - begin
        threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    # ---- sources
    def test_sources(self):
        peers = {kind: self.enter(HostilePeer()) for kind in KINDS}
        for kind, peer in peers.items():
            register(self.server, f"urn:r:{kind}", f"{peer.url}/{kind}", f"T{kind}",
                     management={"timeout": 1500})
        with Bystander(self.server) as bystander:
            answers = self.together(*[
                lambda kind=kind: self.server.request("GET", f"{API}/entities?type=T{kind}")
                for kind in KINDS for _ in range(6)])
            for place, ((status, headers, body), seconds) in enumerate(answers):
                kind = list(KINDS)[place // 6]
                with self.subTest(kind):
                    self.assertEqual((status, json.loads(body)), (200, []))
                    self.assertLess(seconds, 8)
                    warning = headers["NGSILD-Warning"]
                    self.assertIn(f"urn:r:{kind}: ", warning)
                    if "failed lately" not in warning:
                        self.assertRegex(warning, KINDS[kind])
        self.check_bystander(bystander)
        self.assertEqual(peers["redirect"].asked["elsewhere"], 0)
        self.assertLess(peers["endless"].sent["endless"], ENDLESS * 6)
        self.assertGreater(figure(self.server, "musubi_sources_failures_total"), 5)
        # One that has failed some times is left alone for a while, and that costs no time.
        self.assertGreater(figure(self.server, "musubi_sources_paused"), 0)
        asked = peers["never"].asked["never"]
        (_, headers, _), seconds = self.together(
            lambda: self.server.request("GET", f"{API}/entities?type=Tnever"))[0]
        self.assertLess(seconds, 1)
        self.assertRegex(headers["NGSILD-Warning"], r"199 .*failed lately and is asked again in \d+ s")
        self.assertEqual(peers["never"].asked["never"], asked)

    def test_a_source_that_sends_more_than_it_says_answers_nobody_else(self):
        register(self.server, "urn:r:long", f"{self.peer.url}/long", "Tlong")
        for _ in range(5):
            status, _, body = self.server.request("GET", f"{API}/entities?type=Tlong")
            self.assertEqual((status, json.loads(body)), (200, []))

    def test_contexts_in_an_answer_do_not_keep_it_waiting(self):
        register(self.server, "urn:r:trap", f"{self.peer.url}/trap", "Trap")
        post(self.server, "/entities", {"id": "urn:ngsi-ld:Good:1", "type": "Good", "level": 1})
        good = self.enter(HostilePeer())
        register(self.server, "urn:r:good", f"{good.url}/good", "Good")
        with Bystander(self.server) as bystander:
            trapped = [lambda: self.server.request("GET", f"{API}/entities?type=Trap")] * 2
            shared = []

            def ask():
                time.sleep(0.5)  # the others are under way
                for _ in range(5):
                    begin = time.monotonic()
                    self.assertEqual(self.server.request("GET", f"{API}/entities?type=Good")[0], 200)
                    shared.append(time.monotonic() - begin)
            answers = self.together(*trapped, ask)
        for (status, headers, body), seconds in answers[:2]:
            self.assertEqual((status, json.loads(body)), (200, []))
            self.assertRegex(headers["NGSILD-Warning"], r"111 .*context could not be fetched")
            self.assertLess(seconds, 12)
        self.assertLess(max(shared), 1)
        self.check_bystander(bystander)

    # ---- contexts
    def test_contexts(self):
        register(self.server, "urn:r:good", f"{self.enter(HostilePeer()).url}/good", "Good")
        kinds = {"large_context": "larger|too large|bytes|more than", "own_context": "itself|include",
                 "deep_context/1": "deep|includes|nest", "redirect": "elsewhere", "half": "closed|ended|broke",
                 "endless": "large|bytes|more than", "broken": "JSON"}
        waiting = [f"never/{n}" for n in range(8)]

        def ask(kind):
            return self.server.request("GET", f"{API}/entities?type=A",
                                       headers={"Link": LINK.format(f"{self.peer.url}/{kind}")})
        shared = []

        def ask_good():
            time.sleep(0.3)
            for _ in range(5):
                begin = time.monotonic()
                self.assertEqual(self.server.request("GET", f"{API}/entities?type=Good")[0], 200)
                shared.append(time.monotonic() - begin)
        with Bystander(self.server) as bystander:
            answers = self.together(*[lambda kind=kind: ask(kind) for kind in [*waiting, *kinds]],
                                    ask_good)
        for kind, ((status, _, body), seconds) in zip([*waiting, *kinds], answers):
            with self.subTest(kind):
                self.assertIn(status, (400, 413, 504), body)
                self.assertRegex(json.loads(body)["detail"], kinds.get(kind, "time"))
                self.assertLess(seconds, 25)
        self.assertLess(self.peer.sent["large_context"], 20 << 20)
        self.assertEqual(self.peer.asked["elsewhere"], 0)
        self.assertLess(self.peer.asked["deep_context"], 40)
        self.assertGreater(figure(self.server, "musubi_contexts_failures_total"), 8)
        # Contexts that do not come keep no answer of a source waiting.
        self.assertLess(max(shared), 1)
        self.check_bystander(bystander)
        # What failed is not tried again at once.
        asked = self.peer.asked["large_context"]
        self.assertEqual(ask("large_context")[0], answers[len(waiting)][0][0])
        self.assertEqual(self.peer.asked["large_context"], asked)

    # ---- receivers
    def test_receivers(self):
        kinds = ("never", "endless", "redirect", "short", "half", "huge")
        peers = {kind: self.enter(HostilePeer()) for kind in kinds}
        for kind, peer in {**peers, "good": self.peer}.items():
            post(self.server, "/subscriptions", {
                "id": f"urn:s:{kind}", "type": "Subscription", "entities": [{"type": "Told"}],
                "notification": {"endpoint": {"uri": f"{peer.url}/{kind}", "timeout": 1000}}})
        changes = 40
        with Bystander(self.server) as bystander:
            for n in range(changes):
                post(self.server, "/entities", {"id": f"urn:ngsi-ld:Told:{n}", "type": "Told", "level": n})
                time.sleep(0.02)
            until = time.monotonic() + 5
            while self.peer.asked["good"] < changes and time.monotonic() < until:
                time.sleep(0.01)
            self.assertEqual(self.peer.asked["good"], changes)
            time.sleep(1.5)
        self.check_bystander(bystander)
        self.assertEqual(peers["redirect"].asked["elsewhere"], 0)
        for kind in ("never", "redirect", "short"):
            with self.subTest(kind):
                told = json.loads(self.server.request("GET", f"{API}/subscriptions/urn:s:{kind}")[2])
                told = told["notification"]
                self.assertEqual(told["status"], "failed")
                self.assertIn("lastFailure", told)
                self.assertRegex(told["musubi:lastFailureReason"], "time|redirect|elsewhere|307")
        self.assertGreater(figure(self.server, "musubi_deliveries_failed_total"), 3)
        self.assertGreater(figure(self.server, "musubi_deliveries_redirected_total"), 0)

    # ---- circles
    def servers(self, count):
        return [self.enter(Server(BINARY, ["--allow-private-addresses"])) for _ in range(count)]

    def tie(self, here, there, name):
        register(here, f"urn:r:{name}", there.url, "Gauge",
                 operations=["federationOps", "createEntity", "updateEntity", "queryBatch"],
                 contextSourceInfo=[{"key": "Authorization", "value": f"Bearer {there.key}"}])

    def ask_in_circle(self, servers, most):
        def sent():
            return sum(figure(each, "musubi_sources_requests_total") for each in servers)
        gauge = {"id": "urn:ngsi-ld:Gauge:9", "type": "Gauge", "level": 1}
        before = sent()
        (status, _, body), seconds = self.together(
            lambda: servers[0].request("GET", f"{API}/entities?type=Gauge&count=true"))[0]
        self.assertEqual(status, 200)
        self.assertEqual(sorted(each["id"] for each in json.loads(body)),
                         [f"urn:ngsi-ld:Gauge:{n}" for n in range(3)])
        self.assertLess(seconds, 5)
        self.assertLessEqual(sent() - before, most)
        before = sent()
        (status, _, body), seconds = self.together(
            lambda: servers[0].request("POST", f"{API}/entities", json.dumps(gauge),
                                       {"Content-Type": "application/json"}))[0]
        self.assertIn(status, (201, 207), body)
        self.assertLess(seconds, 5)
        self.assertLessEqual(sent() - before, most)
        for each in servers:
            self.assertEqual(each.request("GET", f"{API}/entities/urn:ngsi-ld:Gauge:9?local=true")[0], 200)

    def test_three_in_a_circle(self):
        servers = self.servers(3)
        for n, each in enumerate(servers):
            post(each, "/entities", {"id": f"urn:ngsi-ld:Gauge:{n}", "type": "Gauge", "level": n})
            self.tie(each, servers[(n + 1) % 3], "next")
        self.ask_in_circle(servers, 6)

    def test_three_that_all_know_each_other(self):
        servers = self.servers(3)
        for n, each in enumerate(servers):
            post(each, "/entities", {"id": f"urn:ngsi-ld:Gauge:{n}", "type": "Gauge", "level": n})
            for m, other in enumerate(servers):
                if m != n:
                    self.tie(each, other, str(m))
        self.ask_in_circle(servers, 20)


class Refused(unittest.TestCase):
    """A server that may reach the public internet alone."""

    def test_nobody_is_led_into_the_house(self):
        with HostilePeer() as peer, Server(BINARY) as server:
            port = peer.port
            places = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://[::1]:{port}",
                      f"http://[::ffff:127.0.0.1]:{port}", f"http://0.0.0.0:{port}",
                      "http://169.254.169.254", "http://10.0.0.1", "http://192.168.1.1"]
            for n, place in enumerate(places):
                with self.subTest(place):
                    register(server, f"urn:r:{n}", f"{place}/good", f"T{n}")
                    status, headers, body = server.request("GET", f"{API}/entities?type=T{n}")
                    self.assertEqual((status, json.loads(body)), (200, []))
                    self.assertRegex(headers["NGSILD-Warning"], r"private addresses")
                    link = LINK.format(f"{place}/own_context?{urllib.parse.quote(place)}")
                    status, _, body = server.request("GET", f"{API}/entities?type=A",
                                                     headers={"Link": link})
                    self.assertEqual(status, 504)
                    self.assertRegex(body.decode(), r"private addresses")
                    post(server, "/subscriptions", {
                        "id": f"urn:s:{n}", "type": "Subscription", "entities": [{"type": "Told"}],
                        "notification": {"endpoint": {"uri": f"{place}/good"}}}, (201, 400))
            post(server, "/entities", {"id": "urn:ngsi-ld:Told:1", "type": "Told", "level": 1})
            until = time.monotonic() + 5
            while figure(server, "musubi_deliveries_forbidden_total") < 1 and time.monotonic() < until:
                time.sleep(0.05)
            self.assertGreater(figure(server, "musubi_deliveries_forbidden_total"), 0)
            time.sleep(0.3)
            self.assertEqual(sum(peer.asked.values()), 0)


if __name__ == "__main__":
    unittest.main()
