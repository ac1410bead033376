"""SMTP on port 25 (RFC 5321): do the servers that take the domain's mail answer, and how?

Other mail servers come here, not people's programs: those are the `submission` probe's.
"""

from collections.abc import Iterator, Sequence

from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.network.talk import ServerTalk
from bot.probes import smtp_greeting, smtp_trust
from bot.probes.names import shown
from bot.probes.probe import Probe, Statement, gap, join
from bot.probes.remarks import Remark, merge, merge_gaps, remark
from bot.probes.servers import ServerKinds, details, judge_connection
from bot.probes.smtp_greeting import extensions, judge_greeting, judge_logins
from bot.probes.smtp_hosts import MxHost, SmtpFacts, gather
from bot.probes.smtp_trust import Assurance, judge_policy, judge_trust
from bot.probes.smtp_versions import OLD_OFFERED, judge_old
from bot.probes.talks import is_proved, is_refused

SERVER = ServerKinds.under("smtp", is_verified=False)
NO_MAIL = Kind("smtp.no-mail", Severity.NOTICE, reference="RFC 7505 section 3")
NONE_LISTENS = Kind(
    "smtp.none-listens", Severity.ERROR, frozenset({"hosts"}), "RFC 5321 section 4.5.4.1"
)
REFUSED = Kind("smtp.refused", Severity.WARNING, reference="RFC 5321 section 5.1")
CLOSED = Kind("smtp.closed", Severity.NOTICE)
NONE_WANTED = Kind("smtp.none-wanted", Severity.NOTICE, reference="RFC 7505 section 3")
HELO_ONLY = Kind("smtp.helo-only", Severity.NOTICE, reference="RFC 5321 section 2.2.1")
NOT_ALL = Kind("smtp.not-all", Severity.NOTICE, frozenset({"count", "total"}))


def judge(facts: SmtpFacts) -> Iterator[Statement]:
    """From the conversations to what happens to mail on its way in."""
    subject = facts.look.shown
    if not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
        return
    if facts.is_null:
        yield NO_MAIL(subject)
        return
    talks = [talk for host in facts.hosts for talk in host.talks]
    yield from _refusals(facts, talks)
    said = [item for host in facts.hosts for item in _remarks(facts, host)]
    remarks = [item for item in said if isinstance(item, Remark)]
    yield from merge(remarks, talks, with_port=False)
    if isinstance(facts.policy, NetworkError):
        yield gap(f"mta-sts.{subject}", facts.policy)
    elif facts.policy is not None:
        hosts = [(host.name, host.talks) for host in facts.hosts]
        yield from judge_policy(subject, hosts, facts.policy)
    for host in facts.hosts:
        yield from judge_old(host.old)
    for host in facts.hosts:
        yield from _answers(host)
    if facts.hosts_left_out or len(talks) < facts.addresses:
        total = facts.addresses + facts.hosts_left_out
        yield NOT_ALL(subject, count=len(talks), total=total)
    yield from dict.fromkeys(item for item in said if isinstance(item, Gap))
    yield from _gaps(facts, talks)


def _remarks(facts: SmtpFacts, host: MxHost) -> Iterator[Remark | Gap]:
    policy = None if isinstance(facts.policy, NetworkError) else facts.policy
    given = Assurance(facts.look.name, facts.seen_at, policy, facts.mx, facts.validates)
    for talk in host.talks:
        if not talk.has_ehlo:
            yield remark(HELO_ONLY, talk)
        yield from judge_connection(SERVER, talk)
        yield from judge_trust(SERVER, talk, host.base, given)
        yield from judge_logins(talk)
        yield from judge_greeting(talk, host.reverses)


def _answers(host: MxHost) -> Iterator[Statement]:
    """How the server presents itself, from the first conversation that went to its end."""
    for talk in host.talks:
        if talk.failure is None:
            # Times differ between addresses: one finding stands for the whole server.
            kind = SERVER.answers if is_proved(talk) else SERVER.answers_plain
            yield kind(shown(host.name), **details(talk), **extensions(talk))
            return


def _refusals(facts: SmtpFacts, talks: Sequence[ServerTalk]) -> Iterator[Statement]:
    refused = [talk for talk in talks if is_refused(talk)]
    if not refused:
        return
    if not facts.is_mail_domain:
        yield from merge((remark(CLOSED, talk) for talk in refused), talks, with_port=True)
    elif len(refused) == len(talks) and not any(host.error for host in facts.hosts):
        if facts.is_mailless:
            yield NONE_WANTED(facts.look.shown)
            return
        hosts = join(shown(host.name) for host in facts.hosts)
        yield NONE_LISTENS(facts.look.shown, hosts=hosts)
    else:
        yield from merge((remark(REFUSED, talk) for talk in refused), talks, with_port=False)


def _gaps(facts: SmtpFacts, talks: Sequence[ServerTalk]) -> Iterator[Gap]:
    for host in facts.hosts:
        if host.error:
            yield gap(shown(host.name), host.error)
        elif not host.talks:
            yield Gap(shown(host.name), Trouble.NO_ADDRESS)
    if not facts.hosts:
        yield Gap(facts.look.shown, Trouble.NO_ADDRESS)
    yield from merge_gaps(facts.look.shown, talks, with_port=False)


PROBE = Probe(
    "smtp",
    gather,
    judge,
    kinds=(
        NO_MAIL,
        NONE_LISTENS,
        REFUSED,
        CLOSED,
        NONE_WANTED,
        HELO_ONLY,
        NOT_ALL,
        *smtp_trust.KINDS,
        OLD_OFFERED,
        *smtp_greeting.KINDS,
        *SERVER.all(),
    ),
)
