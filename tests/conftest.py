"""What all tests share: the lab of real mail servers for tests that ask for it, and patience with slow machines."""

import gc
import signal

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.lab.plugin", "tests.rewriting"]

# Whoever runs the tests in the background lets them ignore Ctrl-C, and what they start would too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: nothing is asserted on elapsed time, and CI draws the same examples every time.
settings.register_profile(
    "patient", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Let the garbage collector not walk again and again through thousands of tests, which stay until the end."""
    gc.freeze()
