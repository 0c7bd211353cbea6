"""Machines and their tokens (RFC 6749, 7523), keys that end, and what is refused, each by its name."""
import base64
import hashlib
import hmac
import json
import pathlib
import socket
import sys
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
import runner.server  # noqa: E402
from certificates import Signer, encoded, openssl  # noqa: E402
from commands_test import musubi  # noqa: E402
from tls_server import BINARY, GAUGE, TlsServer, basic, bearer  # noqa: E402


ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Tokens(unittest.TestCase):
    """Client credentials (RFC 6749, 4.4), by secret and by private_key_jwt (RFC 7523)."""

    @classmethod
    def setUpClass(cls):
        cls.server = TlsServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()
        cls.issuer = f"https://127.0.0.1:{cls.server.port}"
        cls.audience = cls.issuer + "/musubi/v1/token"
        cls.signer = Signer(cls.server.folder, "k1")
        cls.machine = cls.server.register(keys={"keys": [cls.signer.public()]}, label="signs")
        cls.secret = cls.server.register(secret=True, label="secret", role="device")

    def ask(self, assertion, **form):
        return self.server.token({"client_assertion_type": ASSERTION, "client_assertion": assertion, **form})

    def assert_error(self, answer, status, error, words=""):
        self.assertEqual((answer[0], answer[2]["error"]), (status, error), answer[2])
        self.assertEqual(answer[1]["Cache-Control"], "no-store")
        self.assertIn(words, answer[2]["error_description"])

    def test_a_secret_gives_a_token_and_the_token_what_the_machine_may(self):
        status, told, made = self.server.token({}, basic(self.secret["id"], self.secret["secret"]))
        self.assertEqual((status, made["expires_in"], made["scope"]), (200, 600, "device"))
        token = made["access_token"]
        self.assertEqual(self.server.json("POST", "/ngsi-ld/v1/entities", {**GAUGE, "id": "urn:ngsi-ld:Gauge:t"},
                                          bearer(token))[0], 201)
        self.assertEqual(self.server.entities(bearer(token))[0], 403)
        signed_in = [e for e in self.server.journal("sign-in") if e["subject"] == f"machine:{self.secret['id']}"]
        self.assertEqual(signed_in[0]["details"]["method"], "client_secret_basic")
        self.assertNotIn(token[15:], self.server.printed())

    def test_a_signature_gives_a_token(self):
        for audience in (self.audience, self.issuer, [self.audience, "https://elsewhere.example"]):
            status, _, made = self.ask(self.signer.assertion(self.machine["id"], audience))
            self.assertEqual(status, 200, made)
        self.assertEqual(self.server.entities(bearer(made["access_token"]))[0], 200)
        rsa = Signer(self.server.folder, "k2", "RS256")
        both = self.server.register(keys={"keys": [self.signer.public(), rsa.public()]})
        for signer in (self.signer, rsa):
            self.assertEqual(self.ask(signer.assertion(both["id"], self.audience))[0], 200)

    def test_wrong_secret_and_unknown_id_are_one_and_the_same(self):
        unknown = self.server.token({}, basic("abcdefghij", self.secret["secret"]))
        wrong = self.server.token({}, basic(self.secret["id"], "ms_wrong"))
        of_keys = self.server.token({}, basic(self.machine["id"], self.secret["secret"]))
        for answer in (unknown, wrong, of_keys):
            self.assert_error(answer, 401, "invalid_client", "not right")
            self.assertIn("Basic", answer[1]["WWW-Authenticate"])
        self.assertEqual(unknown[2], wrong[2])
        self.assertEqual(unknown[2], of_keys[2])

    def test_an_unknown_machine_and_a_wrong_signature_are_one_and_the_same(self):
        other = Signer(self.server.folder, "k1-wrong")
        answers = [self.ask(other.assertion(machine, self.audience, {"kid": kid}))
                   for machine, kid in (("abcdefghij", "k1"), (self.machine["id"], "k1"), (self.machine["id"], "unknown"),
                                        (self.secret["id"], "k1"))]
        for answer in answers:
            self.assert_error(answer, 401, "invalid_client", "no machine of this id has signed it")
        self.assertEqual([answer[2] for answer in answers], [answers[0][2]] * len(answers))

    def test_malformed_authorization(self):
        for header in ("Basic", "Basic !!!", "Basic " + base64.b64encode(b"no colon").decode(),
                       "Basic " + base64.b64encode(b"%zz:%zz").decode(), "Bearer x", "Digest x"):
            self.assert_error(self.server.token({}, {"Authorization": header}), 401, "invalid_client")

    def test_errors_are_to_the_letter_of_rfc_6749(self):
        good = basic(self.secret["id"], self.secret["secret"])
        form = self.server.json_of_form
        self.assert_error(form({}, good), 400, "invalid_request", "grant_type")
        self.assert_error(form({"grant_type": ""}, good), 400, "invalid_request", "grant_type")
        self.assert_error(form({"grant_type": "password"}, good), 400, "unsupported_grant_type")
        self.assert_error(form({"grant_type": "authorization_code"}, good), 400, "unsupported_grant_type")
        self.assert_error(form("grant_type=client_credentials&grant_type=client_credentials", good), 400,
                          "invalid_request", "twice")
        self.assert_error(self.server.token({"scope": "operator"}, good), 400, "invalid_scope")
        self.assertEqual(self.server.token({"scope": "device", "unknown": "x"}, good)[0], 200)
        self.assert_error(self.server.token({"client_id": self.machine["id"]}, good), 400, "invalid_request")
        self.assertEqual(self.server.token({"client_id": self.secret["id"]}, good)[0], 200)
        self.assert_error(self.server.token({}), 400, "invalid_request", "nothing says who asks")
        self.assert_error(self.server.token({"client_id": self.secret["id"], "client_secret": self.secret["secret"]}),
                          400, "invalid_request", "Basic")
        twice = {"Authorization": [good["Authorization"]] * 2}
        self.assert_error(self.server.token({}, twice), 400, "invalid_request", "one way")
        both = {"client_assertion_type": ASSERTION,
                "client_assertion": self.signer.assertion(self.machine["id"], self.audience)}
        self.assert_error(self.server.token(both, good), 400, "invalid_request", "one way")
        status, _, text = self.server.request("POST", "/musubi/v1/token", json.dumps({"grant_type": "client_credentials"}),
                                              {"Content-Type": "application/json", **good})
        self.assertEqual((status, json.loads(text)["error"]), (400, "invalid_request"))
        self.assertEqual(self.server.request("GET", "/musubi/v1/token")[0], 405)

    def test_malformed_assertions(self):
        good = self.signer.assertion(self.machine["id"], self.audience)
        for text in ("", "a", "a.b", "a.b.c", good[:-4], good + "A", good + ".x", "." + good, good.replace(".", "..", 1),
                     encoded({"alg": "ES256"}) + ".e30.", encoded(b"[]") + ".e30.AAAA", "x" * 30_000):
            answer = self.ask(text)
            self.assertIn((answer[0], answer[2]["error"]), ((401, "invalid_client"), (400, "invalid_request")), text[:80])

    def test_none_and_mixed_algorithms(self):
        machine = self.machine["id"]
        head, body, _ = self.signer.assertion(machine, self.audience).split(".")
        for algorithm in ("none", "None", "nOnE", ""):
            unsigned = f"{encoded({'alg': algorithm})}.{body}."
            self.assert_error(self.ask(unsigned), 401, "invalid_client")
        self.assert_error(self.ask(f"{encoded({'alg': 'none'})}.{body}.AAAA"), 401, "invalid_client")
        # Signed with the public key as if it were a shared secret.
        for secret in (json.dumps(self.signer.public()).encode(), self.signer.public()["x"].encode()):
            text = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{body}"
            mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
            self.assert_error(self.ask(f"{text}.{encoded(mac)}"), 401, "invalid_client")
        # An ES256 key, and a header that says another algorithm of two halves.
        for algorithm in ("RS256", "PS256", "ES384", "EdDSA", "ES256K"):
            self.assert_error(self.ask(self.signer.assertion(machine, self.audience, {"alg": algorithm})), 401,
                              "invalid_client")

    def test_keys_that_an_assertion_brings_along_are_not_believed(self):
        other = Signer(self.server.folder, "k1-of-another")
        for header in ({"jwk": other.public()}, {"jku": "https://127.0.0.1/keys"}, {"x5c": ["MII"]}, {"crit": ["exp"]}):
            text = other.assertion(self.machine["id"], self.audience, {"kid": "k1", **header})
            self.assert_error(self.ask(text), 401, "invalid_client")

    def test_another_machines_key_and_another_machines_name(self):
        other = Signer(self.server.folder, "k1b")
        theirs = self.server.register(keys={"keys": [other.public()]})
        for machine, signer in ((self.machine["id"], other), (theirs["id"], self.signer), ("abcdefghij", self.signer),
                                (self.secret["id"], self.signer)):
            self.assert_error(self.ask(signer.assertion(machine, self.audience)), 401, "invalid_client")
        about = self.signer.assertion(self.machine["id"], self.audience, sub=theirs["id"])
        self.assert_error(self.ask(about), 401, "invalid_client")
        by = self.signer.assertion(self.machine["id"], self.audience, iss=theirs["id"])
        self.assert_error(self.ask(by), 401, "invalid_client", "/iss")
        named = self.ask(self.signer.assertion(self.machine["id"], self.audience), client_id=theirs["id"])
        self.assert_error(named, 400, "invalid_request")

    def test_wrong_audience(self):
        for audience in ("https://elsewhere.example/musubi/v1/token", self.audience + "/", self.issuer.replace("https", "http"),
                         "", [], None, ["https://elsewhere.example"]):
            self.assert_error(self.ask(self.signer.assertion(self.machine["id"], audience)), 401, "invalid_client", "/aud")
        # The Host header says nothing of who is meant.
        text = self.signer.assertion(self.machine["id"], "https://elsewhere.example/musubi/v1/token")
        status, _, body = self.server.request(
            "POST", "/musubi/v1/token", urlencode({"grant_type": "client_credentials", "client_assertion_type": ASSERTION,
                                                   "client_assertion": text}),
            {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "", "X-Forwarded-Host": "elsewhere.example"})
        self.assertEqual((status, json.loads(body)["error"]), (401, "invalid_client"))

    def test_times(self):
        now, machine = int(time.time()), self.machine["id"]
        for claims, where in (({"exp": now - 600}, "/exp"), ({"exp": None}, "/exp"), ({"exp": "soon"}, "/exp"),
                              ({"exp": now + 3600}, "/exp"), ({"exp": 10**30}, ""), ({"nbf": now + 600}, "/nbf"),
                              ({"iat": now + 600}, "/iat"), ({"jti": None}, "/jti"), ({"jti": ""}, "/jti"),
                              ({"jti": "x" * 1000}, "/jti"), ({"jti": 7}, "/jti")):
            self.assert_error(self.ask(self.signer.assertion(machine, self.audience, **claims)), 401, "invalid_client", where)
        # Clocks that are a minute apart.
        for apart in (-60, 60):
            claims = {"iat": now + apart, "nbf": now + apart, "exp": now + apart + 120}
            self.assertEqual(self.ask(self.signer.assertion(machine, self.audience, **claims))[0], 200)

    def test_an_assertion_is_good_once_and_a_restart_forgets_none(self):
        text = self.signer.assertion(self.machine["id"], self.audience)
        self.assertEqual(self.ask(text)[0], 200)
        self.assert_error(self.ask(text), 401, "invalid_client", "used before")
        again = self.signer.assertion(self.machine["id"], self.audience, jti="the-same-again")
        self.assertEqual(self.ask(again)[0], 200)
        self.assert_error(self.ask(self.signer.assertion(self.machine["id"], self.audience, jti="the-same-again")), 401,
                          "invalid_client", "used before")
        # Another machine may use the same one.
        other = Signer(self.server.folder, "k3")
        theirs = self.server.register(keys={"keys": [other.public()]})
        self.assertEqual(self.ask(other.assertion(theirs["id"], self.audience, jti="the-same-again"))[0], 200)
        token = self.ask(self.signer.assertion(self.machine["id"], self.audience))[2]["access_token"]
        port = self.server.port
        self.server.process.kill()
        self.server.process.wait()
        keep, runner.server.free_port = runner.server.free_port, lambda: port
        try:
            self.server.start()
        finally:
            runner.server.free_port = keep
        self.assert_error(self.ask(text), 401, "invalid_client", "used before")
        self.assertEqual(self.server.entities(bearer(token))[0], 401)  # tokens live in memory

    def test_many_at_once_use_an_assertion_once(self):
        text = self.signer.assertion(self.machine["id"], self.audience)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.ask(text)[0])) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((answers.count(200), answers.count(401)), (1, 11))

    def test_the_key_of_a_removed_machine(self):
        signer = Signer(self.server.folder, "k4")
        made = self.server.register(keys={"keys": [signer.public()]})
        token = self.ask(signer.assertion(made["id"], self.audience))[2]["access_token"]
        self.assertEqual(self.server.entities(bearer(token))[0], 200)
        self.assertEqual(self.server.json("DELETE", f"/musubi/v1/machines/{made['id']}")[0], 204)
        self.assertEqual(self.server.entities(bearer(token))[0], 401)
        self.assert_error(self.ask(signer.assertion(made["id"], self.audience)), 401, "invalid_client")
        removed = [e["details"]["machine"] for e in self.server.journal("machine-removed")]
        self.assertIn(made["id"], removed)

    def test_malformed_and_foreign_tokens(self):
        token = self.server.token({}, basic(self.secret["id"], self.secret["secret"]))[2]["access_token"]
        for text in ("mt_", "mt_x", token[:-1], token + "a", token.upper(), token[:13], "mt_" + "a" * 10 + token[13:],
                     token.replace("mt_", "mk_"), token[3:], "mt_" + "a" * 9000):
            answer = self.server.entities(bearer(text))
            self.assertEqual(answer[0], 401, text[:60])

    def test_the_metadata_say_how(self):
        status, told, said = self.server.json("GET", "/.well-known/oauth-authorization-server", None, {"Authorization": ""})
        self.assertEqual((status, said["issuer"], said["token_endpoint"]), (200, self.issuer, self.audience))
        self.assertEqual(said["token_endpoint_auth_methods_supported"],
                         ["client_secret_basic", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"])
        self.assertEqual((said["grant_types_supported"], said["tls_client_certificate_bound_access_tokens"]),
                         (["client_credentials"], True))

    def test_private_keys_and_weak_ones_are_not_registered(self):
        weak = pathlib.Path(self.server.folder) / "weak.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", weak)
        small = Signer.__new__(Signer)
        small.algorithm, small.name, small.file = "RS256", "weak", weak
        public = self.signer.public()
        for keys in ({"keys": [{**public, "d": public["x"]}]}, {"keys": [small.public()]}, {"keys": []}, {}, [],
                     {"keys": [{"kty": "oct", "k": "AAAA"}]}, {"keys": [public, {"kty": "odd"}]}):
            status, _, body = self.server.json("POST", "/musubi/v1/machines", {"role": "reader", "keys": keys})
            self.assertEqual(status, 400, body)
            self.assertTrue(body["instance"].startswith("/keys"), body)

    def test_the_command_line_registers_lists_and_removes(self):
        server = f"http://127.0.0.1:{self.server.plain}"
        keys = pathlib.Path(self.server.folder) / "keys.json"
        keys.write_text(json.dumps({"keys": [Signer(self.server.folder, "k5").public()]}))
        code, said, why = musubi("machine", "add", "--server", server, "--role", "reader", "--label", "a program",
                                 "--keys", keys, "--until", "2099-03-31T15:00:00Z", key=self.server.key)
        self.assertEqual(code, 0, why)
        made = json.loads(said)
        self.assertEqual((made["method"], made["keyIds"], made["until"]), ("private_key_jwt", ["k5"], "2099-03-31T15:00:00Z"))
        code, said, _ = musubi("machine", "list", "--server", server, key=self.server.key)
        self.assertIn(made["id"], [one["id"] for one in json.loads(said)])
        code, said, _ = musubi("machine", "add", "--server", server, "--secret", key=self.server.key)
        self.assertTrue(json.loads(said)["secret"].startswith("ms_"))
        code, _, _ = musubi("machine", "remove", "--server", server, made["id"], key=self.server.key)
        self.assertEqual(code, 0)
        code, _, why = musubi("machine", "add", "--server", server, "--secret", "--keys", keys, key=self.server.key)
        self.assertNotEqual(code, 0)
        self.assertIn("one way", why)


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class KeysWithAnEnd(unittest.TestCase):
    def test_a_key_ends_for_requests_subscriptions_and_the_live_feed(self):
        with runner.server.Server(BINARY) as server:
            until = (datetime.now(timezone.utc) + timedelta(seconds=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
            made = json.loads(server.request("POST", "/musubi/v1/keys", json.dumps({"role": "reader", "until": until}),
                                             {"Content-Type": "application/json"})[2])["key"]
            code, said, _ = musubi("key", "list", "--server", server.url, key=server.key)
            self.assertIn(until, said)
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as feed:
                feed.sendall(f"GET /musubi/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {made}\r\n\r\n".encode())
                self.assertIn(b"200 OK", feed.recv(4096))
                time.sleep(4.5)
                status, _, body = server.request("GET", "/ngsi-ld/v1/entities?type=Gauge", headers=bearer(made))
                self.assertEqual(status, 401)
                self.assertIn("ended at", json.loads(body)["detail"])
                server.request("POST", "/ngsi-ld/v1/entities", json.dumps(GAUGE), {"Content-Type": "application/json"})
                got = b""
                feed.settimeout(10)
                while part := feed.recv(4096):
                    got += part
                self.assertNotIn(b"event: change", got)


if __name__ == "__main__":
    unittest.main()
