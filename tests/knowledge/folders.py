"""Knowledge folders as tests want them: sound, but for what a test writes over."""

from pathlib import Path

SOUND_TOPIC = """\
area: protocols
title:
  pl: Co to jest POP3
  en: What POP3 is
label:
  pl: Co to jest POP3
  en: What POP3 is
asked:
  pl: [co to jest pop3, wyjaśnij pop3, czym jest pop, do czego służy pop3, pop3 co to, skrót pop,
       jak działa pop3, na czym polega pop, po co jest pop3, o co chodzi z pop3]
  en: [what is pop3, explain pop3, what does pop mean, purpose of pop3, pop3 meaning, pop acronym,
       how does pop3 work, tell me about pop, why is there pop3, pop3 in a nutshell]
answer:
  pl: [Protokół pobierania poczty.]
  en: [A protocol to fetch mail.]
sources:
  - {name: RFC 1939, read: 2026-11-23}
reviewed: 2026-11-23
"""


def knowledge_folder(root: Path, files: dict[str, str] | None = None) -> Path:
    """A folder with one sound topic, and these files in it or over it."""
    for name, text in {"topics/what-is-pop3.yaml": SOUND_TOPIC, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
