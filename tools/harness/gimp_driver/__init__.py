"""Runs inside a real GIMP and answers the tests' calls, which come over a socket.

GIMP's own Python runs this as a batch command, so it uses only the standard library and GIMP's
bindings. Each public function of the modules is one call; pixels travel as base64. Every answer is
taken from GIMP, never from the plug-in under test.
"""

from __future__ import annotations

import json
import socket

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from . import making, reading, running

_CALLS = vars(reading) | vars(making) | vars(running)


def serve(path: str) -> None:
    """Answer calls until the caller hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        stream = connection.makefile("rw")
        for line in stream:
            call = json.loads(line)
            try:
                answer = {"value": _CALLS[call["name"]](*call["args"], **call["options"])}
            except Exception as error:  # the test is to see it, whatever it is
                answer = {"error": repr(error)}
            stream.write(json.dumps(answer) + "\n")
            stream.flush()
