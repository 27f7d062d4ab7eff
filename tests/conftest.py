"""Settings of all tests."""

import signal

from hypothesis import settings

# Started in the background of a shell, this process ignores Ctrl-C, and every process of a test would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine must not fail a property: no deadline for a single example.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
