"""What happened to targets, interfaces and rules, one JSON object a line, for the checks after the rehearsal."""
import json
import os
import time

_file = open(os.environ["REHEARSAL_JOURNAL"], "a", encoding="utf-8", buffering=1)


def write(event, **details):
    """Adds a line."""
    print(json.dumps({"time": time.time(), "event": event, **details}), file=_file)
