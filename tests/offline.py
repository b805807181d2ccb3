"""A machine without a network."""

import subprocess
import sys

NO_NETWORK = """
import socket
def fail(*arguments, **options): raise OSError("unreachable")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = fail
"""


def run_offline(program):
    """Run a program in a process whose sockets fail."""
    return subprocess.run([sys.executable, "-c", NO_NETWORK + program], capture_output=True, text=True)
