"""What all tests share: the lab of real mail servers, started only for tests that ask for it."""

pytest_plugins = ["tests.lab.plugin"]
