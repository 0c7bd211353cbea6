"""People of a server that was started for a run: invited, let in, asking, and signing policies."""
import json
import re

PASSWORD = "four words in a row"


def ask(server, method, target, body=None, cookie=None, headers=None):
    """(status, body as JSON, cookie that was set)"""
    given = {"Authorization": "", **(headers or {})}
    if cookie is not None:
        given |= {"Cookie": f"musubi_session={cookie}", "Origin": server.url}
    if body is not None:
        given["Content-Type"] = "application/json"
    status, answered, text = server.request(method, target, None if body is None else json.dumps(body), given)
    found = re.match(r"musubi_session=([^;]*)", answered.get("Set-Cookie", ""))
    return status, json.loads(text) if text else None, found[1] if found else None


def operate(server, method, target, body=None):
    status, _, text = server.request(method, target, None if body is None else json.dumps(body),
                                     {"Content-Type": "application/json"} if body is not None else {})
    return status, json.loads(text) if text else None


def invite(server, name, **grant):
    status, made = operate(server, "POST", "/musubi/v1/invitations",
                           {"name": name, "grants": [{"role": "reader", **grant}]})
    assert status == 201, made
    return made["code"]


def accept(server, name, **grant):
    """(id of the person, cookie)"""
    status, view, cookie = ask(server, "POST", "/musubi/v1/invitations/accept",
                               {"code": invite(server, name, **grant), "password": PASSWORD})
    assert status == 201, view
    return view["person"]["id"], cookie


def sign_in(server, name):
    """The cookie of a sign-in of just now."""
    status, view, cookie = ask(server, "POST", "/musubi/v1/session", {"name": name, "password": PASSWORD})
    assert status == 201, view
    return cookie


def signers(server, **grant):
    """The cookies of two people who may sign policies."""
    return [accept(server, "first", role="operator", **grant)[1],
            accept(server, "second", role="privacy-officer", **grant)[1]]


def signers_again(server):
    """The same two, signed in anew: to sign takes a sign-in of the last 15 minutes."""
    return [sign_in(server, "first"), sign_in(server, "second")]


def put_in_force(server, text, cookies):
    """One person proposes the policies of their tenant, which signs them, and another signs."""
    status, made, _ = ask(server, "POST", "/musubi/v1/policies", {"text": text}, cookies[0])
    assert status == 201, made
    status, signed, _ = ask(server, "POST", f"/musubi/v1/policies/{made['number']}/sign", cookie=cookies[1])
    assert (status, signed["state"]) == (200, "in-force"), signed
