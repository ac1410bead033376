"""/compare: two targets side by side; what was typed, the buttons, and what bad input gets."""

from bot.conversation.action import ALL, LONGEST, PAGE_ROOM, PLACE, Action
from bot.conversation.looking import refuse, target_sentence
from bot.conversation.mind import Context
from bot.conversation.replies import Rows, cancel_row, plain
from bot.conversation.reporting import PAGE
from bot.conversation.step import Ask, Compare, Turn, View
from bot.formats.errors import FormatError
from bot.formats.target import parse_target, parse_targets, spot_targets
from bot.knowledge.phrases import Phrases
from bot.model.check import CheckRequest, Target
from bot.model.document import Choice
from bot.model.language import Language

TWO = 2
# Reasons of our own, beside those of a single target.
ONE_ONLY, SAME, MANY = "one-only", "same", "many"
MISCOUNTED = frozenset({ONE_ONLY, SAME, MANY})

Pair = tuple[CheckRequest, CheckRequest]


def compare(context: Context, text: str) -> Turn:
    """Check both at once and show them side by side."""
    if not text.strip():
        document = plain(context.say("comparison.ask"), cancel_row(context))
        return context.turn(Ask(document), awaiting="compare")
    try:
        pair = parse_pair(text)
    except FormatError as error:
        phrases = context.mind.knowledge.phrases
        sentence = pair_sentence(phrases, context.language, error, "/compare")
        return refuse(context, sentence, "compare")
    step = Compare(pair, View(context.language))
    return context.turn(step, domain=pair[-1].target.name, asked=(), unclear=0)


def parse_pair(text: str) -> Pair:
    """Exactly two targets; FormatError says what is wrong, or which number of them there was."""
    try:
        targets = parse_targets(text)
    except FormatError as error:
        if error.reason == "too-many":
            raise FormatError(MANY, error.text) from None
        raise
    if len(targets) > TWO:
        raise FormatError(MANY, str(len(targets)))
    if len(targets) < TWO:
        raise FormatError(SAME if _is_said_twice(text) else ONE_ONLY, targets[0].shown)
    return CheckRequest(targets[0]), CheckRequest(targets[1])


def _is_said_twice(text: str) -> bool:
    said = 0
    for piece in text.replace(",", " ").replace(";", " ").split():
        try:
            parse_target(piece)
        except FormatError:
            continue
        said += 1
    return said > 1


def pair_sentence(phrases: Phrases, language: Language, error: FormatError, command: str) -> str:
    """One clear sentence on what is wrong with a pair of targets."""
    if error.reason not in MISCOUNTED:
        return target_sentence(phrases, language, error, command)
    key = f"comparison.{error.reason}"
    return phrases.say(key, language, one=error.text, count=error.text, command=command)


def press_compare(context: Context, action: Action) -> Turn | None:
    """A button under a comparison; None when its arguments are not ours."""
    names, *page = action.args or ("",)
    if len(page) > 1 or (page and not page[0].isdecimal()):
        return None
    targets = _targets(names, context.incoming.shown)
    if len(targets) != TWO:
        return None
    is_fresh = not page
    pair = (CheckRequest(targets[0], fresh=is_fresh), CheckRequest(targets[1], fresh=is_fresh))
    view = View(action.language, page=max(1, int(page[0])) if page else 1)
    return context.turn(Compare(pair, view, again=not is_fresh), domain=targets[1].name)


def _targets(names: str, shown: str) -> tuple[Target, ...]:
    """The two that a button names, or that stand first in the message above it."""
    if names == PLACE:
        return spot_targets(shown)[:TWO]
    try:
        return parse_targets(names)
    except FormatError:
        return ()


def below_comparison(phrases: Phrases, pair: Pair, view: View) -> Rows:
    """The whole report of each, a fresh look, and the other language."""
    language = view.language
    again = _action(pair, language, is_paged=False)
    other = phrases.languages.after(language)
    switched = _action(pair, other, is_paged=True)
    wholes = ((request, _whole(request, language)) for request in pair)
    return (
        *(
            (
                Choice(
                    phrases.say("comparison.button", language, target=_short(request)), str(action)
                ),
            )
            for request, action in wholes
            if action.fits
        ),
        (
            Choice(phrases.say("answers.button.again", language), str(again)),
            Choice(phrases.languages[other].switch, f"{switched}{PAGE}"),
        ),
    )


def comparison_pages(pair: Pair, view: View) -> str:
    """What a button for another page begins with; the page's number follows."""
    return str(_action(pair, view.language, is_paged=True))


def _whole(request: CheckRequest, language: Language) -> Action:
    return Action("check", language, (ALL, request.target.name))


def _action(pair: Pair, language: Language, *, is_paged: bool) -> Action:
    page = ("",) if is_paged else ()
    names = " ".join(request.target.name for request in pair)
    action = Action("compare", language, (names, *page))
    if len(str(action)) > LONGEST - PAGE_ROOM:
        action = Action("compare", language, (PLACE, *page))
    return action


def _short(request: CheckRequest, most: int = 32) -> str:
    shown = request.target.shown
    return shown if len(shown) <= most else shown[: most - 1] + "…"
