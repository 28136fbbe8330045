"""ministack with what the stacks of the examples need beside what it has, and with what AWS refuses."""
import os
import signal
import sys
import threading

from ministack.app import main

# each adds its part when it is imported
import endpoints  # noqa: F401
import functions  # noqa: F401
import load_balancing  # noqa: F401
import names  # noqa: F401
import network  # noqa: F401
import targets  # noqa: F401


def _end_with_parent():
    """The pipe of standard input ends when the rehearsal does, however it does; functions run in this process group too."""
    sys.stdin.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=_end_with_parent, daemon=True).start()
main()
