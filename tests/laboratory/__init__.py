"""A small internet of real servers in namespaces of our own, for the tests and for `make lab`."""
