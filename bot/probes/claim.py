"""Is a server as a provider's file says: does it answer there, encrypted so, with such a login?"""

from collections.abc import Sequence

from bot.knowledge.marks import Failed, Proved, Untested, Verdict
from bot.knowledge.provider import Auth, Cause, MailServer, Security
from bot.network.answer import Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk
from bot.probes.mailbox_logins import logins
from bot.probes.mx_addresses import both_families
from bot.probes.probe import join
from bot.probes.talks import is_refused, is_starttls_refused, is_tls_broken, unseen

MOST_ADDRESSES = 2
SECONDS = 25.0
OAUTH = frozenset({"XOAUTH2", "OAUTHBEARER"})
CUSTOMERS, ON_THE_COMPUTER = "customers-host", "bridge"  # reasons, worded in phrases/verify.yaml
_HERE = "127.0.0.1"


async def look_at(network: Network, server: MailServer) -> Verdict:
    """One address after the other until one is as claimed: a program would do the same."""
    if server.is_the_customers:
        return Untested(CUSTOMERS)
    if server.host == _HERE:
        return Untested(ON_THE_COMPUTER)
    view = network.within(SECONDS, fresh=True)
    verdicts: list[Verdict] = []
    try:
        addresses = await view.addresses(server.host)
        if not addresses:
            is_gone = (await view.dns.a(server.host)).status is Status.NO_NAME
            return Failed(Cause.NO_SUCH_HOST if is_gone else Cause.NO_ADDRESS)
        for address in both_families(addresses)[:MOST_ADDRESSES]:
            talk = await view.talk(
                Protocol(server.protocol),
                server.host,
                address,
                server.port,
                implicit_tls=server.security is Security.TLS,
            )
            verdicts.append(judge(server, talk))
            if isinstance(verdicts[-1], Proved):
                return verdicts[-1]
    except NetworkError as error:
        verdicts.append(Untested(str(error.trouble), error.detail))
    failed = [each for each in verdicts if isinstance(each, Failed)]
    # Where one address was not reached, it may be the one that works.
    open_still = [each for each in verdicts if isinstance(each, Untested) and not _is_ours(each)]
    return open_still[0] if open_still else (failed or verdicts)[0]


def _is_ours(verdict: Untested) -> bool:
    """Whether only our own lack of IPv6 kept us from an address."""
    return verdict.reason == "no-ipv6"


def judge(server: MailServer, talk: ServerTalk) -> Verdict:
    """What one conversation says of the claim."""
    detail = talk.failure.detail if talk.failure else ""
    if is_refused(talk):
        return Failed(Cause.CLOSED)
    if is_starttls_refused(talk):
        return Failed(Cause.STARTTLS_REFUSED, detail)
    if is_tls_broken(talk):
        return Failed(Cause.TLS_FAILED, detail)
    wants_starttls = server.security is Security.STARTTLS
    if wants_starttls and talk.capabilities is not None and not talk.starttls_offered:
        return Failed(Cause.NO_STARTTLS)
    if talk.tls is not None and talk.tls.certificate is not None and talk.tls.certificate.faults:
        return Failed(Cause.CERTIFICATE, join(talk.tls.certificate.faults))
    if trouble := unseen(talk):
        return Untested(str(trouble), detail)
    return _judge_login(server, logins(talk, talk.capabilities_after), talk)


def _judge_login(server: MailServer, offered: Sequence[str], talk: ServerTalk) -> Verdict:
    if not offered:
        # A POP3 server need not name what it can do (RFC 2449): that proves nothing against it.
        is_mute = talk.protocol is Protocol.POP3 and not talk.capabilities_after
        return Proved() if is_mute else Failed(Cause.NO_LOGIN)
    kinds = {Auth.OAUTH2} if OAUTH & set(offered) else set()
    if set(offered) - OAUTH:
        kinds |= {Auth.PASSWORD, Auth.APP_PASSWORD}
    if server.auth and not kinds & set(server.auth):
        return Failed(Cause.OTHER_LOGIN, join(offered))
    return Proved()
