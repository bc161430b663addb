"""An account with an inbox for the person at the desk."""

import pytest

from tests.web.desk import Desk
from tests.web.mail.postbox import Postbox, postbox_of


@pytest.fixture
def postbox(desk: Desk) -> Postbox:
    """Return the letters of the administrator's own account."""
    return postbox_of(desk)
