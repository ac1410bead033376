"""Text as people type it, brought to one form: folded, without noise, cut into words."""

import re
import unicodedata

LONGEST = 1_200  # characters looked at; a question is in its first lines
# Letters that Unicode does not take apart into a base and a mark, and signs with many shapes.
STROKED = str.maketrans("łøđßıœæ’‘`´“”„«»–—−", "lodsioa''''" + '"' * 5 + "---")
REPEATED = re.compile(r"([a-z])\1{2,}")
LETTERS = re.compile(r"[a-z0-9]+")
MARKS = re.compile("[\u0300-\u036f]")
WORD = re.compile(r"\d+(?:\.\d+)+|[a-z0-9]+")
CLAUSE = re.compile(r"[.,;:!?\n()]+(?:\s|$)|\n|\s-+\s|\b(?:ale|lecz|jednak|but|however|though)\b")
SENTENCE = re.compile(r"[.!?…]+(?=\s|$)|\n+")
MOST_SENTENCES = 6  # the last one takes what is left
JOINED = re.compile(r"(?<=\be)-(?=mail)|(?<=[a-z])'(?=[a-z])")


def fold(text: str) -> str:
    """Lower case without diacritics, "helpppp" as "help", "e-mail" as "email"."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(STROKED)
    text = MARKS.sub("", unicodedata.normalize("NFD", text))[: 2 * LONGEST]
    if REPEATED.search(text):
        text = LETTERS.sub(_once, text)
    return JOINED.sub("", text)


def _once(word: re.Match[str]) -> str:
    """A word without its repeats; codes ("0x800ccc0e") and numbers stay."""
    return REPEATED.sub(r"\1", word[0]) if word[0].isalpha() else word[0]


def words(folded: str) -> list[str]:
    """The words of a folded text; a dotted number ("5.7.8") is one word."""
    return WORD.findall(folded)


def clauses(folded: str) -> list[list[str]]:
    """The words of each clause: what a "not" or a "but" reaches."""
    found = (words(part) for part in CLAUSE.split(folded))
    return [clause for clause in found if clause]


def sentences(text: str) -> list[str]:
    """The sentences of a longer message; none where there is only one."""
    parts = (part.strip() for part in SENTENCE.split(text[:LONGEST]))
    found = list(dict.fromkeys(part for part in parts if part))
    first, rest = found[: MOST_SENTENCES - 1], found[MOST_SENTENCES - 1 :]
    found = [*first, ". ".join(rest)] if rest else first
    return found if len(found) > 1 else []
