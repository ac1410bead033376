"""The buttons under a message, as strict as the Bot API, and stricter about links to the bot."""

import re

from tests.doubles.botapi_chats import Json
from tests.doubles.botapi_errors import bad

KINDS = {"callback_data", "url", "copy_text", "switch_inline_query"}
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # core.telegram.org/bots/features#deep-linking
START = re.compile(r"https://t\.me/(?P<name>\w+)\?start(?:group)?=(?P<payload>.*)")


def check_button(button: Json, username: str) -> None:
    """A 400 for what Telegram refuses. A link with a wrong payload opens the chat and no more."""
    if not button.get("text", "").strip():
        raise bad("inline keyboard button text must be non-empty")
    if len(button.keys() & KINDS) != 1:
        raise bad("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    link = START.fullmatch(button.get("url", ""))
    if link and link["name"] == username and not PAYLOAD.fullmatch(link["payload"]):
        raise bad("START_PARAM_INVALID")
