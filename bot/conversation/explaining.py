"""Why a question was understood as it was: the words that spoke, the margin, the runner-up."""

from bot.conversation.mind import Context
from bot.conversation.replies import cancel_row, plain
from bot.conversation.session import Reason
from bot.conversation.step import Ask, Say, Turn
from bot.faq.match import Ambiguous, Explanation, Matched, Question
from bot.knowledge.code import Code
from bot.knowledge.knowledge import Knowledge
from bot.model.document import Bullets, Document, Line, Paragraph, line
from bot.model.language import Language

MOST_WORDS = 6
MOST_CANDIDATES = 3


def why(context: Context, text: str) -> Turn:
    """`/why QUESTION`: how it would be understood; without one, the last answer is explained."""
    if not text.strip() and (reason := context.session.reason):
        return context.turn(Say(reason_document(context, reason)))
    if not text.strip():
        document = plain(context.say("answers.explain.ask"), cancel_row(context))
        return context.turn(Ask(document), awaiting="why")
    question = Question(text, dict(context.session.slots))
    explanation = context.mind.matcher.explain(question)
    code = context.mind.code(text)
    document = explanation_document(explanation, context.mind.knowledge, context.language, code)
    return context.turn(Say(document))


def reason_of(context: Context, text: str, match: Matched, code: Code | None = None) -> Reason:
    """What is kept of why a question was answered so: nothing that only this person said."""
    if code:
        return Reason(match.topic, round(match.score * 100), (code.name,))
    spoke = context.mind.matcher.spoke(text, match.topic)
    other = match.runner_up
    return Reason(
        match.topic,
        round(match.score * 100),
        tuple(each.words for each in spoke[:MOST_WORDS]),
        other.topic if other else "",
        round(other.score * 100) if other else 0,
    )


def reason_document(context: Context, reason: Reason) -> Document:
    """Why the last answer was given."""
    topics = context.mind.knowledge.topics

    def label(name: str) -> str:
        return topics[name].label[context.language]

    facts = []
    if reason.topic in topics:
        title = label(reason.topic)
        facts.append(context.say("answers.explain.was-sure", title=title, sure=reason.sure))
    if reason.words:
        facts.append(context.say("answers.explain.words", words=", ".join(reason.words)))
    if reason.runner_up in topics:
        title = label(reason.runner_up)
        facts.append(context.say("answers.explain.second", title=title, share=reason.share))
    verdict = Paragraph(line(context.say("answers.explain.last")))
    return Document((verdict, Bullets(tuple(line(fact) for fact in facts))))


def explanation_document(
    explanation: Explanation, knowledge: Knowledge, language: Language, code: Code | None = None
) -> Document:
    """An explanation in words and figures; a code in the question decides before any of them."""

    def say(key: str, **params: object) -> str:
        return knowledge.phrases.say(f"answers.explain.{key}", language, **params)

    def title(name: str) -> str:
        return knowledge.topics[name].label[language]

    def percent(share: float) -> int:
        return round(share * 100)

    match explanation.match:
        case _ if code:
            verdict = say("code", code=code.name, title=title(code.topic))
        case Matched(topic):
            verdict = say("answered", title=title(topic))
        case Ambiguous(options):
            verdict = say("asked", titles=", ".join(title(name) for name in options))
        case _:
            verdict = say("unknown")
    facts: list[Line] = [
        line(say("nearest", title=title(each.topic), share=percent(each.score)))
        for each in explanation.candidates[:MOST_CANDIDATES]
    ]
    facts.append(
        line(
            say(
                "sure",
                sure=percent(explanation.confidence),
                area=percent(explanation.area),
                among=percent(explanation.among),
                threshold=percent(explanation.threshold),
                margin=percent(explanation.margin),
            )
        )
    )
    spoke = ", ".join(f"{each.words} {each.weight:+.2f}" for each in explanation.spoke[:MOST_WORDS])
    if spoke:
        facts.append(line(say("words", words=spoke)))
    if explanation.second:
        heard = ", ".join(
            f"{title(each.topic)} {percent(each.score)}%" for each in explanation.second
        )
        facts.append(line(say("encoder", titles=heard)))
    facts.extend(line(say("phrasing", phrasing=each)) for each in explanation.phrasings)
    return Document((Paragraph(line(verdict)), Bullets(tuple(facts))))
