"""Sockets that one thread reads, so that what had arrived before a moment is told from what came after."""
import socket


class Line:
    """One connection: what came in before a moment and what after it."""

    def __init__(self, port):
        # Room for all that is asked for: what the server has handed over stands here, not on its side.
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.read, self.closed = b"", False

    def send(self, data):
        self.socket.setblocking(True)
        try:
            self.socket.sendall(data)
        finally:
            self.socket.setblocking(False)

    def drain(self):
        """What has arrived by now."""
        while not self.closed:
            try:
                piece = self.socket.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                piece = b""
            if not piece:
                self.closed = True
            self.read += piece

    def take(self):
        self.drain()
        taken, self.read = self.read, b""
        return taken

    def close(self):
        self.socket.close()


class Receiver:
    """Takes notifications and answers 200, on the caller's own thread."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.open, self.taken = {}, 0

    def take(self, head):
        """One has come whole, with this head."""
        self.taken += 1

    def step(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except BlockingIOError:
                break
            peer.setblocking(False)
            self.open[peer] = b""
        for peer in list(self.open):
            self.take_from(peer)

    def take_from(self, peer):
        try:
            piece = peer.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            peer.close()
            del self.open[peer]
            return
        data = self.open[peer] + piece
        while b"\r\n\r\n" in data:
            head, rest = data.split(b"\r\n\r\n", 1)
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                          if line.lower().startswith(b"content-length"))
            if len(rest) < length:
                break
            self.take(head)
            data = rest[length:]
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.open[peer] = data

    def close(self):
        for peer in self.open:
            peer.close()
        self.listener.close()
