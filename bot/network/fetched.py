"""What came over HTTPS: apart from how, so that whoever judges it loads no HTTP client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer over HTTPS. A redirect that was not followed comes back as it is."""

    url: str  # of the last hop
    status: int
    content_type: str  # lower case, without parameters; "" when not told
    body: bytes
    location: str = ""  # where a redirect pointed to, cleaned
    hops: tuple[str, ...] = ()  # the addresses asked before `url`
    address: str = ""  # that answered
