"""The buttons under a report."""

from bot.conversation.action import Verb, look_action
from bot.conversation.replies import Rows, other_language
from bot.conversation.step import View
from bot.knowledge.phrases import Phrases
from bot.model.check import CheckRequest, Refused, Report
from bot.model.document import Choice

PAGE = "1"


def below_report(phrases: Phrases, request: CheckRequest, report: Report, view: View) -> Rows:
    """Details or summary, a fresh look, and the other language."""
    if all(isinstance(outcome, Refused) for outcome in report.outcomes):
        return ()
    language, probes, target = view.language, request.probes, request.target.name
    here = _verb(view)
    there: Verb = "report" if view.detailed else "details"
    switched = look_action(here, other_language(language), probes, target, request.beside)
    turned = look_action(there, language, probes, target, request.beside)
    again = look_action("fresh", language, probes, target, request.beside)
    return (
        (
            Choice(
                phrases.say(
                    f"answers.button.{'summary' if view.detailed else 'details'}", language
                ),
                f"{turned}{PAGE}",
            ),
            Choice(phrases.say("answers.button.again", language), str(again)),
            Choice(phrases.say("answers.button.language", language), f"{switched}{PAGE}"),
        ),
    )


def page_action(request: CheckRequest, view: View) -> str:
    """What a button for another page begins with; the page's number follows."""
    target, beside = request.target.name, request.beside
    return str(look_action(_verb(view), view.language, request.probes, target, beside))


def _verb(view: View) -> Verb:
    return "details" if view.detailed else "report"
