"""From the plain values of sound files to the providers that they describe."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.provider import (
    USERNAMES,
    Access,
    AppPassword,
    Auth,
    Limit,
    LimitKind,
    MailServer,
    Provider,
    ProviderKind,
    Security,
    SwitchOn,
)
from bot.knowledge.providers import Providers
from bot.knowledge.source import build_sources
from bot.knowledge.spoken import Paragraphs, Spoken, spoken, spoken_lists


def build_providers(files: Mapping[str, Any]) -> Providers:
    """The providers of sound files."""
    return Providers(tuple(_build(name, plain) for name, plain in files.items()))


def _build(provider_id: str, plain: Mapping[str, Any]) -> Provider:
    note, page = plain.get("note", {}), plain.get("help", ())
    return Provider(
        id=provider_id,
        name=plain["name"],
        country=plain["country"],
        kind=ProviderKind(plain["kind"]),
        domains=tuple(plain.get("domains", ())),
        mx=tuple(plain.get("mx", ())),
        spf=tuple(plain.get("spf", ())),
        servers=tuple(_server(entry, plain) for entry in plain.get("servers", ())),
        username=plain.get("username", ""),
        auth=_auth(plain.get("auth", ())),
        access=Access(plain["access"]) if "access" in plain else None,
        note=spoken(note),
        pages=(page,) if isinstance(page, str) else tuple(page),
        sources=build_sources(plain["sources"]),
        switch_on=tuple(
            SwitchOn(tuple(entry["protocols"]), _steps(entry), entry.get("page", ""))
            for entry in plain.get("switch_on", ())
        ),
        app_password=_app_password(plain.get("app_password")),
        limits=tuple(
            Limit(LimitKind(entry["kind"]), int(entry["most"]), entry["source"])
            for entry in plain.get("limits", ())
        ),
    )


def _server(entry: Mapping[str, Any], plain: Mapping[str, Any]) -> MailServer:
    username = entry.get("username", plain.get("username", ""))
    return MailServer(
        entry["protocol"],
        entry["host"],
        int(entry["port"]),
        Security(entry["security"]),
        _auth(entry.get("auth", plain.get("auth", ()))),
        USERNAMES.get(username, username),
    )


def _app_password(plain: Mapping[str, Any] | None) -> AppPassword | None:
    return None if plain is None else AppPassword(_steps(plain), plain.get("page", ""))


def _auth(texts: Any) -> tuple[Auth, ...]:
    return tuple(Auth(text) for text in texts)


def _steps(plain: Mapping[str, Any]) -> Paragraphs:
    """Numbered, as the steps of a topic are written."""
    return Spoken(
        (language, tuple(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
        for language, steps in spoken_lists(plain).items()
    )
