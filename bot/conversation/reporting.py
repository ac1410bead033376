"""The buttons under a report."""

from bot.conversation.action import Action, Verb, look_action
from bot.conversation.replies import Rows
from bot.conversation.step import View
from bot.knowledge.phrases import Phrases
from bot.model.check import CheckRequest, Refused, Report, TargetKind
from bot.model.document import Choice

PAGE = "1"


def below_report(phrases: Phrases, request: CheckRequest, report: Report, view: View) -> Rows:
    """Details or summary, a fresh look, the other language; and the settings of its mailboxes."""
    if all(isinstance(outcome, Refused) for outcome in report.outcomes):
        return ()
    language, probes, target = view.language, request.probes, request.target.name
    here = _verb(view)
    there: Verb = "report" if view.detailed else "details"
    other = phrases.languages.after(language)
    switched = look_action(here, other, probes, target, request.beside)
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
            Choice(phrases.languages[other].switch, f"{switched}{PAGE}"),
        ),
        *_settings(phrases, request, view),
    )


def _settings(phrases: Phrases, request: CheckRequest, view: View) -> Rows:
    """The way from a look at the whole domain to what its users type into their programs."""
    action = Action("settings", view.language, (request.target.name,))
    if request.probes or request.target.kind is not TargetKind.NAME or not action.fits:
        return ()
    return ((Choice(phrases.say("mailbox.button.settings", view.language), str(action)),),)


def page_action(request: CheckRequest, view: View) -> str:
    """What a button for another page begins with; the page's number follows."""
    target, beside = request.target.name, request.beside
    return str(look_action(_verb(view), view.language, request.probes, target, beside))


def _verb(view: View) -> Verb:
    return "details" if view.detailed else "report"
