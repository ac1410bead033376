"""What check_host() says of one address, in findings: may it send, which term decided, and why."""

from collections.abc import Iterator

from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.clean import clean
from bot.probes.names import shown
from bot.probes.probe import Statement
from bot.probes.spf_trail import SpfProblem, SpfResult, SpfVerdict

_DECIDED = frozenset({"ip", "mechanism", "where"})
MATCHED = {
    SpfVerdict.PASS: Kind("spf.result-pass", Severity.OK, _DECIDED, "RFC 7208 section 8.3"),
    SpfVerdict.FAIL: Kind("spf.result-fail", Severity.NOTICE, _DECIDED, "RFC 7208 section 8.4"),
    SpfVerdict.SOFTFAIL: Kind(
        "spf.result-softfail", Severity.NOTICE, _DECIDED, "RFC 7208 section 8.5"
    ),
    SpfVerdict.NEUTRAL: Kind(
        "spf.result-neutral", Severity.NOTICE, _DECIDED, "RFC 7208 section 8.2"
    ),
}
NO_MATCH = Kind(
    "spf.result-no-match", Severity.NOTICE, frozenset({"ip", "where"}), "RFC 7208 section 4.7"
)
NONE = Kind("spf.result-none", Severity.NOTICE, frozenset({"ip"}), "RFC 7208 section 8.1")
_BROKEN = frozenset({"ip", "where", "detail"})
PERMERROR = {
    problem: Kind(f"spf.result-{problem}", Severity.ERROR, _BROKEN, f"RFC 7208 section {at}")
    for problem, at in (
        (SpfProblem.SYNTAX, "8.7"),
        (SpfProblem.SEVERAL, "4.5"),
        (SpfProblem.LOOKUPS, "4.6.4"),
        (SpfProblem.VOIDS, "4.6.4"),
        (SpfProblem.EXCHANGES, "4.6.4"),
        (SpfProblem.INCLUDE, "5.2"),
        (SpfProblem.REDIRECT, "6.1"),
    )
}
EXPLANATION = Kind(
    "spf.result-explanation", Severity.NOTICE, frozenset({"text"}), "RFC 7208 section 6.2"
)

KINDS = (*MATCHED.values(), NO_MATCH, NONE, *PERMERROR.values(), EXPLANATION)

_LONGEST = 300


def judge_result(subject: str, ip: str, result: SpfResult) -> Iterator[Statement]:
    """The result in one finding, and what the domain's owner says of a refusal."""
    where = shown(result.problem_domain or result.record_domain or result.domain)
    if result.result is SpfVerdict.TEMPERROR:
        yield _unseen(where, result)
    elif result.result is SpfVerdict.PERMERROR and result.problem in PERMERROR:
        detail = clean(result.problem_detail, _LONGEST) or "–"
        yield PERMERROR[result.problem](subject, ip=ip, where=where, detail=detail)
    elif result.result is SpfVerdict.NONE:
        yield NONE(subject, ip=ip)
    elif result.mechanism is None:
        yield NO_MATCH(subject, ip=ip, where=where)
    else:
        mechanism = clean(result.mechanism, _LONGEST)
        yield MATCHED[result.result](subject, ip=ip, mechanism=mechanism, where=where)
    if result.explanation:
        yield EXPLANATION(subject, text=clean(result.explanation, _LONGEST))


def _unseen(where: str, result: SpfResult) -> Gap:
    """A temperror is never a verdict about the domain."""
    if result.problem is SpfProblem.TIMEOUT:
        return Gap(where, Trouble.TIMEOUT)
    trouble = result.problem_detail
    return Gap(where, Trouble(trouble) if trouble in set(Trouble) else Trouble.SERVFAIL)
