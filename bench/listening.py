"""Waiting for a process of the bench to answer at its port."""

import socket
import subprocess
import time


def wait_for(process: "subprocess.Popen[bytes]", port: int, name: str, *, seconds: int) -> None:
    """RuntimeError where the process, which the message calls ``name``, ended or did not answer in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode} before it answered.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not answer within {seconds} s.")
