"""Requests that try to be something else: by their path, their headers, or where one ends and the next begins.
They are written to the socket as they are, since no well-behaved client sends them."""
import json
import os
import pathlib
import socket
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.people import accept, ask, invite, operate  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
EVIL = "evil.example"


class Answer:
    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.status = int(first.split(" ")[1])
        self.headers = [tuple(line.split(": ", 1)) for line in lines]

    def header(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Tricks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(BINARY)
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()
        cls.key = f"Authorization: Bearer {cls.server.key}\r\n"
        operate(cls.server, "POST", "/ngsi-ld/v1/entities", {"id": "urn:ngsi-ld:Gauge:1", "type": "Gauge"})

    def send(self, bytes_):
        """All that is answered before the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as stream:
            stream.sendall(bytes_.encode())
            stream.shutdown(socket.SHUT_WR)
            answered = b""
            while part := stream.recv(65536):
                answered += part
        return answered.decode(errors="replace")

    def request(self, method, target, headers="", host=None, body=""):
        head = f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.server.port}'}\r\n{headers}"
        if body or method in ("POST", "PUT", "PATCH"):
            head += f"Content-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n"
        return Answer(self.send(f"{head}\r\n{body}"))

    def keys(self):
        return operate(self.server, "GET", "/musubi/v1/keys")[1]

    def test_a_path_leads_to_no_file_but_the_pages_own(self):
        for path in ("/../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../etc/passwd",
                     "/assets/..%2f..%2f..%2fetc%2fpasswd", "/assets/..%5c..%5cetc%5cpasswd", "/assets/%c0%ae%c0%ae/x",
                     "/assets/....//....//etc/passwd", "/index.html%00.js", "/etc/passwd", "//etc/passwd",
                     f"/{self.server.data}/CURRENT", "/.git/config", "/assets/%2e%2e/index.html"):
            answer = self.request("GET", path)
            self.assertIn(answer.status, (400, 404), path)
            self.assertNotIn("root:", answer.body)

    def test_a_path_is_open_only_where_it_is_that_path(self):
        for path in ("/health/../musubi/v1/keys", "/./musubi/v1/keys", "/musubi/v1/./keys", "/musubi/v1/keys;a=b",
                     "/musubi/v1/keys%3f/health", "/musubi/v1/keys%20", "/musubi/v1/keys%00", "//musubi/v1/keys",
                     "/musubi/v1/token/..;/keys", "/musubi/v1/keys?/health", "/musubi/v1/keys?x=/../../health",
                     f"http://{EVIL}/musubi/v1/keys", "http://127.0.0.1/musubi/v1/keys"):
            self.assertIn(self.request("GET", path).status, (400, 401, 404), path)

    def test_no_path_sends_anybody_elsewhere(self):
        for path in (f"//{EVIL}", f"//{EVIL}/%2f..", f"/\\{EVIL}", f"/%2f%2f{EVIL}", f"/https://{EVIL}", f"//{EVIL}/..",
                     f"/?next=//{EVIL}", f"/musubi/v1/session?next=https://{EVIL}"):
            answer = self.request("GET", path)
            self.assertFalse(300 <= answer.status < 400, path)
            self.assertEqual(answer.header("Location"), [], path)

    def test_one_request_is_not_read_as_two(self):
        inner = json.dumps({"role": "operator", "label": "smuggled"})
        hidden = (f"POST /musubi/v1/keys HTTP/1.1\r\nHost: x\r\n{self.key}Content-Type: application/json\r\n"
                  f"Content-Length: {len(inner)}\r\n\r\n{inner}")
        post = "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: x\r\n"
        for name, outer in {
                "both lengths": f"{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "both the other way": f"{post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                "two lengths": f"{post}Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n\r\n",
                "a list of lengths": f"{post}Content-Length: 0, {len(hidden)}\r\n\r\n",
                "a signed length": f"{post}Content-Length: +0\r\n\r\n",
                "another word for chunked": f"{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "chunked, in a folded line": f"{post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "a blank before the colon": f"{post}Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
                "a line that ends in LF": f"{post}X: y\nContent-Length: 0\r\n\r\n",
                "a chunk whose length lies": f"{post}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
                "two hosts": f"POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n"}.items():
            with self.subTest(name):
                answered = self.send(outer + hidden)
                self.assertEqual(answered.count("HTTP/1.1 "), 1, answered)
                self.assertIn(Answer(answered).status, (400, 501), answered)
                self.assertEqual(Answer(answered).header("Connection"), ["close"])
        self.assertNotIn("smuggled", [key["label"] for key in self.keys()])

    def test_a_method_is_that_of_the_request_line(self):
        for headers, target in (("X-HTTP-Method-Override: DELETE\r\n", ""), ("X-Method-Override: DELETE\r\n", ""),
                                ("X-HTTP-Method: DELETE\r\n", ""), ("", "?_method=DELETE")):
            answer = self.request("POST", "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:1" + target, self.key + headers)
            self.assertEqual(answer.status, 405, headers + target)
        self.assertEqual(operate(self.server, "GET", "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:1")[0], 200)

    def test_what_is_sent_makes_no_header_of_the_answer(self):
        forged = "a\r\nSet-Cookie: musubi_session=forged"
        asked = [self.request("POST", "/ngsi-ld/v1/entities", self.key, body=json.dumps({"id": f"urn:x:{forged}", "type": "T"})),
                 self.request("GET", "/ngsi-ld/v1/entities/urn:x:a%0d%0aSet-Cookie:%20musubi_session=forged", self.key),
                 self.request("GET", "/ngsi-ld/v1/entities?type=A&q=%0d%0aSet-Cookie:%20a=b", self.key),
                 self.request("GET", "/ngsi-ld/v1/entities?type=A", self.key + "NGSILD-Tenant: a%0d%0aSet-Cookie: b\r\n"),
                 self.request("GET", "/ngsi-ld/v1/entities?type=A",
                              self.key + 'Link: <http://x/%0d%0aSet-Cookie:a>; rel="http://www.w3.org/ns/json-ld#context"\r\n')]
        for answer in asked:
            self.assertGreaterEqual(answer.status, 400)
        asked.append(self.request("GET", "/musubi/v1/openid/x%0d%0aSet-Cookie:%20a=b/callback?state=%0d%0aSet-Cookie:%20a=b"))
        self.assertRegex(asked[-1].header("Location")[0], r"^/[^/\\]")
        for answer in asked:
            set_here = answer.header("Set-Cookie")
            self.assertEqual([value for value in set_here if "forged" in value or value.startswith(("a=", "b"))], [])

    def test_the_host_of_a_request_names_nothing_that_is_told_others(self):
        code = invite(self.server, "host-guest")
        self.assertTrue(code)
        made = self.request("POST", "/musubi/v1/invitations", self.key + f"X-Forwarded-Host: {EVIL}\r\nForwarded: host={EVIL}\r\n",
                            EVIL, json.dumps({"grants": [{"role": "reader"}]}))
        self.assertEqual(made.status, 201)
        self.assertTrue(json.loads(made.body)["link"].startswith("/#invitation="))
        person, _ = accept(self.server, "host-known")
        renewed = self.request("POST", f"/musubi/v1/people/{person}/renewal", self.key, EVIL)
        self.assertEqual(renewed.status, 201)
        created = self.request("POST", "/ngsi-ld/v1/entities", self.key, EVIL,
                               json.dumps({"id": "urn:ngsi-ld:Gauge:host", "type": "Gauge"}))
        self.assertEqual(created.header("Location"), ["/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:host"])
        metadata = self.request("GET", "/.well-known/oauth-authorization-server", host=EVIL)
        for answer in (made, renewed, created, metadata):
            self.assertNotIn(EVIL, answer.body + str(answer.headers))

    def test_a_secret_in_the_address_or_in_the_wrong_place_opens_nothing(self):
        _, cookie = accept(self.server, "places")
        for target, headers in ((f"?key={self.server.key}", ""), (f"?access_token={self.server.key}", ""),
                                ("", f"Cookie: musubi_session={self.server.key}\r\n"), ("", f"X-API-Key: {self.server.key}\r\n"),
                                ("", f"Authorization: Bearer {cookie}\r\n"), ("", f"Authorization: musubi_session={cookie}\r\n"),
                                ("", f"Proxy-Authorization: Bearer {self.server.key}\r\n"),
                                ("", self.key + self.key), ("", f"Cookie: musubi_session={cookie}; musubi_session={cookie}\r\n")):
            self.assertEqual(self.request("GET", "/musubi/v1/contexts" + target, headers).status, 401, target + headers)

    def test_pages_of_other_sites_are_given_no_permission(self):
        origin = f"Origin: https://{EVIL}\r\n"
        asked = [self.request("GET", "/ngsi-ld/v1/entities?type=Gauge", self.key + origin),
                 self.request("OPTIONS", "/ngsi-ld/v1/entities", origin + "Access-Control-Request-Method: DELETE\r\n"
                              "Access-Control-Request-Headers: authorization\r\n"),
                 self.request("OPTIONS", "/musubi/v1/session", origin + "Access-Control-Request-Method: POST\r\n")]
        for answer in asked:
            self.assertEqual([name for name, _ in answer.headers if name.lower().startswith("access-control-")], [])

    def test_what_a_browser_says_once_is_not_believed_twice(self):
        _, cookie = accept(self.server, "twice")
        own, other = f"Origin: {self.server.url}\r\n", f"Origin: https://{EVIL}\r\n"
        signed_in = f"Cookie: musubi_session={cookie}\r\n"
        for headers in (own + other, other + own, own + own, "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n"):
            for asked in (self.request("PATCH", "/musubi/v1/me", signed_in + headers, body='{"displayName": "forged"}'),
                          self.request("POST", "/musubi/v1/session", headers, body='{"name": "twice", "password": "x"}')):
                self.assertEqual(asked.status, 403, headers)
        self.assertEqual(ask(self.server, "GET", "/musubi/v1/me", cookie=cookie)[1]["displayName"], "twice")

    def test_nobody_sets_what_is_not_theirs_to_set(self):
        person, cookie = accept(self.server, "members")
        for method, target, body in (("PATCH", "/musubi/v1/me", {"displayName": "x", "grants": [{"role": "operator"}]}),
                                     ("PATCH", "/musubi/v1/me", {"displayName": "x", "role": "operator"}),
                                     ("PATCH", "/musubi/v1/me", {"displayName": "x", "id": "aaaaaaaaaa"}),
                                     ("PATCH", "/musubi/v1/me", {"displayName": "x", "organisation": "aaaaaaaaaa"})):
            status, told, _ = ask(self.server, method, target, body, cookie)
            self.assertEqual((status, told["detail"]), (400, "この項目はありません / there is no such member here"), body)
        for body in ({"name": "members", "password": "four words in a row", "role": "operator"},
                     {"name": "members", "password": "four words in a row", "person": person}):
            self.assertEqual(ask(self.server, "POST", "/musubi/v1/session", body)[0], 400, body)
        code = invite(self.server, "members-too")
        status, _, _ = ask(self.server, "POST", "/musubi/v1/invitations/accept",
                           {"code": code, "password": "four words in a row", "grants": [{"role": "operator"}]})
        self.assertEqual(status, 400)
        for extra in ({"key": "mk_aaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbb"}, {"id": "aaaaaaaaaa"}, {"createdAt": "2020-01-01T00:00:00Z"}):
            self.assertEqual(operate(self.server, "POST", "/musubi/v1/keys", {"role": "reader", **extra})[0], 400, extra)
        self.assertEqual(ask(self.server, "GET", "/musubi/v1/me", cookie=cookie)[1]["grants"][0]["role"], "reader")


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Open(unittest.TestCase):
    """`serve --open` asks for no key, and so believes no page of another site."""

    def test_another_sites_page_reaches_nothing(self):
        with Server(BINARY, ["--open"]) as server:
            gauge = json.dumps({"id": "urn:ngsi-ld:Gauge:1", "type": "Gauge"})

            def post(**headers):
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return server.request("POST", "/ngsi-ld/v1/entities", gauge, {"Content-Type": "application/json", **named})[0]
            # Its name leads here (DNS rebinding), or it posts here.
            self.assertEqual(post(Host=EVIL, Origin=f"http://{EVIL}"), 403)
            self.assertEqual(post(Host=f"{EVIL}:{server.port}"), 403)
            self.assertEqual(post(Host=f"127.0.0.1.{EVIL}"), 403)
            self.assertEqual(post(Origin=f"https://{EVIL}"), 403)
            self.assertEqual(post(Sec_Fetch_Site="cross-site"), 403)
            self.assertEqual(server.request("GET", "/musubi/v1/keys", None, {"Host": EVIL})[0], 403)
            self.assertEqual(post(Host=f"localhost:{server.port}", Origin=f"http://localhost:{server.port}"), 201)
            self.assertEqual(post(), 409)
            self.assertEqual(server.request("GET", "/musubi/v1/keys", None, {"Host": f"[::1]:{server.port}"})[0], 200)


if __name__ == "__main__":
    unittest.main()
