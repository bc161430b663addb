"""The rungs of a conversation, failed at one by one: what the page of a run shows each time."""

import pytest

pytest.register_assert_rewrite("tests.web.rungs.checking", "tests.web.rungs.expected", "tests.web.rungs.watch")
