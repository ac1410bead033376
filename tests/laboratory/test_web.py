"""HTTPS with real servers: certificates count, redirects lead nowhere they should not."""

from collections.abc import Callable

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.network.fetched import Fetched
from bot.network.network import Network
from tests.laboratory.laboratory import Laboratory

pytestmark = pytest.mark.laboratory

Fetch = Callable[..., Fetched]


@pytest.fixture
def fetch(laboratory: Laboratory, network: Network) -> Fetch:
    def fetch(url: str, max_redirects: int = 0, max_bytes: int = 65536) -> Fetched:
        work = network.fetch(url, max_bytes=max_bytes, max_redirects=max_redirects)
        return laboratory.run(work)

    return fetch


def test_a_policy_is_fetched(fetch: Fetch) -> None:
    fetched = fetch("https://mta-sts.dobra.pl/.well-known/mta-sts.txt")
    assert fetched.status == 200
    assert fetched.content_type == "text/plain"
    assert fetched.body.startswith(b"version: STSv1\r\n")


def test_a_redirect_is_followed_where_it_may_be(fetch: Fetch) -> None:
    fetched = fetch("https://www.dobra.pl/moved", max_redirects=3)
    assert fetched.url == "https://autoconfig.dobra.pl/mail/config-v1.1.xml"
    assert b"<clientConfig" in fetched.body


def test_a_redirect_is_not_followed_where_none_is_allowed(fetch: Fetch) -> None:
    assert fetch("https://www.dobra.pl/moved").status == 302


def test_https_is_never_left_for_http(fetch: Fetch) -> None:
    fetched = fetch("https://www.dobra.pl/to-http", max_redirects=3)
    assert (fetched.status, fetched.url) == (302, "https://www.dobra.pl/to-http")


def test_a_redirect_into_a_private_network_is_refused(fetch: Fetch) -> None:
    with pytest.raises(NotPublicError):
        fetch("https://www.dobra.pl/inside", max_redirects=3)


def test_a_round_of_redirects_comes_to_an_end(fetch: Fetch) -> None:
    assert fetch("https://www.dobra.pl/round", max_redirects=3).status == 302


def test_an_expired_certificate_ends_the_fetch(fetch: Fetch) -> None:
    with pytest.raises(NetworkError) as caught:
        fetch("https://www.uslugi.pl/")
    assert caught.value.trouble is Trouble.TLS


def test_more_than_is_wanted_is_not_read(fetch: Fetch) -> None:
    with pytest.raises(NetworkError) as caught:
        fetch("https://autoconfig.dobra.pl/mail/config-v1.1.xml", max_bytes=100)
    assert caught.value.trouble is Trouble.TOO_LONG
