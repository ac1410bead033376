"""The prompt of the chat: history that keeps no password, completion from the table of commands."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_state_path
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document as Buffer
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.conversation.commands import commands_for
from bot.conversation.secret import has_secret
from bot.knowledge.phrases import Phrases
from bot.model.language import Language

PROMPT = FormattedText([("bold", "› ")])


class PromptedLines:
    """Lines typed at a terminal."""

    def __init__(self, phrases: Phrases, language: Language) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=open_history(),
            completer=CommandCompleter(phrases, language),
            auto_suggest=AutoSuggestFromHistory(),
            complete_while_typing=True,
        )

    async def read(self) -> str | None:
        """The next line; None when the person leaves. Ctrl-C only clears the line."""
        while True:
            try:
                return await self._session.prompt_async(PROMPT)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None


class CommandCompleter(Completer):
    """Offers the commands that begin like what is typed."""

    def __init__(self, phrases: Phrases, language: Language) -> None:
        self._helps = {
            f"/{command.name}": phrases.say(f"commands.{command.name}.help", language)
            for command in commands_for(is_private=True)
        }

    def get_completions(self, document: Buffer, event: CompleteEvent) -> Iterable[Completion]:
        """The commands for a line that begins with a slash."""
        typed = document.text_before_cursor
        if not typed.startswith("/"):
            return
        for command, words in self._helps.items():
            if command.startswith(typed) and command != typed:
                yield Completion(command, start_position=-len(typed), display_meta=words)


class DiscreetHistory(FileHistory):
    """A history that never holds a line with a password."""

    def append_string(self, string: str) -> None:
        """Keep the line, in memory and on disk, unless it gives a secret away."""
        if not has_secret(string):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """A full disk or a lost folder costs the history, and not the chat."""
        with contextlib.suppress(OSError):
            super().store_string(string)


def open_history(folder: Path | None = None) -> History:
    """The history in the user's own state folder; where there is none, one that is not kept."""
    folder = folder or user_state_path("listonosz")
    file = folder / "history"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return DiscreetHistory(str(file))
