"""Reads the knowledge folder into frozen values, and refuses bad files."""

from bot.knowledge.fault import Fault, KnowledgeError
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge
from bot.knowledge.phrases import Worded

__all__ = ["Fault", "Knowledge", "KnowledgeError", "Worded", "load_knowledge"]
