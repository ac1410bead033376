"""What the tests of discovery share: a network over loopback."""

from tests.network.conftest import ca, make_network

__all__ = ["ca", "make_network"]
