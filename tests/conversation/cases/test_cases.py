"""From "I don't know" to a person and back: who asks sees what goes, who helps is heard."""

from pathlib import Path

import pytest

from bot.conversation.cases.case import Reach
from bot.conversation.curating.questions import SERVICE as LEARNING
from bot.conversation.groups.group import GroupSettings, QuietHours
from bot.conversation.ports import Incoming
from bot.model.language import Language
from tests.conversation.cases.cases_kit import (
    ANNA,
    BASIA,
    CELINA,
    FORUM,
    HOUR,
    OFFICE,
    PLAIN,
    buttons,
    room,
    said,
)


async def test_what_is_not_known_is_offered_to_people_and_shown_before_it_goes(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as here:
        answer = await here.says(ANNA, "nie wiem co to")
        assert "🙋 Zapytaj człowieka" in buttons(answer.said[0])
        shown = await here.says(ANNA, action="P|pl|ask")
        assert "Przekażę to ludziom:\n\nnie wiem co to" in said(shown)
        assert here.wire.sent == {}
        sent = await here.says(ANNA, action="P|pl|send")
        assert "Przekazałem ludziom, sprawa 1." in said(sent)
        await here.works()
        (card,) = here.wire.at(FORUM)
        assert card.text.startswith("Case 1: nie wiem co to\n• asked by")
        assert "asked by: Anna, in a private chat" in card.text
        assert "language: Polish" in card.text
        assert list(here.wire.topics.values()) == ["1. nie wiem co to"]


async def test_nothing_goes_when_its_asker_does_not_want_it(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.says(ANNA, "nie wiem co to")
        await here.says(ANNA, action="P|pl|ask")
        assert "niczego nie wysłałem" in said(await here.says(ANNA, action="P|pl|drop"))
        old = await here.says(ANNA, action="P|pl|send")
        assert old.toasts
        await here.works()
        assert here.wire.sent == {}


async def test_where_nobody_is_there_the_bot_says_so(tmp_path: Path) -> None:
    async with room(tmp_path, desk="") as here:
        answer = await here.says(ANNA, "nie wiem co to")
        assert "🙋 Zapytaj człowieka" not in buttons(answer.said[0])
        assert "Nie ma tu człowieka" in said(await here.says(ANNA, "konsultant"))
        assert "Nie ma tu człowieka" in said(await here.says(ANNA, "/human"))


@pytest.mark.parametrize(
    ("words", "language", "asks"),
    [
        ("Człowiek!", Language.PL, "Napisz w jednej wiadomości"),
        ("chcę rozmawiać z konsultantem", Language.PL, "Napisz w jednej wiadomości"),
        ("talk to a human", Language.EN, "Write in one message"),
        ("/human", Language.EN, "Write in one message"),
    ],
)
async def test_whoever_wants_a_person_is_asked_what_about(
    tmp_path: Path, words: str, language: Language, asks: str
) -> None:
    async with room(tmp_path) as here:
        here.matcher.language = language
        assert asks in said(await here.says(ANNA, words))
        # Even what the bot could answer: a person was asked for.
        shown = said(await here.says(ANNA, "imap czy pop3"))
        assert "imap czy pop3" in shown
        assert ("Przekażę to ludziom" in shown) or ("I will pass this on" in shown)


@pytest.mark.parametrize(
    "secret",
    [
        "moje hasło: Kotek12!",
        "anna@firma.pl Kotek12!",
        "Received: from a by b\nMessage-ID: <x@y>\nFrom: a@firma.pl\nTo: b@firma.pl",
    ],
)
async def test_a_password_or_a_head_goes_to_nobody(tmp_path: Path, secret: str) -> None:
    async with room(tmp_path) as here:
        await here.says(ANNA, "/human")
        await here.says(ANNA, secret)
        await here.says(ANNA, action="P|pl|ask")
        await here.says(ANNA, action="P|pl|send")
        await here.works()
        assert here.wire.sent == {}
        assert await here.store.cases.draft(ANNA) == ""


async def test_helpers_see_what_was_shown_and_what_is_known_in_their_language(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as here:
        await here.says(ANNA, "imap czy pop3")
        await here.says(ANNA, "sprawdź firma.pl")
        await here.says(ANNA, "gmail w thunderbirdzie")
        await here.asks("i nadal nic")
        (card,) = here.wire.at(FORUM)
        assert "shown so far: IMAP or POP3" in card.text
        (known,) = [each for each in card.text.splitlines() if "known: " in each]
        assert all(name in known for name in ("Gmail", "Thunderbird", "firma.pl"))
        assert "the check: " in card.text
        assert any("firma.pl" in label for label in buttons(card.document))


async def test_the_same_press_given_again_opens_one_case(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.says(ANNA, "nie wiem co to")
        await here.says(ANNA, action="P|pl|ask")
        first = said(await here.says(ANNA, action="P|pl|send", id="tg:900"))
        again = said(await here.says(ANNA, action="P|pl|send", id="tg:900"))
        assert first == again
        await here.works()
        assert len(here.wire.at(FORUM)) == 1


async def test_a_second_question_goes_to_the_case_that_is_open(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        await here.asks("a teraz jeszcze to")
        card, more = here.wire.at(FORUM)
        assert more.text == "💬 Anna, case 1\na teraz jeszcze to"
        assert more.thread == card.thread
        assert len(here.wire.topics) == 1


async def test_an_answer_goes_to_the_asker_and_their_reply_comes_back(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        assert await here.posts(BASIA, FORUM, "31", "Zrób tak.\nI tak.", thread=topic)
        await here.works()
        (answer,) = here.wire.at(ANNA)
        assert answer.text.startswith("👤 Odpowiada człowiek, sprawa 1\nZrób tak.\n\nI tak.")
        reply = here.wire.last(ANNA)
        assert await here.posts(ANNA, ANNA, "41", "Dziękuję, działa", replied=reply)
        await here.works()
        assert here.wire.at(FORUM)[-1].text == "💬 Anna, case 1\nDziękuję, działa"
        assert not await here.posts(ANNA, ANNA, "42", "Dziękuję", replied="")


async def test_what_helpers_say_to_each_other_stays_there(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        assert not await here.posts(CELINA, FORUM, "31", "kto to zna?", thread=topic, is_aside=True)
        noted = said(await here.says(BASIA, "/note dzwonił rano", FORUM, thread=topic))
        assert "Pytający jej nie zobaczy" in noted
        await here.works()
        assert here.wire.at(ANNA) == []
        assert "Basia: dzwonił rano" in said(await here.says(CELINA, "/cases 1", FORUM))


async def test_other_kinds_are_handed_on_as_they_are(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        await here.posts(BASIA, FORUM, "31", "tu klikasz", thread=topic, is_text=False)
        await here.works()
        (photo,) = here.wire.at(ANNA)
        assert photo.text == "[tg:-100 31]"
        await here.posts(BASIA, FORUM, "31", "nie, tu", thread=topic, is_text=False, is_edited=True)
        await here.works()
        assert here.wire.at(ANNA)[0].text == "nie, tu"


async def test_an_answer_that_is_edited_is_edited_where_it_arrived(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        await here.posts(BASIA, FORUM, "31", "port 578", thread=topic)
        await here.works()
        await here.posts(BASIA, FORUM, "31", "port 587", thread=topic, is_edited=True)
        await here.works()
        (answer,) = here.wire.at(ANNA)
        assert "port 587" in answer.text
        assert "port 578" not in answer.text


async def test_a_password_that_a_helper_types_goes_nowhere(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        await here.posts(BASIA, FORUM, "31", "hasło: Kotek12!", thread=topic)
        await here.works()
        assert here.wire.at(ANNA) == []
        assert "not passed it on" in here.wire.at(FORUM)[-1].text


async def test_without_topics_helpers_reply_to_the_case(tmp_path: Path) -> None:
    async with room(tmp_path, PLAIN) as here:
        await here.asks()
        card = here.wire.last(PLAIN)
        assert "Reply to this message" in here.wire.sent[card].text
        assert not await here.posts(BASIA, PLAIN, "31", "o czym innym")
        assert await here.posts(BASIA, PLAIN, "32", "Zrób tak", replied=card)
        await here.works()
        assert "Zrób tak" in here.wire.at(ANNA)[0].text
        await here.posts(ANNA, ANNA, "41", "nie działa", replied=here.wire.last(ANNA))
        await here.works()
        assert here.wire.at(PLAIN)[-1].under == card
        # The asker's words can be replied to as well.
        assert await here.posts(BASIA, PLAIN, "33", "a teraz?", replied=here.wire.last(PLAIN))


async def test_in_a_group_the_answer_goes_under_the_question(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks(chat=OFFICE)
        assert "asked by: Anna, in a group" in here.wire.at(FORUM)[0].text
        topic = here.wire.at(FORUM)[0].thread
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        (answer,) = here.wire.at(OFFICE)
        assert answer.under == "77"
        reply = here.wire.last(OFFICE)
        assert not await here.posts(CELINA, OFFICE, "51", "ja też", replied=reply)
        assert await here.posts(ANNA, OFFICE, "52", "dzięki", replied=reply)


async def test_a_topic_of_the_knowledge_goes_in_the_askers_language(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        here.matcher.language = Language.EN
        done = await here.says(BASIA, "/answer imap or pop3", FORUM, thread=topic)
        assert "Case 1: sent “IMAP or POP3" in said(done)
        await here.works()
        (answer,) = here.wire.at(ANNA)
        assert "Odpowiada człowiek" in answer.text
        assert "serwerze" in answer.text
        assert answer.document is not None
        assert answer.document.language == Language.PL


async def test_an_answer_that_may_be_one_of_several_is_chosen_by_its_helper(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        asked = await here.says(BASIA, "/answer hasło", FORUM, thread=topic)
        assert "Którą odpowiedź wysłać?" in said(asked)
        choice = asked.said[0].choices[0][0]
        await here.says(BASIA, chat=FORUM, action=choice.action, thread=topic)
        await here.works()
        assert "IMAP" in here.wire.at(ANNA)[0].text
        none = await here.says(BASIA, "/answer xyzzy", FORUM, thread=topic)
        assert "Takiej odpowiedzi nie mam" in said(none)


async def test_closing_tells_the_asker_whose_reply_opens_it_again(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        assert "Sprawa 1 zamknięta" in said(await here.says(BASIA, "/close", FORUM, thread=topic))
        again = said(await here.says(BASIA, "/close", FORUM, thread=topic))
        assert "jest już zamknięta" in again
        await here.works()
        (told,) = here.wire.at(ANNA)
        assert "Sprawa 1 jest zamknięta" in told.text
        assert "Nie ma otwartych spraw" in said(await here.says(BASIA, "/cases", FORUM))
        await here.posts(ANNA, ANNA, "41", "wróciło", replied=here.wire.last(ANNA))
        await here.works()
        assert "wróciło" in here.wire.at(FORUM)[-1].text
        assert "1 otwarta sprawa" in said(await here.says(BASIA, "/cases", FORUM))
        await here.says(BASIA, "/close 1", FORUM)
        assert "znowu otwarta" in said(await here.says(BASIA, "/reopen 1", FORUM))


async def test_a_closed_case_can_become_a_topic_where_somebody_answered_in_words(
    tmp_path: Path,
) -> None:
    async with room(tmp_path, services=(LEARNING,)) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        closed = await here.says(BASIA, "/close", FORUM, thread=topic)
        assert len(buttons(closed.said[0])) == 1
        await here.says(BASIA, "/reopen", FORUM, thread=topic)
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=topic)
        closed = await here.says(BASIA, "/close", FORUM, thread=topic)
        assert closed.said[0].choices[0][1].action == "L|pl|c|1"


async def test_what_the_asker_changes_is_changed_at_the_helpers(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        await here.posts(ANNA, ANNA, "41", "port 578", replied=here.wire.last(ANNA))
        await here.works()
        await here.posts(ANNA, ANNA, "41", "port 587", is_edited=True)
        await here.works()
        assert here.wire.at(FORUM)[-1].text == "💬 Anna, case 1\nport 587"
        assert not await here.posts(ANNA, ANNA, "99", "co innego", is_edited=True)


async def test_a_case_is_taken_or_given_to_somebody_who_is_there(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        taken = said(await here.says(BASIA, "/assign me", FORUM, thread=topic))
        assert "Sprawę 1 bierze Basia" in taken
        assert "wzięta przez: Basia" in said(await here.says(CELINA, "/cases", FORUM))
        await here.posts(CELINA, FORUM, "31", "jestem", thread=topic, username="Celina_K")
        given = said(await here.says(BASIA, "/assign @celina_k", FORUM, thread=topic))
        assert "Sprawę 1 bierze Celina" in given
        unknown = said(await here.says(BASIA, "/assign @nikt", FORUM, thread=topic))
        assert "Nie znam tu @nikt" in unknown
        here.wire.members.remove((FORUM, CELINA))
        gone = said(await here.says(BASIA, "/assign @celina_k", FORUM, thread=topic))
        assert "Celina nie ma już w tym czacie" in gone


async def test_who_left_the_helpers_helps_no_more(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        here.wire.members.remove((FORUM, CELINA))
        assert not await here.posts(CELINA, FORUM, "31", "Zrób tak", thread=topic)
        refused = said(await here.says(CELINA, "/close", FORUM, thread=topic))
        assert "dla osób, które tu pomagają" in refused
        assert "dla osób" in said(await here.says(ANNA, "/close 1", OFFICE))


async def test_a_case_is_touched_only_where_it_is(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        await here.says(BASIA, "/desk", OFFICE)
        assert "Sprawy 1 tutaj nie ma" in said(await here.says(BASIA, "/close 1", OFFICE))


async def test_a_blocked_bot_is_told_to_helpers_once(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        here.wire.gone.add(ANNA)
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        await here.works()
        told = [each.text for each in here.wire.at(FORUM) if "cannot be delivered" in each.text]
        assert len(told) == 1


async def test_a_message_that_is_gone_is_told_and_stops_nothing(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        here.wire.refuses = True
        await here.posts(BASIA, FORUM, "31", thread=topic, is_text=False)
        await here.posts(BASIA, FORUM, "32", "Zrób tak", thread=topic)
        await here.works()
        assert "could not be passed on" in here.wire.at(FORUM)[-1].text
        assert "Zrób tak" in here.wire.at(ANNA)[0].text


async def test_a_deleted_topic_is_opened_anew_with_its_card(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        old = here.wire.at(FORUM)[0].thread
        del here.wire.topics[old]
        await here.asks("jeszcze jedno")
        card, more = here.wire.at(FORUM)[1:]
        assert card.thread == more.thread != old
        assert card.text.startswith("Case 1")
        assert "jeszcze jedno" in more.text
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=card.thread)
        await here.works()
        assert len(here.wire.at(ANNA)) == 1


async def test_a_helpers_chat_that_is_gone_loses_no_case(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        here.wire.gone.add(FORUM)
        await here.asks()
        assert here.wire.at(FORUM) == []
        here.wire.gone.clear()
        here.clock.passes(2 * HOUR)
        await here.works()
        assert "Case 1" in here.wire.at(FORUM)[0].text


async def test_what_waits_is_reminded_of_once_in_an_interval_until_it_is_answered(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as here:
        await here.asks()
        topic = here.wire.at(FORUM)[0].thread
        await here.says(BASIA, "/assign me", FORUM, thread=topic)
        here.clock.passes(HOUR + 1)
        await here.works()
        await here.works()
        _card, reminder = here.wire.at(FORUM)
        assert "Case 1 has been waiting for an answer for 1 h" in reminder.text
        assert "Taken by: Basia" in reminder.text
        # A night without the bot is made up once.
        here.clock.passes(10 * HOUR)
        await here.works()
        assert len(here.wire.at(FORUM)) == 3
        await here.posts(BASIA, FORUM, "31", "Zrób tak", thread=topic)
        await here.works()
        here.clock.passes(10 * HOUR)
        await here.works()
        assert len(here.wire.at(FORUM)) == 3


async def test_nobody_is_reminded_in_quiet_hours(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        always = GroupSettings(quiet=QuietHours(0, 24 * 60))
        await here.store.groups.save(FORUM, always)
        await here.asks()
        here.clock.passes(HOUR + 1)
        await here.works()
        assert len(here.wire.at(FORUM)) == 1
        await here.store.groups.save(FORUM, GroupSettings())
        here.clock.passes(HOUR)
        await here.works()
        assert len(here.wire.at(FORUM)) == 2


async def test_an_administrator_sets_a_desk_for_their_own_group_an_operator_for_all(
    tmp_path: Path,
) -> None:
    async with room(tmp_path, desk="", operators=(BASIA,)) as here:
        here.wire.administrators |= {(PLAIN, BASIA), (OFFICE, CELINA)}
        assert "tylko dla administratorów" in said(await here.says(ANNA, "/desk", OFFICE))
        own = said(await here.says(CELINA, "/desk", OFFICE))
        assert "Sprawy osób z tej grupy" in own
        assert "Nie ma tu człowieka" in said(await here.says(ANNA, "człowiek"))
        assert "ze wszystkich rozmów" in said(await here.says(BASIA, "/desk", PLAIN))
        assert "Napisz w jednej" in said(await here.says(ANNA, "człowiek"))
        assert "Nowe sprawy nie będą" in said(await here.says(BASIA, "/desk off", PLAIN))
        assert "nie trafiają" in said(await here.says(BASIA, "/desk off", PLAIN))


async def test_a_group_that_helps_itself_tells_helpers_from_askers(tmp_path: Path) -> None:
    async with room(tmp_path, OFFICE, Reach.OWN) as here:
        await here.store.groups.save(OFFICE, GroupSettings(helpers=(CELINA,)))
        here.wire.members.add((OFFICE, CELINA))
        await here.asks(chat=OFFICE)
        card = here.wire.last(OFFICE)
        assert here.wire.sent[card].under == "77"
        assert not await here.posts("tg:44", OFFICE, "31", "ja nie wiem", replied=card)
        assert await here.posts(CELINA, OFFICE, "32", "Zrób tak", replied=card)
        await here.works()
        assert "Zrób tak" in here.wire.at(OFFICE)[-1].text
        assert "dla osób" in said(await here.says(ANNA, "/close 1", OFFICE))


async def test_open_cases_are_listed_a_page_at_a_time(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        for number in range(10):
            await here.asks(f"pytanie {number}", person=f"tg:{100 + number}")
        here.clock.passes(3 * HOUR)
        first = await here.says(BASIA, "/cases", FORUM)
        assert "10 otwartych spraw" in said(first)
        assert "1 · 3 godz. · ktoś · polski · pytanie 0" in said(first)
        assert "pytanie 9" not in said(first)
        turned = first.said[0].choices[1][2]
        second = await here.says(BASIA, chat=FORUM, action=turned.action)
        assert "pytanie 9" in said(second)
        assert second.replaced


async def test_who_is_forgotten_leaves_no_word_at_the_helpers(tmp_path: Path) -> None:
    async with room(tmp_path, services=("archive",)) as here:
        await here.asks()
        topic = next(iter(here.wire.topics))
        card = here.wire.last(FORUM)
        assert await here.posts(BASIA, FORUM, "31", "A jaki program?", thread=topic)
        await here.works()
        answer = here.wire.last(ANNA)
        assert await here.posts(ANNA, ANNA, "41", "Thunderbird u mnie", replied=answer)
        assert await here.posts(ANNA, ANNA, "42", is_text=False, replied=answer)
        await here.works()
        copy = here.wire.last(FORUM)
        await here.says(ANNA, "/forget")
        await here.works()
        assert copy not in here.wire.sent
        assert here.wire.topics[topic] == "Case 1: removed"
        texts = [each.text for each in here.wire.at(FORUM)]
        assert texts[:2] == ["🗑 Removed at this person's wish."] * 2
        assert "reach nobody" in texts[-1]
        assert not any("Thunderbird" in text or "nie wiem" in text for text in texts)
        assert here.wire.sent[card].text == texts[0]
        # What helpers write there now is theirs alone.
        assert not await here.posts(BASIA, FORUM, "32", "Halo?", thread=topic)


async def test_what_is_said_to_go_along_is_what_goes(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.says(ANNA, "nie wiem co to")
        shown = said(await here.says(ANNA, action="P|pl|ask"))
        assert "Dołączę: Twoje imię z Telegrama." in shown
        await here.says(ANNA, "/check firma.pl")
        shown = said(await here.says(ANNA, "/human nie działa mi to"))
        assert "wynik sprawdzenia domeny firma.pl" in shown


async def test_in_the_desk_of_a_domain_that_domain_goes_along(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        await here.store.groups.save(OFFICE, GroupSettings(domain="firma.pl"))
        await here.says(ANNA, "/check", OFFICE)
        shown = said(await here.says(ANNA, "/human nie działa mi to", OFFICE))
        assert "wynik sprawdzenia domeny firma.pl" in shown
        await here.says(ANNA, chat=OFFICE, action="P|pl|send")
        case = await here.store.cases.open_of(ANNA, OFFICE)
        assert case is not None
        assert case.facts.domain == "firma.pl"
        # The group may be another's desk tomorrow.
        session = await here.store.sessions.load(Incoming(f"{OFFICE}:{ANNA}"))
        assert session.domain == ""


async def test_a_helpers_command_in_private_says_where_it_works(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        assert "w którym ludzie odpowiadają" in said(await here.says(ANNA, "/close zaraz"))
