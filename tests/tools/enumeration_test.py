"""Who asks whether somebody or something is there is told the same in the same time, whether it is or not."""
import json
import os
import pathlib
import random
import re
import statistics
import sys
import time
import unittest
from http.client import HTTPConnection
from urllib.parse import urlencode

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from certificates import Signer  # noqa: E402
from runner.people import PASSWORD, accept, ask, invite, operate  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"
PAIRS = 800


def chance_that_longer(some, others):
    """How likely one of `some` is longer than one of `others` (Mann and Whitney 1947): 0.5 where they are alike,
    give or take 1 / sqrt(6 n) of n each."""
    ranked = sorted([(value, 1) for value in some] + [(value, 0) for value in others])
    ranks = sum(place for place, (_, mine) in enumerate(ranked, 1) if mine)
    return (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))


def in_turns(ask_with, secrets, times):
    """{name: seconds that `ask_with` takes}, `secrets` making what is asked with, by name. Each round goes in another
    order, so that what else the machine does meets all alike."""
    taken = {name: [] for name in secrets}
    for _ in range(times):
        for name in random.sample(sorted(secrets), len(secrets)):
            secret = secrets[name]()
            begun = time.perf_counter()
            ask_with(secret)
            taken[name].append(time.perf_counter() - begun)
    return taken


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Enumeration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(BINARY)
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()

    def sign_in(self, name, **secret):
        return ask(self.server, "POST", "/musubi/v1/session", {"name": name, **secret})

    def bearer(self, key):
        status, headers, text = self.server.request("GET", "/musubi/v1/contexts", None, {"Authorization": f"Bearer {key}"})
        return status, headers.get("WWW-Authenticate"), json.loads(text)

    def make_key(self):
        return operate(self.server, "POST", "/musubi/v1/keys", {"role": "reader"})[1]["key"]

    def test_recovery_codes_tell_of_no_name(self):
        _, cookie = accept(self.server, "codes-known")
        codes = ask(self.server, "POST", "/musubi/v1/me/recovery-codes", cookie=cookie)[1]["codes"]
        accept(self.server, "codes-none")
        answers = [self.sign_in("codes-known", recoveryCode="0000-0000-0000-0000"),
                   self.sign_in("codes-none", recoveryCode=codes[0]),
                   self.sign_in("codes-nobody", recoveryCode=codes[0])]
        self.assertEqual(answers[0][0], 401)
        self.assertEqual(answers, [answers[0]] * 3)
        self.assertEqual(self.sign_in("codes-known", recoveryCode=codes[0])[0], 201)
        self.assertEqual(self.sign_in("codes-known", recoveryCode=codes[0]), answers[0])

    def test_a_code_that_is_used_taken_back_or_never_was_is_one_and_the_same(self):
        used = invite(self.server, "look-used")
        body = {"code": used, "password": PASSWORD}
        self.assertEqual(ask(self.server, "POST", "/musubi/v1/invitations/accept", body)[0], 201)
        _, back = operate(self.server, "POST", "/musubi/v1/invitations", {"grants": [{"role": "reader"}]})
        self.assertEqual(operate(self.server, "DELETE", f"/musubi/v1/invitations/{back['id']}")[0], 204)
        for target, more in (("look", {}), ("accept", {"name": "look-other", "password": PASSWORD})):
            answers = [ask(self.server, "POST", f"/musubi/v1/invitations/{target}", {"code": code, **more})
                       for code in (used, back["code"], "0000-0000-0000-0000-0000")]
            self.assertEqual(answers[0][0], 404)
            self.assertEqual(answers, [answers[0]] * 3)

    def test_who_may_not_know_of_others_is_told_that_nobody_is_there(self):
        other, others_cookie = accept(self.server, "others-one")
        _, cookie = accept(self.server, "others-two")
        session = ask(self.server, "GET", "/musubi/v1/me/sessions", cookie=others_cookie)[1][0]["id"]
        subscription = self.server.request("POST", "/ngsi-ld/v1/subscriptions", json.dumps({
            "type": "Subscription", "entities": [{"type": "Gauge"}],
            "notification": {"endpoint": {"uri": "http://receiver.example/"}}}),
            {"Content-Type": "application/json"})[1]["Location"].rsplit("/", 1)[1]
        for method, target, there, not_there in (
                ("GET", "/musubi/v1/people/{}", other, "aaaaaaaaaa"),
                ("PATCH", "/musubi/v1/people/{}", other, "aaaaaaaaaa"),
                ("DELETE", "/musubi/v1/people/{}", other, "aaaaaaaaaa"),
                ("POST", "/musubi/v1/people/{}/renewal", other, "aaaaaaaaaa"),
                ("DELETE", "/musubi/v1/me/sessions/{}", session, "aaaaaaaaaa"),
                ("DELETE", "/musubi/v1/me/passkeys/{}", "aaaaaaaaaa", "bbbbbbbbbb"),
                ("GET", "/ngsi-ld/v1/subscriptions/{}", subscription, "urn:ngsi-ld:Subscription:none"),
                ("DELETE", "/ngsi-ld/v1/subscriptions/{}", subscription, "urn:ngsi-ld:Subscription:none")):
            body = {"disabled": True} if method == "PATCH" else None
            answers = []
            for one in (there, not_there):
                status, told, _ = ask(self.server, method, target.format(one), body, cookie)
                answers.append((status, json.dumps(told).replace(one, "ID")))
            self.assertEqual(answers[0], answers[1], f"{method} {target}")
            self.assertIn(answers[0][0], (403, 404), f"{method} {target}")

    def test_a_key_that_is_unknown_and_one_whose_secret_is_wrong_are_one_and_the_same(self):
        key = self.make_key()
        head, secret = key.rsplit("_", 1)
        wrong = secret[:-1] + ("a" if secret[-1] != "a" else "b")
        answers = [self.bearer(one) for one in (f"{head}_{wrong}", f"mk_aaaaaaaaaa_{secret}", f"{head}_{secret[:-1]}",
                                                f"{head}_", f"{head}_{secret}a", "mk_aaaaaaaaaa_bbbb")]
        self.assertEqual(answers[0][:2], (401, "Bearer"))
        self.assertEqual(answers, [answers[0]] * len(answers))
        self.assertEqual(self.bearer(key)[0], 200)

    def test_an_unknown_key_takes_as_long_as_a_wrong_secret(self):
        """Finds what is some 20 us apart."""
        head, secret = self.make_key().rsplit("_", 1)
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        self.addCleanup(connection.close)

        def ask_with(key):
            connection.request("GET", "/musubi/v1/contexts", headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 401
        text = lambda length: "".join(random.choices(SIGNS, k=length))
        secrets = {"unknown": lambda: f"mk_{text(10)}_{text(len(secret))}", "wrong": lambda: f"{head}_{text(len(secret))}",
                   "almost right": lambda: f"{head}_{secret[:-1]}{'a' if secret[-1] != 'a' else 'b'}"}
        in_turns(ask_with, secrets, 100)
        taken = in_turns(ask_with, secrets, PAIRS)
        for name in ("wrong", "almost right"):
            self.assertAlmostEqual(chance_that_longer(taken[name], taken["unknown"]), 0.5, delta=0.08, msg=name)

    def test_an_unknown_name_takes_as_long_as_a_wrong_password(self):
        """A password is computed for either: were it not, one would take a hundred times as long."""
        with Server(BINARY) as server:  # of its own: so many tries from one address have to wait
            names = [f"time-{number}" for number in range(2)]
            for name in names:
                accept(server, name)
            known, unknown = iter(names * 3), iter(range(100))

            def ask_with(name):
                body = {"name": name, "password": "not the right one"}
                status, _, _ = ask(server, "POST", "/musubi/v1/session", body)
                assert status == 401, status
            taken = in_turns(ask_with, {"unknown": lambda: f"time-nobody-{next(unknown)}", "known": lambda: next(known)}, 6)
        apart = chance_that_longer(taken["known"], taken["unknown"])
        ratio = statistics.median(taken["known"]) / statistics.median(taken["unknown"])
        self.assertTrue(0.1 < apart < 0.9 or 0.9 < ratio < 1.1, f"{apart:.2f}, {ratio:.2f}: {taken}")

    def test_an_unknown_machine_takes_as_long_as_a_wrong_signature(self):
        """A signature is verified for either, which takes some 100 us."""
        own, other = (Signer(self.server.folder, name) for name in ("known", "wrong"))
        made = operate(self.server, "POST", "/musubi/v1/machines", {"role": "reader", "keys": {"keys": [own.public()]}})[1]
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        self.addCleanup(connection.close)

        def ask_with(assertion):
            form = {"grant_type": "client_credentials", "client_assertion": assertion,
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
            connection.request("POST", "/musubi/v1/token", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 401, answer.status
        texts = {name: other.assertion(machine, f"{self.server.url}/musubi/v1/token", {"kid": kid})
                 for name, machine, kid in (("unknown", "aaaaaaaaaa", "known"), ("wrong", made["id"], "known"),
                                            ("another key", made["id"], "none"))}
        secrets = {name: lambda text=text: text for name, text in texts.items()}
        in_turns(ask_with, secrets, 30)
        taken = in_turns(ask_with, secrets, 500)
        for name in ("wrong", "another key"):
            self.assertAlmostEqual(chance_that_longer(taken[name], taken["unknown"]), 0.5, delta=0.1, msg=name)

    def test_beginning_a_sign_in_asks_for_no_name(self):
        accept(self.server, "begin-known")
        answers = []
        for body in (None, {"name": "begin-known"}, {"name": "begin-nobody"}):
            status, told, _ = ask(self.server, "POST", "/musubi/v1/session/options", body,
                                  headers={"Host": f"localhost:{self.server.port}"})
            answers.append((status, re.sub(r'"challenge": "[^"]*"', "", json.dumps(told))))
        self.assertEqual(answers[1], answers[2])
        self.assertNotIn("begin", answers[0][1])


if __name__ == "__main__":
    unittest.main()
