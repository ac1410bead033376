"""What Telegram's refusals mean: it says so in words, and not in numbers."""

from telegram.error import TelegramError

UNCHANGED = "message is not modified"
# Refusals that no other text and no waiting would change.
GONE = (
    "chat not found",
    "chat_write_forbidden",
    "chat_restricted",
    "have no rights",
    "not enough rights",
    "peer_id_invalid",
    "topic_closed",
    "topic_deleted",
    "chat_send_plain_forbidden",
    "bot is not a member",
    "thread not found",
)
LOST = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "no text in the message to edit",  # it is a file
)
DELETED = "message to delete not found"
# Said in spite of `allow_sending_without_reply` where the reply would go to another topic.
UNREPLIED = ("message to be replied not found", "replied message not found")


class GoneError(Exception):
    """Nothing can be said in this chat any more."""


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit would have changed nothing."""
    return UNCHANGED in error.message.lower()


def is_gone(error: TelegramError) -> bool:
    """Whether nothing can be said there, whatever it were."""
    return any(gone in error.message.lower() for gone in GONE)


def is_lost(error: TelegramError) -> bool:
    """Whether a message cannot be edited, and a new one is needed."""
    return any(lost in error.message.lower() for lost in LOST)


def is_reply_lost(error: TelegramError) -> bool:
    """Whether the message that ours answers is gone."""
    return any(lost in error.message.lower() for lost in UNREPLIED)


def is_deleted(error: TelegramError) -> bool:
    """Whether somebody has taken the message away before us."""
    return DELETED in error.message.lower()
