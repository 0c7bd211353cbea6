"""A web server on loopback for what Musubi sends, and for files it is to fetch."""
import collections
import http.server
import pathlib
import threading


class Receiver:
    """Remembers each POST by its path and answers 204, or N below /status/N/...; answers GET of
    /files/NAME from `folder`."""

    def __init__(self, folder=None):
        self.folder = pathlib.Path(folder) if folder else None
        self.received = collections.defaultdict(collections.deque)
        self.changed = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with receiver.changed:
                    receiver.received[self.path].append((self.headers, body))
                    receiver.changed.notify_all()
                parts = self.path.split("/")
                told = len(parts) > 2 and parts[1] == "status"
                self.answer(int(parts[2]) if told else 204)

            def do_GET(self):
                path = receiver.folder / self.path.rsplit("/", 1)[1] if receiver.folder else None
                if path and self.path.startswith("/files/") and path.is_file():
                    self.answer(200, path.read_bytes())
                else:
                    self.answer(404)

            def answer(self, status, body=b""):
                self.send_response(status)
                if body:
                    self.send_header("Content-Type", "application/ld+json")
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, path, timeout):
        """The next request received at `path`: (headers, body); None where none came in time."""
        with self.changed:
            if self.changed.wait_for(lambda: self.received[path], timeout):
                return self.received[path].popleft()
            return None

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
