"""What was asked and said during a check, in order and with times: the proof of a verdict."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traced:
    """One question with its answer, or one conversation. Its texts are cleaned and redacted."""

    at: float  # seconds from the beginning of the check
    kind: str  # "dns", "name-server", "smtp", "imap", "pop3", "sieve", "https", "ping"
    subject: str  # "firma.pl MX", "mx1.firma.pl [192.0.2.1]:25", an address on the web
    result: str  # "found", "no-data", "no-name", "timeout", "done", "200"
    seconds: float  # that it took
    lines: tuple[str, ...] = ()  # records, or the lines spoken
    times: tuple[tuple[str, float], ...] = ()  # the steps of a conversation, in seconds
    spoken_at: tuple[float, ...] = ()  # of each line, in seconds since the conversation began
    age: float = 0.0  # of an answer that was kept from before
