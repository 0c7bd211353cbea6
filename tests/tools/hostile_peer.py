"""Peers on loopback that misbehave, for hostile_peers_test.py."""
import asyncio
import collections
import re
import threading

CHUNK = b"x" * 65536
HUGE = 17 << 20
ENDLESS = 100 << 20  # where whoever reads it has not stopped by then, it is endless


class HostilePeer(threading.Thread):
    """A web server; how it answers is the first part of the path below which it is asked. Counts what it
    is asked by that part, and the bytes it got rid of."""

    HEAD = re.compile(rb"^\w+ /(\w*)")
    LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.I)

    def __init__(self):
        super().__init__(daemon=True)
        self.asked, self.sent = collections.Counter(), collections.Counter()
        self.ready = threading.Event()

    def __enter__(self):
        self.start()
        self.ready.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def answer(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if length := self.LENGTH.search(head):
                    await reader.readexactly(int(length[1]))
                kind = self.HEAD.match(head)[1].decode()
                self.asked[kind] += 1
                await getattr(self, kind, self.missing)(writer, head)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError,
                asyncio.CancelledError, EOFError):
            pass
        finally:
            writer.close()

    async def write(self, writer, kind, data):
        writer.write(data)
        await writer.drain()
        self.sent[kind] += len(data)

    async def missing(self, writer, _):
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    async def good(self, writer, _):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")

    async def never(self, *_):
        await self.stop.wait()

    async def endless(self, writer, _):
        """A body in chunks that has no end."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n")
        while self.sent["endless"] < 40 * ENDLESS:
            await self.write(writer, "endless", b"10000\r\n" + CHUNK + b"\r\n")

    async def redirect(self, writer, _):
        writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: " + self.url.encode() +
                     b"/elsewhere\r\nContent-Length: 0\r\n\r\n")

    async def short(self, writer, _):
        """Says more than it sends, and waits."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[")
        await self.stop.wait()

    async def long(self, writer, _):
        """Sends more than it says: what follows is no answer to anything."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
                     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" + b"more" * 100)

    async def half(self, writer, _):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
                     + b"[" + b" " * 49)
        await writer.drain()
        raise EOFError

    async def huge(self, writer, _):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                     + str(HUGE).encode() + b"\r\n\r\n[")
        for _ in range(HUGE // len(CHUNK)):
            await self.write(writer, "huge", b" " * len(CHUNK))

    async def broken(self, writer, _):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n"
                     b'[{"id": ')

    async def trap(self, writer, _):
        """Entities each of which has a context of its own that never comes."""
        body = ("[" + ",".join(
            f'{{"id": "urn:ngsi-ld:Trap:{n}", "type": "Trap", "level": 1, '
            f'"@context": "{self.url}/never/{n}"}}' for n in range(100)) + "]").encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nContent-Length: "
                     + str(len(body)).encode() + b"\r\n\r\n" + body)

    async def large_context(self, writer, _):
        """A context of 100 MB."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nContent-Length: "
                     + str(ENDLESS).encode() + b"\r\n\r\n" + b'{"@context": {"a": "http://a.example/')
        for _ in range(ENDLESS // len(CHUNK)):
            await self.write(writer, "large_context", CHUNK)

    async def own_context(self, writer, _):
        """A context that includes itself."""
        body = f'{{"@context": ["{self.url}/own_context", {{"a": "http://a.example/"}}]}}'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nContent-Length: "
                     + str(len(body)).encode() + b"\r\n\r\n" + body)

    async def deep_context(self, writer, head):
        """A context that includes another one, and so on without end."""
        depth = int(re.search(rb"/deep_context/(\d+)", head)[1])
        body = f'{{"@context": "{self.url}/deep_context/{depth + 1}"}}'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nContent-Length: "
                     + str(len(body)).encode() + b"\r\n\r\n" + body)
