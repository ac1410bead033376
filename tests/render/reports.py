"""Reports for the renderers, with findings and words of their own."""

from dataclasses import replace
from functools import cache

from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.phrases import build_findings
from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused, Target, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.language import WRITTEN
from bot.model.trouble import Gap, Trouble
from bot.render.report import ReportState

WORDS = {
    "mx": {
        "mx.sound": {
            "pl": {"text": "{subject} ma serwery MX"},
            "en": {"text": "{subject} has MX servers"},
        },
        "mx.null": {
            "pl": {"text": "{subject} nie przyjmuje poczty"},
            "en": {"text": "{subject} takes no mail"},
        },
        "mx.no-name": {
            "pl": {"text": "nie ma nazwy {subject}"},
            "en": {"text": "there is no {subject}"},
        },
        "mx.single": {
            "pl": {"text": "{subject} ma jeden serwer MX", "meaning": "Gdy padnie, poczta czeka."},
            "en": {"text": "{subject} has one MX only", "meaning": "When it is down, mail waits."},
        },
    },
    "spf": {
        "spf.missing": {
            "pl": {
                "text": "{subject} nie ma rekordu SPF",
                "meaning": "Nie wiadomo, kto może wysyłać.",
                "remedy": "Dodaj ten rekord TXT.",
            },
            "en": {
                "text": "{subject} has no SPF record",
                "meaning": "Nobody can tell who may send.",
                "remedy": "Add this TXT record.",
            },
            "copy": "v=spf1 mx -all",
        },
        "spf.flattened": {
            "pl": {"text": "{subject} samymi adresami", "remedy": "Odświeżaj."},
            "en": {"text": "{subject} with addresses alone", "remedy": "Renew it."},
            "copy": "v=spf1 ip4:192.0.2.1 -all",
        },
        "spf.everybody": {
            "pl": {"text": "{subject} wpuszcza wszystkich"},
            "en": {"text": "{subject} lets everybody in"},
        },
        "spf.result-fail": {
            "pl": {"text": "{ip} nie może wysyłać"},
            "en": {"text": "{ip} may not send"},
        },
        "spf.sound": {
            "pl": {"text": "{subject} ma poprawny rekord SPF", "meaning": "Tak ma być."},
            "en": {"text": "{subject} has a sound SPF record", "meaning": "Just right."},
        },
    },
    "dmarc": {
        "dmarc.none": {
            "pl": {"text": "{subject} tylko obserwuje"},
            "en": {"text": "{subject} only watches"},
        },
        "dmarc.reject": {
            "pl": {"text": "{subject} ma DMARC"},
            "en": {"text": "{subject} has DMARC"},
        },
    },
    "smtp": {
        "smtp.expired": {
            "pl": {
                "text": "certyfikat serwera {subject} wygasł {day|date}",
                "meaning": "Połączenia nie są bezpieczne.",
                "remedy": "Odnów certyfikat.",
            },
            "en": {
                "text": "the certificate of {subject} expired on {day|date}",
                "meaning": "Connections are not safe.",
                "remedy": "Renew the certificate.",
            },
        },
        "smtp.sound": {
            "pl": {"text": "{subject} przyjmuje pocztę przez TLS"},
            "en": {"text": "{subject} takes mail over TLS"},
        },
    },
    "mta-sts": {
        "mta-sts.missing": {
            "pl": {"text": "{subject} nie ma MTA-STS", "remedy": "Opublikuj zasady."},
            "en": {"text": "{subject} has no MTA-STS", "remedy": "Publish a policy."},
        }
    },
    "bimi": {
        "bimi.missing": {
            "pl": {"text": "{subject} nie ma logo"},
            "en": {"text": "{subject} has no logo"},
        }
    },
    "troubles": {
        "timeout": {"pl": "nie przyszła odpowiedź", "en": "no answer came"},
        "try-later": {"pl": "serwer prosi, by wrócić: {detail}", "en": "come back: {detail}"},
    },
}
OK, NOTICE, WARNING, ERROR = Severity
TARGET = Target(TargetKind.NAME, "firma.pl", "firma.pl")


@cache
def knowledge() -> Knowledge:
    known = load_knowledge()
    return replace(known, findings=build_findings(WORDS, known.languages))


def find(
    code: str, severity: Severity, subject: str = "firma.pl", reference: str = "", **params: str
) -> Finding:
    return Finding(code, severity, subject, params, reference)


def judged(probe: str, *findings: Finding, **changes: object) -> Judged:
    return Judged(probe, findings, **changes)  # type: ignore[arg-type]


def state(*outcomes: Outcome, **changes: object) -> ReportState:
    return ReportState(TARGET, outcomes, **changes)  # type: ignore[arg-type]


EXPIRED = tuple(
    find("smtp.expired", ERROR, f"mx{n}.firma.pl", "RFC 5280 section 4.1.2.5", day="2026-01-05")
    for n in (1, 2)
)
SOUND = (
    judged("mx", find("mx.sound", OK)),
    judged("spf", find("spf.sound", OK)),
    judged("dmarc", find("dmarc.reject", OK)),
    judged("smtp", *(find("smtp.sound", OK, f"mx{n}.firma.pl") for n in range(1, 10))),
)
TROUBLED = (
    judged("mx", find("mx.single", NOTICE)),
    judged("spf", find("spf.missing", WARNING, reference="RFC 7208 section 3"), age=42.0),
    judged("dmarc", find("dmarc.reject", OK)),
    judged(
        "smtp",
        *EXPIRED,
        find("smtp.sound", OK, "mx3.firma.pl"),
        gaps=(
            Gap("mx4.firma.pl:25", Trouble.TIMEOUT, "connect: 5 s"),
            Gap("mx5.firma.pl:25", Trouble.TIMEOUT, "connect: 5 s"),
            Gap("mx6.firma.pl:25", Trouble.TRY_LATER, "421 4.7.0 <b>busy</b>"),
        ),
    ),
    Crashed("ptr", "c0ffee00"),
)
PLAIN = (
    *SOUND,
    judged("mta-sts", find("mta-sts.missing", NOTICE, reference="RFC 8461 section 3.1")),
    judged("bimi", find("bimi.missing", OK)),
)
STATES = {
    "plain": state(*PLAIN, seconds=1.0),
    "sound": state(*SOUND, seconds=1.25),
    "troubled": state(*TROUBLED, seconds=3.5),
    "troubled-in-detail": state(*TROUBLED, seconds=3.5, detailed=True),
    "beginning": state(finished=False),
    "growing": state(*TROUBLED[3:4], working=("mx", "spf", "dmarc"), finished=False),
    "interrupted": state(*SOUND[:2], working=("dmarc", "smtp"), interrupted=True),
    "interrupted-at-once": state(working=("mx",), interrupted=True),
    "refused": state(Refused("mx"), Refused("smtp")),
    "hidden": state(
        Inconclusive("mx", (Gap("firma.pl", Trouble.TIMEOUT),)),
        Inconclusive("spf", (Gap("firma.pl", Trouble.TIMEOUT),)),
    ),
    "nowhere": state(judged("mx", find("mx.no-name", ERROR))),
    "takes-no-mail": state(judged("mx", find("mx.null", OK)), *SOUND[1:3]),
    "one-probe": state(judged("smtp", find("smtp.sound", OK, "mx1.firma.pl")), seconds=0.02),
}
LANGUAGES = WRITTEN
