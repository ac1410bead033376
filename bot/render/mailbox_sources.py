"""Who told a mailbox's servers: the domain itself, or somebody else in its place."""

from urllib.parse import urlsplit

from bot.model.settings import AskedSource, SettingsReport, SettingsSource

# Where a domain itself says what its servers are.
PUBLISHED = frozenset(
    {
        SettingsSource.AUTOCONFIG,
        SettingsSource.SRV,
        SettingsSource.PACC,
        SettingsSource.AUTODISCOVER,
    }
)


def is_published(report: SettingsReport) -> bool:
    """Whether the domain itself tells programs what its servers are."""
    return any(
        asked.has_answered and asked.source in PUBLISHED and _is_own(asked, report.target.name)
        for asked in report.sources
    )


def told_by_others(report: SettingsReport, source: SettingsSource) -> tuple[str, ...]:
    """The domains whose files were read in place of this one's: those of whoever has its MX."""
    if source not in (SettingsSource.AUTOCONFIG, SettingsSource.ISPDB):
        return ()
    asked = [each for each in report.sources if each.source is source and each.has_answered]
    named = [_whose(each) for each in asked]
    return () if report.target.name in named else tuple(dict.fromkeys(named))


def _is_own(asked: AskedSource, domain: str) -> bool:
    host = asked.place.partition("://")[2].partition("/")[0] or asked.place.split()[0]
    host = host.partition(":")[0].rstrip(".").lower()
    return host == domain or host.endswith(f".{domain}")


def _whose(asked: AskedSource) -> str:
    """The domain that a file is about, as its address tells."""
    if asked.source is SettingsSource.ISPDB:
        return asked.place.rpartition("/")[2]
    return (urlsplit(asked.place).hostname or "").removeprefix("autoconfig.")
