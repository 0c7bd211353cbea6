"""Debian's mosquitto where the test suite asks for one in a container: a command `docker` that
understands the three lines the suite says, and starts and ends a mosquitto on loopback."""
import atexit
import functools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PORTS = (1883, 8085)  # the protocol's own, and the suite's other one


@functools.cache
def folder():
    """A folder to put first in PATH; the broker that is left over ends with this process."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="musubi-mqtt-"))
    command = home / "docker"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{home}" "$@"\n')
    command.chmod(0o755)
    atexit.register(lambda: (stop(home), shutil.rmtree(home, ignore_errors=True)))
    return home


def start(home, configuration):
    source = pathlib.Path(os.environ["MUSUBI_MQTT_CONFIGURATION"])
    lines = [f"listener {port} 127.0.0.1" for port in PORTS]
    if not os.getuid():
        lines.insert(0, "user root")  # else it gives up root, and with it this folder
    if "password_file" in (source / configuration).read_text():
        shutil.copy(source / "mosquitto_pwd", home / "passwords")
        (home / "passwords").chmod(0o600)
        lines += ["allow_anonymous false", f"password_file {home / 'passwords'}"]
    else:
        lines += ["allow_anonymous true"]
    (home / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    broker = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    with (home / "log").open("ab") as log:
        process = subprocess.Popen([broker, "-c", home / "mosquitto.conf"], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True)
    (home / "pid").write_text(str(process.pid))
    time.sleep(0.3)
    return process.poll() or 0


def stop(home):
    try:
        os.kill(int((home / "pid").read_text()), signal.SIGTERM)
    except (OSError, ValueError):
        return
    (home / "pid").unlink()
    time.sleep(0.2)


def main():
    home, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
    if words[0] == "run":
        stop(home)
        configuration = next(word[5:] for word in words if word.startswith("CONF="))
        return start(home, configuration)
    stop(home)  # rm -f NAME, container rm -f NAME
    return 0


if __name__ == "__main__":
    sys.exit(main())
