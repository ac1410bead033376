"""What to say of a server because of who names it, whatever it answers itself."""

from collections.abc import Iterable, Iterator

from bot.discovery.claim import Answered, Standing
from bot.discovery.merge import Claim
from bot.model.finding import Finding, Kind, Severity
from bot.model.settings import SettingsSource

UNSIGNED = Kind("settings.unsigned", Severity.NOTICE, frozenset({"domain"}), "RFC 6186 section 6")
OVER_HTTP = Kind("settings.over-http", Severity.WARNING, frozenset({"domain"}))
KINDS = (UNSIGNED, OVER_HTTP)


def cautions(claim: Claim, answers: Iterable[Answered], domain: str) -> Iterator[Finding]:
    """Reasons to look twice. What a better source names as well needs none."""
    subject = f"{claim.server.host}:{claim.server.port}"
    if claim.standing is Standing.OWN_FILE_IN_CLEAR:
        yield OVER_HTTP(subject, domain=domain)
    elif claim.sources == (SettingsSource.SRV,) and any(
        claim.server.host in answer.strangers for answer in answers
    ):
        yield UNSIGNED(subject, domain=domain)
