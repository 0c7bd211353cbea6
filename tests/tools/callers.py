"""Those who ask a server in a test: with a key, a machine's tokens, or a person's session."""
import base64
import json

from runner.people import PASSWORD, accept, ask


class Caller:
    """Who asks, with a key where they do not come in another way."""

    def __init__(self, name, tenant, role, types=(), scopes=(), reads=True, writes=False, personal=False,
                 blind=False):
        self.name, self.tenant, self.role = name, tenant, role
        self.types, self.scopes = list(types), list(scopes)
        self.reads, self.writes = reads, writes
        self.personal = personal  # Visit is, in their tenant
        self.blind = blind  # policies hide the notes of entities from them

    def finds(self, tenant, kind, number=""):
        """`number`: of an entity, whose scope is /kind/nNUMBER; empty: what is of no scope."""
        return self.reads and tenant == self.tenant and self.is_of(kind) and (
            not number or self.is_within(f"/{kind}/n{number}"))

    def sees_note(self, *of):
        return self.finds(*of) and not self.blind

    def is_of(self, kind):
        return not self.types or kind in self.types

    def is_within(self, scope):
        return not self.scopes or any((scope + "/").startswith(one + "/") for one in self.scopes)

    def come(self, town):
        """Who they are is made known to the server; what they then send with each request."""
        return {"Authorization": f"Bearer {town.make_key(self.tenant, self.role, self.types, self.scopes)}"}

    def come_again(self, town, sent):
        """What they send once that is refused as nobody's."""
        return sent


class Machine(Caller):
    """Client credentials (RFC 6749, 4.4)."""

    def come(self, town):
        self.made = town.make("machines", self.tenant, self.role, self.types, self.scopes, secret=True)
        return self.come_again(town, None)

    def come_again(self, town, sent):
        secret = base64.b64encode(f"{self.made['id']}:{self.made['secret']}".encode()).decode()
        status, _, text = town.server.request(
            "POST", "/musubi/v1/token", "grant_type=client_credentials",
            {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {secret}"})
        return {"Authorization": f"Bearer {json.loads(text)['access_token']}"} if status == 200 else sent


class Person(Caller):
    """Signs in with a password."""

    def come(self, town):
        self.name_there = f"isolated-{next(town.numbers)}"
        return self.session(town, accept(town.server, self.name_there, role=self.role, tenant=self.tenant,
                                         types=self.types, scopes=self.scopes)[1])

    def come_again(self, town, sent):
        """Who ended their session signs in; who can not any more, for what they changed, is another person."""
        if town.server.request("GET", "/musubi/v1/me", headers=sent)[0] == 200:
            return sent
        status, _, cookie = ask(town.server, "POST", "/musubi/v1/session",
                                {"name": self.name_there, "password": PASSWORD})
        return self.session(town, cookie) if status == 201 else self.come(town)

    @staticmethod
    def session(town, cookie):
        return {"Authorization": "", "Cookie": f"musubi_session={cookie}", "Origin": town.server.url}
