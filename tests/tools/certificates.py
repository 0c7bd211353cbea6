"""Certificates for tests, made when they are needed by openssl(1): an authority and what it signs."""
import base64
import hashlib
import json
import pathlib
import subprocess
import time
from datetime import datetime, timedelta, timezone

CONFIG = """
[ca]
default_ca = town
[town]
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = anything
email_in_dn = no
unique_subject = no
copy_extensions = copy
string_mask = utf8only
[anything]
countryName = optional
organizationName = optional
commonName = supplied
"""


def openssl(*arguments, data=None):
    run = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, timeout=60)
    if run.returncode:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}:\n{run.stderr.decode()}")
    return run.stdout


def moment(after):
    return (datetime.now(timezone.utc) + after).strftime("%Y%m%d%H%M%SZ")


class Authority:
    """One that signs; `with_name.pem` and `.key` are its own and its clients' files."""

    def __init__(self, folder, name="town"):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        (self.folder / "index").write_text("")
        (self.folder / "serial").write_text("01\n")
        self.config = self.folder / "config"
        self.config.write_text(CONFIG.format(folder=self.folder))
        self.certificate, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", f"/O={name}/CN={name} authority", "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, subject=None, begins=timedelta(hours=-1), lasts=timedelta(days=1), names="", usage=""):
        """(certificate, key) files of `name`."""
        certificate, key, request = (self.folder / f"{name}.{end}" for end in ("pem", "key", "csr"))
        more = []
        for extension, value in (("subjectAltName", names), ("extendedKeyUsage", usage)):
            more += ["-addext", f"{extension}={value}"] if value else []
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-subj",
                subject or f"/O=Aoi/CN={name}", "-keyout", key, "-out", request, *more)
        openssl("ca", "-batch", "-notext", "-utf8", "-config", self.config, "-cert", self.certificate,
                "-keyfile", self.key, "-startdate", moment(begins), "-enddate", moment(begins + lasts),
                "-in", request, "-out", certificate)
        return certificate, key


def self_signed(folder, name):
    certificate, key = (pathlib.Path(folder) / f"{name}.{end}" for end in ("pem", "key"))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", f"/CN={name}", "-keyout", key, "-out", certificate)
    return certificate, key


def subject_of(certificate):
    said = openssl("x509", "-in", certificate, "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb,utf8")
    return said.decode().strip().removeprefix("subject=")


def fingerprint_of(certificate):
    return openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").decode().strip().split("=")[1]


def encoded(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


class Signer:
    """A key that signs assertions, and its public half as a JSON Web Key."""

    def __init__(self, folder, name, algorithm="ES256"):
        self.algorithm, self.name = algorithm, name
        self.file = pathlib.Path(folder) / f"{name}.{algorithm}.pem"
        if algorithm == "ES256":
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.file)
        else:
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.file)

    def public(self):
        der = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")
        if self.algorithm == "ES256":
            point = der[-64:]
            return {"kty": "EC", "crv": "P-256", "kid": self.name, "x": encoded(point[:32]), "y": encoded(point[32:])}
        modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
        return {"kty": "RSA", "kid": self.name, "n": encoded(bytes.fromhex(modulus)), "e": "AQAB"}

    def sign(self, data):
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=data)
        if self.algorithm != "ES256":
            return signature
        halves, rest = b"", signature[2:]
        for _ in range(2):  # DER: two INTEGERs (X9.62) to r and s side by side (RFC 7518, 3.4)
            size = rest[1]
            halves += rest[2:2 + size].lstrip(b"\0").rjust(32, b"\0")
            rest = rest[2 + size:]
        return halves

    def assertion(self, machine, audience, header=None, **claims):
        head = {"alg": self.algorithm, "kid": self.name, "typ": "JWT", **(header or {})}
        now = int(time.time())
        body = {"iss": machine, "sub": machine, "aud": audience, "iat": now, "exp": now + 120,
                "jti": hashlib.sha256(f"{time.perf_counter_ns()}{self.name}".encode()).hexdigest(), **claims}
        body = {name: value for name, value in body.items() if value is not None}
        text = f"{encoded(head)}.{encoded(body)}"
        return f"{text}.{encoded(self.sign(text.encode()))}"
