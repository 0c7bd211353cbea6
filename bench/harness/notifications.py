"""Changes to one receiver: none lost, in order for each entity, at the pace they are made."""
import asyncio
import http.client
import json
import re
import threading
import time

from .peers import Server
from .town import entity, load, text_of

STATIONS = 500
PER_REQUEST = 50


class Receiver(threading.Thread):
    """A web server that reads notifications as fast as it can and keeps the last value of each
    entity: a value that is not the next one is out of order."""

    HEAD = re.compile(rb"content-length:\s*(\d+)", re.I)

    def __init__(self):
        super().__init__(daemon=True)
        self.ready = threading.Event()
        self.seen = self.disorder = 0
        self.last = {}

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        self.stop = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        server = await self.loop.create_server(lambda: Connection(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stop.wait()
        server.close()

    def take(self, body):
        for station in json.loads(body)["data"]:
            value = station["currentLevel"]["value"]
            if value != self.last.get(station["id"], 0) + 1:
                self.disorder += 1
            self.last[station["id"]] = value
            self.seen += 1


class Connection(asyncio.Protocol):
    def __init__(self, receiver):
        self.receiver, self.rest = receiver, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.rest += data
        answers = 0
        while (end := self.rest.find(b"\r\n\r\n")) >= 0:
            length = Receiver.HEAD.search(self.rest, 0, end + 2)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self.rest) < size:
                break
            self.receiver.take(self.rest[end + 4:size])
            self.rest = self.rest[size:]
            answers += 1
        if answers:
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n" * answers)


def write_rounds(server, rounds, pace):
    """Round r sets each station's level to r; `pace` changes a second. How long it took."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    begin, sent = time.monotonic(), 0
    for turn in range(1, rounds + 1):
        when = f"2021-08-14T{turn // 3600:02d}:{turn // 60 % 60:02d}:{turn % 60:02d}Z"
        level = {"type": "Property", "value": turn, "observedAt": when}
        for first in range(1, STATIONS + 1, PER_REQUEST):
            body = text_of([{"id": entity(n)["id"], "type": "FloodMonitoring", "currentLevel": level}
                            for n in range(first, first + PER_REQUEST)])
            connection.request("POST", "/ngsi-ld/v1/entityOperations/update", body.encode(), headers)
            answer = connection.getresponse()
            if answer.status != 204:
                raise RuntimeError(f"a change was answered {answer.status} {answer.read()[:300]!r}")
            answer.read()
            sent += PER_REQUEST
            ahead = begin + sent / pace - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
    connection.close()
    return time.monotonic() - begin


def notifications(bench, report):
    """5,000 changes a second, each told to one receiver."""
    receiver = Receiver()
    receiver.start()
    receiver.ready.wait()
    with Server(bench.binary, bench.serve) as server:
        load(server, STATIONS)
        status, _, said = server.request(
            "POST", "/ngsi-ld/v1/subscriptions",
            text_of({"type": "Subscription", "entities": [{"type": "FloodMonitoring"}],
                     "watchedAttributes": ["currentLevel"],
                     "notification": {"attributes": ["currentLevel"], "endpoint": {
                         "uri": f"http://127.0.0.1:{receiver.port}/", "accept": "application/json"}}}),
            {"Content-Type": "application/json"})
        if status != 201:
            raise RuntimeError(f"the subscription was answered {status} {said[:300]!r}")
        rounds = max(2, bench.seconds * 2 * 5000 // STATIONS)
        wanted = rounds * STATIONS
        begin = time.monotonic()
        took = write_rounds(server, rounds, 5000)
        while receiver.seen < wanted and time.monotonic() - begin < took + 60:
            time.sleep(0.005)
        behind = time.monotonic() - begin - took
        report.add("notifications, each change to one receiver",
                   f"{receiver.seen / (took + behind):,.0f}/s, {wanted - receiver.seen} lost, "
                   f"{receiver.disorder} out of order", "5,000/s, none lost, in order",
                   f"{wanted:,} changes made at {wanted / took:,.0f}/s, the last told "
                   f"{behind * 1e3:.0f} ms later")
        if receiver.seen < wanted or receiver.disorder:
            raise RuntimeError("notifications were lost or out of order")
    receiver.loop.call_soon_threadsafe(receiver.stop.set)
