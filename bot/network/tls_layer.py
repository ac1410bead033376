"""What a connection needs of TLS: bytes of both sides through memory, no socket of its own."""

from typing import Protocol


class TlsLayer(Protocol):
    """One handshake, and what is said inside of it."""

    def advance(self) -> bool:
        """Go on with the handshake; True when it is done. NetworkError when it fails."""

    def put(self, ciphertext: bytes) -> None:
        """Take what came from the wire."""

    def take(self) -> bytes:
        """Give what must go to the wire."""

    def encrypt(self, plaintext: bytes) -> None:
        """Take what we want to say."""

    def decrypt(self) -> tuple[bytes, bool]:
        """Give what the other side said, and whether it has ended TLS in good order."""

    def shut(self) -> None:
        """Say that we say no more."""
