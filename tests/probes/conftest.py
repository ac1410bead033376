"""What the tests of probes share: a network over loopback, conversations made by hand."""

from tests.network.conftest import ca, make_network

__all__ = ["ca", "make_network"]
