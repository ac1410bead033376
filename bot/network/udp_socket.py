"""A connected UDP socket that many questions share, each answer told to whoever asked.

The socket is connected, so that the kernel lets only the resolver's own packets in, and replaced
every few dozen questions and seconds, so that neither id nor port can be learned (RFC 5452).
"""

import asyncio
import socket
from collections.abc import Callable
from time import monotonic

from bot.network.dns_parts import id_of
from bot.network.question import Question, random_id

_QUESTIONS_A_SOCKET = 64  # their answers fit the system's default receive buffer
_SECONDS_A_SOCKET = 20.0
_LARGEST = 65535  # bytes of a datagram

Tell = Callable[[bytes | OSError], None]


class UdpSocket:
    """A connected UDP socket and the questions that wait on it, by id. Raises OSError when made."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect((host, port))
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._socket.fileno(), self._read)
        except BaseException:
            self._socket.close()
            raise
        self.waiting: dict[int, tuple[Question, Tell]] = {}
        self.asked = 0
        self._opened = monotonic()
        self._is_retired = False
        self._is_closed = False

    @property
    def is_usable(self) -> bool:
        """Whether it takes another question."""
        return (
            self.asked < _QUESTIONS_A_SOCKET
            and not self._is_retired
            and monotonic() - self._opened < _SECONDS_A_SOCKET
        )

    def new_number(self) -> int:
        """An id that nobody can guess, and that no other question has here."""
        number = random_id()
        while number in self.waiting:
            number = random_id()
        return number

    def ask(self, question: Question, number: int, wire: bytes, tell: Tell) -> None:
        """Send the question; `tell` is called once, with the answer or with why there is none."""
        self.waiting[number] = (question, tell)
        self.asked += 1
        self.send(wire)

    def send(self, wire: bytes) -> None:
        """Send a datagram; one that finds no room is lost, as any may be on its way."""
        try:
            self._socket.send(wire)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            # Not now: whoever asks does not yet know how to hear of it.
            self._loop.call_soon(self._fail, error)

    def forget(self, number: int) -> None:
        """Whatever comes for this question is of no interest any more."""
        self.waiting.pop(number, None)
        if self._is_retired and not self.waiting:
            self.close()

    def retire(self) -> None:
        """Take no more questions; close as soon as none waits."""
        self._is_retired = True
        if not self.waiting:
            self.close()

    def close(self) -> None:
        """Close; whoever waits is told."""
        if self._is_closed:
            return
        self._is_closed = self._is_retired = True
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._fail(ConnectionAbortedError("socket closed"))

    def _read(self) -> None:
        # All that has come: each wait for the next would cost a round of the loop.
        for _ in range(_QUESTIONS_A_SOCKET):
            if self._is_closed:
                return
            try:
                data = self._socket.recv(_LARGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                # ICMP says that nobody listens there: every question on this socket is in vain.
                self._fail(error)
                return
            self._received(data)

    def _received(self, data: bytes) -> None:
        number = id_of(data)
        if number is None or number not in self.waiting:
            return
        question, tell = self.waiting[number]
        # A forged answer must not end the wait for the true one.
        if question.is_echoed_in(data):
            self.forget(number)
            tell(data)

    def _fail(self, error: OSError) -> None:
        waiting, self.waiting = self.waiting, {}
        for _, tell in waiting.values():
            tell(error)
        if self._is_retired:
            self.close()
