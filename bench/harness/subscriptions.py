"""Many subscriptions under steady writes, while the server is killed: nothing due is lost."""
import http.client
import json
import multiprocessing
import threading
import time

from .notifications import Receiver
from .peers import Server
from .town import entity, load, text_of

PER_REQUEST = 20
FORK = multiprocessing.get_context("fork")


class Ledger(Receiver):
    """Notes when the n-th value of each entity came first, and whether it came in its turn. What is told
    again after a crash is no disorder: a delivery has an id by which its receiver can tell."""

    def __init__(self):
        super().__init__()
        self.came, self.again = {}, 0

    def take(self, body):
        now = time.monotonic()
        for station in json.loads(body)["data"]:
            name, value = station["id"], station["currentLevel"]["value"]
            last = self.last.get(name, 0)
            if value <= last:
                self.again += 1
                continue
            self.disorder += value != last + 1
            self.last[name] = value
            self.came[name, value] = now
            self.seen += 1


def write(port, key, count, rounds, pace, results):
    """Round r sets the level of each station to r. A write that broke off is made again: it is the same.
    Sends what each took, and when it began."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection, begun, times, sent = None, {}, [], 0
    begin = time.monotonic()
    for turn in range(1, rounds + 1):
        level = {"type": "Property", "value": turn,
                 "observedAt": f"2021-08-14T{turn // 60:02d}:{turn % 60:02d}:00Z"}
        for first in range(1, count + 1, PER_REQUEST):
            names = [entity_id(n) for n in range(first, first + PER_REQUEST)]
            body = text_of([{"id": name, "type": "FloodMonitoring", "currentLevel": level}
                            for name in names]).encode()
            started = time.monotonic()
            while True:
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", port.value,
                                                                          timeout=30)
                    connection.request("POST", "/ngsi-ld/v1/entityOperations/update", body, headers)
                    answer = connection.getresponse()
                    said = answer.read()
                    if answer.status == 204:
                        break
                    if answer.status != 503:
                        raise RuntimeError(f"a change was answered {answer.status} {said[:300]!r}")
                except (OSError, http.client.HTTPException):
                    connection = None
                time.sleep(0.01)
            times.append((started, time.monotonic() - started))
            for name in names:
                begun[name, turn] = started
            sent += PER_REQUEST
            ahead = begin + sent / pace - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
    results.send((begun, times))


def entity_id(number):
    return f"urn:ngsi-ld:FloodMonitoring:bench:{number:06d}"


def subscribe(server, count, receiver):
    """One subscription for each station, over four connections."""
    def run(first):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
        for number in range(first, count + 1, 4):
            body = text_of({
                "type": "Subscription", "watchedAttributes": ["currentLevel"],
                "entities": [{"id": entity_id(number), "type": "FloodMonitoring"}],
                "notification": {"attributes": ["currentLevel"], "endpoint": {
                    "uri": f"http://127.0.0.1:{receiver.port}/", "accept": "application/json"}}})
            connection.request("POST", "/ngsi-ld/v1/subscriptions", body.encode(), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise RuntimeError(f"a subscription was answered {answer.status}")
    threads = [threading.Thread(target=run, args=(first,)) for first in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def kill_and_start(server, port):
    """When it was killed, and when it answered again."""
    killed = time.monotonic()
    server.process.kill()
    server.process.wait()
    server.start()
    port.value = server.port
    return killed, time.monotonic()


def p99(times):
    return sorted(times)[len(times) * 99 // 100] * 1e3 if times else 0.0


CALM = 3.0  # seconds after a start in which what waited is told


def subscriptions(bench, report):
    """10,000 subscriptions, 2,000 writes a second for 60 s, killed twice with -9 and started again."""
    count, pace, seconds = (500, 500, 6) if bench.quick else (10_000, 2_000, 60)
    rounds = pace * seconds // count
    receiver = Ledger()
    receiver.start()
    receiver.ready.wait()
    with Server(bench.binary, bench.serve, data=bench.folder / "data") as server:
        load(server, count)
        begin = time.monotonic()
        subscribe(server, count, receiver)
        report.add(f"{count:,} subscriptions made one by one, 4 connections",
                   f"{count / (time.monotonic() - begin):,.0f}/s")
        port = FORK.Value("i", server.port)
        results, child = FORK.Pipe(duplex=False)
        writer = FORK.Process(target=write, daemon=True,
                              args=(port, server.key, count, rounds, pace, child))
        begin = time.monotonic()
        writer.start()
        restarts = []
        for part in (1, 2):
            time.sleep(max(0, begin + seconds * part / 3 - time.monotonic()))
            restarts.append(kill_and_start(server, port))
        begun, times = results.recv()
        writer.join()
        took = time.monotonic() - begin
        until = time.monotonic() + 60
        while receiver.seen < rounds * count and time.monotonic() < until:
            time.sleep(0.01)
        lost = rounds * count - receiver.seen

        def is_calm(moment):
            return not any(killed - 0.1 <= moment <= ready + CALM for killed, ready in restarts)
        told = [receiver.came[key] - moment for key, moment in begun.items()
                if key in receiver.came and is_calm(moment)]
        writes = [each for moment, each in times if is_calm(moment)]
        report.add(f"{count:,} subscriptions, {pace:,} writes a second for {seconds} s, killed twice",
                   f"{lost} lost, {receiver.disorder} out of order, p99 {p99(told):.0f} ms from the write "
                   "to the receiver", "none lost, in order, p99 < 50 ms outside the restart",
                   f"{receiver.seen:,} told and {receiver.again:,} again, writes made at "
                   f"{rounds * count / took:,.0f}/s, p99 of a request of {PER_REQUEST} "
                   f"{p99(writes):.0f} ms, started again in "
                   f"{max(ready - killed for killed, ready in restarts):.1f} s")
        if lost or receiver.disorder:
            raise RuntimeError("notifications were lost or out of order")
    receiver.loop.call_soon_threadsafe(receiver.stop.set)
