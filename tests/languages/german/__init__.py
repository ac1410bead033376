"""German, laid over the shipped knowledge: a third language that is only partly there."""

from pathlib import Path

from bot.model.language import Language

GERMAN = Path(__file__).parent
DE = Language("de")
