"""A second verifier of signed policies, written from docs/policies.md alone: hashlib and the openssl
command, nothing of the program's.

Usage: python3 tests/tools/policy_verifier.py VERSION.json KEYS.json
"""
import base64
import hashlib
import json
import pathlib
import sys
from datetime import datetime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from journal_verifier import canonical, signature_holds  # noqa: E402


def time(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def thumbprint(key):
    """RFC 7638."""
    needed = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(needed.encode()).digest()).rstrip(b"=").decode()


def signed_bytes(version, signature):
    said = {"at": signature["at"], "key": signature["key"], "note": sha256(version["note"]),
            "number": version["number"], "proposedAt": version["proposedAt"],
            "proposedBy": version["proposedBy"], "subject": signature["subject"],
            "tenant": version["tenant"], "text": sha256(version["text"])}
    return b"musubi policy signature 1\n" + canonical(said)


def holds(version, signature, keys):
    """Whether one signature of a version holds by one of the keys of a JWK Set."""
    for key in keys["keys"]:
        if key["kid"] != signature.get("key") or key["kid"] != thumbprint(key):
            continue
        if key.get("subject") != signature["subject"] or time(signature["at"]) < time(key["from"]):
            return False
        if "until" in key and time(key["until"]) < time(signature["at"]):
            return False
        return signature_holds(key["x"], signed_bytes(version, signature), signature["signature"])
    return False


def signed_by(version, keys):
    """Who signed it, each of whom by a signature that holds."""
    return [one["subject"] for one in version["signatures"] if holds(version, one, keys)]


if __name__ == "__main__":
    told, known = (json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    for subject in signed_by(told, known):
        print(subject)
