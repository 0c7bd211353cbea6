"""tools/run_cases from end to end against a small server: right answers pass, wrong ones fail."""
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Town(http.server.BaseHTTPRequestHandler):
    """Makes and deletes tenants, counts how often /count is asked for, echoes the rest."""
    protocol_version = "HTTP/1.1"
    tenants, counts = set(), []

    def answer(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/musubi/v1/tenants":
            self.tenants.add(json.loads(body)["name"])
            return self.answer(201)
        return self.answer(200, {"tenant": self.headers["NGSILD-Tenant"], "body": json.loads(body),
                                 "key": self.headers["Authorization"],
                                 "type": self.headers["Content-Type"]})

    def do_DELETE(self):
        self.tenants.discard(self.path.rsplit("/", 1)[1])
        self.answer(204)

    def do_GET(self):
        self.counts.append(1)
        self.answer(200, {"count": len(self.counts)})

    def log_message(self, *_):
        pass


class RunCases(unittest.TestCase):
    def setUp(self):
        Town.tenants, Town.counts = set(), []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Town)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.folder = tempfile.TemporaryDirectory(dir=ROOT / "tests" / "cases", prefix="own-")

    def tearDown(self):
        self.folder.cleanup()
        self.server.shutdown()
        self.server.server_close()

    def run_case(self, steps):
        path = pathlib.Path(self.folder.name) / "one.case"
        path.write_text(f"# name: one\n# clause: none\n\n{steps}")
        run = subprocess.run(
            [ROOT / "tools/run_cases", self.folder.name, "--server",
             f"http://127.0.0.1:{self.server.server_port}", "--key", "secret"],
            capture_output=True, text=True)
        return run.returncode, run.stdout

    def test_a_right_answer_passes_with_what_is_added_to_each_request(self):
        code, said = self.run_case(
            'POST /x\n\n{"a": 1}\n----\n200\nContent-Type: application/json\n\n{"tenant": "{{tenant}}",'
            ' "key": "Bearer secret", "type": "application/json", "body": {"a": 1}}\n')
        self.assertEqual((code, said), (0, "1 passed, 0 failed, 0 skipped\n"))
        self.assertEqual(Town.tenants, set())  # the tenant was made, and is gone

    def test_a_wrong_answer_fails_and_names_the_place(self):
        code, said = self.run_case('POST /x\n\n{"a": 1}\n----\n200\n\n{"body": {"a": 2}, ...}\n')
        self.assertEqual(code, 1)
        self.assertIn("one.case:4: POST /x", said)
        self.assertIn("$.body.a: expected 2, got 1", said)
        self.assertIn("0 passed, 1 failed", said)

    def test_asks_again_within_a_time(self):
        code, _ = self.run_case('@within 5 s\nGET /count\n----\n200\n\n{"count": 3}\n')
        self.assertEqual(code, 0)

    def test_waits_for_what_is_to_be_received_but_not_for_ever(self):
        code, said = self.run_case("@within 0.1 s\nRECEIVED /never\n----\n200\n")
        self.assertEqual(code, 1)
        self.assertIn("nothing was received in time", said)


if __name__ == "__main__":
    unittest.main()
