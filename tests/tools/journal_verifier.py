"""A second verifier of the audit journal, written from docs/journal.md alone: hashlib and the openssl
command, nothing of the program's.

Usage: python3 tests/tools/journal_verifier.py FILE...
"""
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PROOFS = {"start", "stop", "cut", "checkpoint", "redaction", "retention"}
ALWAYS = {"at", "hash", "kind", "number", "previous", "sealed", "subject", "tenant"}
HASH = re.compile(r"[0-9a-f]{64}\Z")
SALT = re.compile(r"[0-9a-f]{32}\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z\Z")
# An Ed25519 public key as openssl reads it (RFC 8410) is this and its 32 bytes.
PUBLIC_KEY_HEAD = bytes.fromhex("302a300506032b6570032100")


def utf16(name):
    return name.encode("utf-16-be")


def ordered(value):
    """The members of every object in the order of their names' UTF-16 code units (RFC 8785)."""
    if isinstance(value, dict):
        return {name: ordered(value[name]) for name in sorted(value, key=utf16)}
    return [ordered(item) for item in value] if isinstance(value, list) else value


def canonical(value):
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signature_holds(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "key.der").write_bytes(PUBLIC_KEY_HEAD + from_base64url(key.removeprefix("ed25519:")))
        (folder / "message").write_bytes(message)
        (folder / "signature").write_bytes(from_base64url(signature))
        run = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der",
             "-rawin", "-in", "message", "-sigfile", "signature"], cwd=folder, capture_output=True)
        return run.returncode == 0


def checkpoint_holds(entry):
    details = dict(entry["details"])
    signature = details.pop("signature", "")
    signed = {name: entry[name] for name in ("at", "kind", "number", "previous", "subject", "tenant")}
    message = b"musubi journal checkpoint 1\n" + canonical({**signed, "details": details})
    return signature_holds(details.get("key", ""), message, signature)


def form_of(line):
    """What is wrong with a line by itself; nothing where it is an entry."""
    try:
        entry = json.loads(line)
    except ValueError as error:
        return None, f"no JSON: {error}"
    if not isinstance(entry, dict) or not ALWAYS <= set(entry) <= ALWAYS | {"details", "salt"}:
        return None, "not the members of an entry"
    if canonical(entry) != line:
        return None, "not in canonical form"
    good = (all(HASH.match(entry[name]) for name in ("hash", "previous", "sealed"))
            and TIME.match(entry["at"]) and ("salt" in entry) == ("details" in entry)
            and ("salt" not in entry or SALT.match(entry["salt"])))
    return (entry, None) if good else (None, "a member that is none of an entry")


def file_and_head(file):
    """The bytes of one file of a journal, with those that stand in the head beside it alone
    (docs/formats.md); zero bytes behind the last line are room for what comes."""
    file = pathlib.Path(file)
    data = file.read_bytes().rstrip(b"\0")
    head = file.with_name("head")
    if not head.exists():
        return data
    text = head.read_bytes()
    place = int.from_bytes(text[8:16], "little")
    segment, offset = place >> 40, place % (1 << 40)
    of_now = text[16:52] == pathlib.Path("/proc/sys/kernel/random/boot_id").read_bytes()[:36]
    if not text.startswith(b"MSBHEAD1") or not of_now or segment != int(file.stem):
        return data
    lines = text[4096:].partition(b"\0")[0]
    return data + lines[len(data) - offset:]


def journal_of(files):
    """The bytes of a journal's files."""
    return b"".join(map(file_and_head, files))


def faults_of(data, unfinished=False):
    """A list of (line, what is wrong)."""
    faults, redacted, named, removed = [], {}, set(), {}
    first, before, signed = None, None, 0
    lines = data.split(b"\n")
    if lines.pop() != b"":
        faults.append((len(lines) + 1, "the end of the last line is missing"))
    for number, line in enumerate(lines, 1):
        entry, wrong = form_of(line)
        if wrong:
            faults.append((number, wrong))
            continue
        if before and (entry["number"] != before["number"] + 1
                       or entry["previous"] != before["hash"]):
            faults.append((number, "not bound to the entry before"))
        if entry["number"] == 1 and entry["previous"] != "0" * 64:
            faults.append((number, "something before the first entry"))
        kept = {name: entry[name] for name in ALWAYS - {"hash"}}
        if sha256(canonical(kept)) != entry["hash"]:
            faults.append((number, "not what its hash was made of"))
        first = first or entry
        before = entry
        if "details" not in entry:
            redacted[entry["number"]] = number
            if entry["kind"] in PROOFS:
                faults.append((number, "a proof without details"))
            continue
        if sha256(bytes.fromhex(entry["salt"]) + canonical(entry["details"])) != entry["sealed"]:
            faults.append((number, "not what was sealed"))
        if entry["kind"] == "redaction":
            named.add(entry["details"].get("number"))
        if entry["kind"] == "retention":
            removed[entry["details"].get("through")] = entry["details"].get("hash")
        if entry["kind"] == "checkpoint":
            if checkpoint_holds(entry):
                signed = entry["number"]
            else:
                faults.append((number, "a wrong signature"))
    faults += [(line, "no redaction names it") for n, line in redacted.items() if n not in named]
    went = first["number"] - 1 if first else 0
    if went and removed.get(went) != first["previous"] and not any(n > went for n in removed):
        faults.append((1, "no retention says that what was before went"))
    if before is None:
        faults.append((0, "no entry"))
    elif signed != before["number"] and not unfinished:
        faults.append((0, "entries behind the last checkpoint"))
    return faults


if __name__ == "__main__":
    found = faults_of(journal_of(sys.argv[1:]))
    for at, what in found:
        print(f"line {at}: {what}")
    sys.exit(1 if found else 0)
