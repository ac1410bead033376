"""The radar from the first question to the word that it is over, as people and helpers see it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.cases.case import Reach
from bot.conversation.outages.burst import HOUR
from bot.conversation.outages.course import LOOK_EVERY, LOOKS_WELL
from bot.conversation.outages.outage import Health, State, Symptom
from tests.conversation.outages.outage_kit import (
    BASIA,
    CANNOT_READ,
    CANNOT_SEND,
    HELPERS,
    NO_LOGIN,
    OFFICE,
    OLA,
    Town,
    buttons,
    in_own_group,
    said,
    town,
    words,
)

SMTP = "smtp.poczta.onet.pl"


async def test_a_burst_is_looked_at_confirmed_told_and_told_to_be_over(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.silent = {SMTP}
        await it.ask(CANNOT_SEND, 1, 2, 3)
        await it.works()
        assert it.wire.at(HELPERS) == []
        await it.ask(CANNOT_SEND, 4)
        await it.works()
        card = it.card()
        assert "Czy Onet ma awarię?" in card
        assert "Pytania od 09:40: 4 osoby (wysyłanie poczty). Zwykle w takim czasie prawie" in card
        assert f"{SMTP}: nie odpowiada (wysyłanie poczty). Serwery innych firm odpowiadają" in card
        # Nobody is told before somebody who helps has confirmed it.
        assert "To nie Twoje ustawienia" not in said(await it.says("tg:5", CANNOT_SEND))
        assert "Potwierdzone" in await it.press(BASIA, "Potwierdź")
        assert "Onet: awaria potwierdzona" in it.card()
        told = await it.says("tg:6", CANNOT_SEND)
        assert said(told).startswith(
            "To nie Twoje ustawienia: od 09:40 Onet ma awarię (wysyłanie poczty)."
        )
        assert "Napiszę do Ciebie, gdy będzie po wszystkim." in said(told)
        usual = await it.press_in("tg:6", "Zwykła porada", "tg:6", told.said[-1])
        assert "To nie Twoje" not in usual
        assert "wys" in usual
        healed = it.time()
        it.servers.silent = set()
        await it.passes(LOOK_EVERY * LOOKS_WELL + HOUR / 2)
        assert await it.state() is State.OVER
        for person in ("tg:1", "tg:4", "tg:5", "tg:6"):
            (news,) = it.wire.at(person)
            assert "Onet: awaria się skończyła" in news.text
            # Not until we were sure of it, but until the first look that saw it.
            assert f"Trwała od 09:40 do {healed}" in news.text
        card, news = (each.text for each in it.wire.at(HELPERS))
        assert "Onet: po awarii" in card
        assert "awaria skończyła się o" in news
        assert "To nie Twoje" not in said(await it.says("tg:7", CANNOT_SEND))
        await it.passes(3 * HOUR)
        assert len(it.wire.at("tg:1")) == 1
        assert len(it.wire.at(HELPERS)) == 2


async def test_one_card_stands_for_the_burst_and_changes_with_what_is_seen(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        assert f"{SMTP}: odpowiada" in it.card()
        it.servers.broken = {SMTP}
        await it.ask(CANNOT_SEND, 5, 6)
        await it.ask(CANNOT_READ, 5, 11, 12, 13)
        await it.passes(2 * LOOK_EVERY)
        (card,) = it.wire.at(HELPERS)
        assert "Pytania od 09:40: 9 osób (wysyłanie poczty, odbieranie poczty)" in card.text
        assert f"{SMTP}: odpowiada" not in card.text
        assert "imap.poczta.onet.pl: odpowiada" in card.text
        found = await it.outage()
        assert found.course.symptoms == (Symptom.SENDING, Symptom.RECEIVING)
        assert found.course.has_failed


async def test_what_our_own_network_hides_is_no_evidence(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.is_offline = True
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        assert f"{SMTP}: nie dało się sprawdzić (wysyłanie poczty)." in it.card()
        found = await it.outage()
        assert found.course.look is not None
        assert found.course.look.health is Health.UNTESTED
        assert not found.course.has_failed


async def test_a_group_of_sockpuppets_calls_nobody(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, *range(30, 60), chat=OFFICE, every=5)
        await it.works()
        assert it.wire.at(HELPERS) == []
        assert it.servers.requests == []
        await it.ask(CANNOT_SEND, 1, 2)
        await it.works()
        assert "Czy Onet ma awarię?" in it.card()


async def test_one_who_asks_again_and_again_calls_nobody(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, *([1] * 20))
        await it.works()
        assert it.wire.at(HELPERS) == []


async def test_made_up_domains_call_helpers_a_few_times_and_hide_no_real_outage(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as it:
        for number in range(5):
            await it.ask(f"zmyslona{number}.pl nie wysyła", 1, 2, 3, 4, every=1)
            await it.works()
        assert len(it.wire.at(HELPERS)) == 3
        await it.ask(CANNOT_SEND, 5, 6, 7, 8)
        await it.works()
        assert "Czy Onet ma awarię?" in it.card()


async def test_the_members_of_a_providers_own_group_are_its_customers(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.store.groups.save(OFFICE, in_own_group("onet.pl"))
        await it.ask(CANNOT_SEND, 1, 2, 3, 4, chat=OFFICE)
        await it.works()
        assert "Czy Onet ma awarię?" in it.card()


async def test_the_domain_of_a_company_is_a_place_too(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask("nie wysyła z anna@firma.example", 1, 2, 3, 4)
        await it.works()
        assert it.wire.at(HELPERS) == []  # no name of the public DNS
        await it.ask("firma.pl nie wysyła", 1, 2, 3, 4)
        await it.works()
        assert "Czy firma.pl ma awarię?" in it.card()
        (request,) = it.servers.requests
        assert (request.target.name, request.probes, request.fresh) == ("firma.pl", (), True)


async def test_an_address_and_a_name_of_a_provider_are_one_place(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2)
        await it.ask("nie wysyła z anna@onet.pl", 3, 4)
        await it.works()
        assert "Czy Onet ma awarię?" in it.card()


async def test_questions_that_no_outage_explains_are_not_counted(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask("onet imap czy pop3", *range(1, 12))
        await it.ask("onet dziwne", *range(1, 12))
        await it.works()
        assert it.wire.at(HELPERS) == []


async def test_a_question_back_is_counted_when_it_was_answered(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        for person in ("tg:1", "tg:2", "tg:3", "tg:4"):
            asked = await it.says(person, "onet co jest")
            assert "Pytasz" in said(asked) or asked.said[-1].choices
            label = buttons(asked.said[-1])[0]
            await it.press_in(person, label, person, asked.said[-1])
        assert "Czy Onet ma awarię?" in it.card()
        await it.press(BASIA, "Potwierdź")
        # The outage is said at once, and the question back still stands.
        notice, question = (await it.says("tg:5", "onet co jest")).said
        assert "To nie Twoje ustawienia" in words(notice)
        assert len(question.choices) >= 2


async def test_vague_words_are_trouble_where_every_choice_is(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask("onet co jest", 1, 2, 3, 4, 5, 6)
        await it.works()
        assert it.wire.at(HELPERS) == []
        await it.ask("onet nie działa", 1, 2, 3, 4)
        await it.works()
        assert "Czy Onet ma awarię?" in it.card()
        await it.press(BASIA, "Potwierdź")
        assert "To nie Twoje ustawienia" in said(await it.says("tg:5", "onet nie działa"))


async def test_who_asks_whether_there_is_an_outage_learns_of_any(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        assert "To nie Twoje ustawienia" in said(await it.says("tg:5", "onet awaria"))
        # Another trouble there, and the same trouble elsewhere, are no doing of it.
        assert "To nie Twoje" not in said(await it.says("tg:5", CANNOT_READ))
        assert "To nie Twoje" not in said(await it.says("tg:6", "wp nie wysyła"))


async def test_everybody_reads_their_own_language_and_a_group_is_told_once(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        it.matcher.heard = {"onet cannot send": None}
        english = {"action": "l|en"}
        await it.says("tg:5", **english)
        told = said(await it.says("tg:5", "onet cannot send"))
        assert told.startswith("Not your settings: since 09:40 Onet has had an outage")
        for person in ("tg:6", "tg:7"):
            in_group = said(await it.says(person, CANNOT_SEND, OFFICE))
            assert "Napiszę tutaj, gdy będzie po wszystkim." in in_group
        await it.press(BASIA, "Już po awarii")
        assert "Onet: the outage is over" in it.card("tg:5")
        assert len(it.wire.at(OFFICE)) == 1
        assert it.wire.at("tg:6") == []
        # Who pressed knows: the card says it, and no message beside it.
        assert len(it.wire.at(HELPERS)) == 1


async def test_what_is_dismissed_is_not_asked_again_for_the_same_wave(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        assert "to nie awaria" in await it.press(BASIA, "To nie awaria")
        for start in range(10, 100, 10):
            await it.ask(CANNOT_SEND, *range(start, start + 5))
            await it.passes(LOOK_EVERY * 3)
        (card,) = it.wire.at(HELPERS)
        assert "Onet: to nie awaria" in card.text
        assert buttons(card.document) == []
        assert "To nie Twoje" not in said(await it.says("tg:5", CANNOT_SEND))
        # Another wave on another day is another matter.
        await it.passes(30 * HOUR)
        await it.ask(CANNOT_SEND, *range(200, 212), every=20)
        await it.works()
        assert len(it.wire.at(HELPERS)) == 2


async def test_a_suspicion_that_nobody_shares_passes_and_tells_nobody(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        (card,) = it.wire.at(HELPERS)
        await it.passes(5 * HOUR)
        assert await it.state() is State.PASSED
        assert "minęło, zanim ktoś potwierdził" in it.card()
        assert it.wire.at("tg:1") == []
        told = await it.press_in(BASIA, "Potwierdź", HELPERS, card.document)
        assert "Ktoś już to zrobił" in told


async def test_an_outage_that_no_look_sees_goes_on_through_the_night(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.passes(11 * HOUR)  # 20:40
        await it.ask(NO_LOGIN, 1, 2, 3, 4)
        await it.works()
        assert "Logowania i opóźnień nie umiem sprawdzić z zewnątrz." in it.card()
        await it.press(BASIA, "Potwierdź")
        await it.passes(10 * HOUR)
        assert await it.state() is State.CONFIRMED
        told = said(await it.says("tg:5", NO_LOGIN))
        assert "od 19 stycznia 2027, 20:40 Onet ma awarię" in told
        await it.passes(5 * HOUR)
        assert await it.state() is State.OVER


async def test_servers_that_still_fail_keep_it_open_when_nobody_asks(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.silent = {SMTP}
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        await it.passes(8 * HOUR)
        assert await it.state() is State.CONFIRMED


async def test_a_server_that_answers_once_and_falls_again_is_not_over(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.silent = {SMTP}
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        await it.passes(HOUR)
        for _ in range(6):
            it.servers.silent = set()
            await it.passes(LOOK_EVERY * (LOOKS_WELL - 1))
            it.servers.silent = {SMTP}
            await it.passes(LOOK_EVERY)
        assert await it.state() is State.CONFIRMED


async def test_only_helpers_and_operators_decide(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        for person, chat in (("tg:1", HELPERS), ("tg:1", OFFICE)):
            (sent,) = it.wire.at(HELPERS)
            told = await it.press_in(person, "Potwierdź", chat, sent.document)
            assert "decydują osoby pomagające" in told
        assert "decydują" in said(await it.says("tg:1", "/outage onet nie wysyła"))
        assert "decydują" in said(await it.says(BASIA, "/outage onet nie wysyła"))  # in private
        assert await it.state() is State.SUSPECTED
        assert "Potwierdzone" in await it.press_in(OLA, "Potwierdź", OLA, sent.document)
        told = await it.press_in(BASIA, "Potwierdź", HELPERS, sent.document)
        assert "Ktoś już to zrobił" in told


async def test_a_helper_declares_an_outage_and_ends_it(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.passes(HOUR)
        told = said(await it.says(BASIA, "/outage onet nie wysyła 9:55", HELPERS))
        assert "Zapisane: Onet, od 09:55 (wysyłanie poczty)." in told
        again = said(await it.says(BASIA, "/outage onet nie wysyła 9:55", HELPERS))
        assert again == told
        await it.works()
        (card,) = it.wire.at(HELPERS)
        assert "Zgłoszone przez pomagających: od 09:55 (wysyłanie poczty)." in card.text
        assert f"{SMTP}: odpowiada" in card.text
        assert "od 09:55 Onet" in said(await it.says("tg:5", CANNOT_SEND))
        assert "Onet: wysyłanie poczty, od 09:55" in said(await it.says("tg:6", "/outages"))
        await it.press(BASIA, "Już po awarii")
        assert "awaria się skończyła" in it.card("tg:5")
        assert "Nie wiem o żadnej" in said(await it.says("tg:6", "/outages"))


async def test_what_fails_is_asked_where_it_was_not_said(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        asked = await it.says(BASIA, "/outage onet.pl", HELPERS)
        assert "Co nie działa? (Onet)" in said(asked)
        (question,) = asked.said
        assert len(question.choices) == len(Symptom)
        told = await it.press_in(BASIA, "logowanie", HELPERS, question)
        assert "Zapisane: Onet, od 09:40 (logowanie do poczty)." in told
        assert "/outage onet.pl" in said(await it.says(BASIA, "/outage", HELPERS))
        assert "/outage onet.pl" in said(await it.says(BASIA, "/outage nic nie działa", HELPERS))


async def test_what_fails_is_understood_beside_a_name_that_brings_other_topics_near(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as it:
        told = said(await it.says(BASIA, "/outage onet nie można wysyłać 09:15", HELPERS))
        assert "Zapisane: Onet, od 09:15 (wysyłanie poczty)." in told


async def test_a_declared_outage_stays_declared_however_few_ask(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.says(BASIA, "/outage onet nie wysyła 9:15", HELPERS)
        await it.ask(CANNOT_SEND, 1, 2)
        await it.passes(600)
        assert "Zgłoszone przez pomagających: od 09:15 (wysyłanie poczty)." in it.card()
        assert "Pytania od tego czasu: 2 osoby." in it.card()
        assert "Zwykle" not in it.card()


async def test_servers_that_fail_for_ever_are_asked_about_once_a_day(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.silent.add("smtp.poczta.onet.pl")
        await it.says(BASIA, "/outage onet nie wysyła", HELPERS)
        await it.passes(23 * HOUR)
        assert "Czy ona jeszcze trwa?" not in it.card()
        await it.passes(2 * HOUR)
        asked = [each for each in it.wire.at(HELPERS) if "jeszcze trwa" in each.text]
        assert len(asked) == 1
        assert "Onet: od doby prawie nikt o to nie pyta" in asked[0].text
        await it.passes(24 * HOUR)
        assert len([each for each in it.wire.at(HELPERS) if "jeszcze trwa" in each.text]) == 2
        question = next(each.document for each in it.wire.sent.values() if "jeszcze" in each.text)
        assert "Zapisane" in await it.press_in(BASIA, "Już po awarii", HELPERS, question)
        assert await it.state() is State.OVER
        await it.passes(25 * HOUR)
        assert len([each for each in it.wire.at(HELPERS) if "jeszcze trwa" in each.text]) == 2


async def test_helpers_see_suspicions_in_the_list_and_decide_there(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        assert "Nie wiem" in said(await it.says("tg:5", "/outages"))
        listed = await it.says(BASIA, "/outages", HELPERS)
        assert "od 09:40 (niepotwierdzone, 4 osoby)" in said(listed)
        assert "Potwierdzone" in await it.press_in(BASIA, "Potwierdź", HELPERS, listed.said[0])
        assert "1 trwająca awaria" in said(await it.says("tg:5", "/outages"))


async def test_the_desk_of_one_group_decides_for_that_group_alone(tmp_path: Path) -> None:
    async with town(tmp_path, desk=OFFICE, reach=Reach.OWN) as it:
        it.wire.administrators = {(OFFICE, BASIA)}
        await it.ask(CANNOT_SEND, 1, 2, 3, 4, chat=OFFICE)
        await it.works()
        card = it.card(OFFICE)
        assert "Dotyczy to tylko ludzi, których sprawy trafiają do tego czatu." in card
        assert it.wire.at(OLA) == []  # for all people one group is not enough
        await it.press(BASIA, "Potwierdź", OFFICE)
        assert "To nie Twoje" in said(await it.says("tg:5", CANNOT_SEND, OFFICE))
        assert "To nie Twoje" not in said(await it.says("tg:5", CANNOT_SEND))


async def test_without_a_desk_operators_are_told_in_private(tmp_path: Path) -> None:
    async with town(tmp_path, desk="") as it:
        await it.says(OLA, action="l|en")
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        assert "Is there an outage at Onet?" in it.card(OLA)
        assert "Confirmed" in await it.press(OLA, "Confirm", OLA)


async def test_who_blocked_the_bot_stops_nobody_elses_news(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        it.wire.gone = {"tg:2"}
        await it.press(BASIA, "Już po awarii")
        assert [bool(it.wire.at(f"tg:{number}")) for number in (1, 2, 3, 4)] == [1, 0, 1, 1]
        assert await it.store.schedule.next_due(["outage-over"]) is None


async def test_who_was_forgotten_is_not_told(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        await it.store.archive.erase("tg:2")
        await it.press(BASIA, "Już po awarii")
        assert it.wire.at("tg:2") == []
        assert it.wire.at("tg:1") != []


async def test_a_provider_whose_file_is_gone_is_still_followed_to_the_end(tmp_path: Path) -> None:
    async with town(tmp_path) as it:
        it.servers.silent = {SMTP}
        await it.ask(CANNOT_SEND, 1, 2, 3, 4)
        await it.works()
        await it.press(BASIA, "Potwierdź")
        without(it, "onet")
        await it.passes(LOOK_EVERY)
        assert "Nie znam tu żadnego serwera" in it.card()
        assert "Onet: awaria potwierdzona" in it.card()
        await it.passes(6 * HOUR)
        assert await it.state() is State.OVER
        assert "awaria się skończyła" in it.card("tg:1")


async def test_with_nobody_to_be_enough_only_helpers_say_so(tmp_path: Path) -> None:
    async with town(tmp_path, least=0) as it:
        await it.ask(CANNOT_SEND, *range(1, 40), every=5)
        await it.works()
        assert it.wire.at(HELPERS) == []
        await it.says(BASIA, "/outage onet nie wysyła", HELPERS)
        assert "To nie Twoje" in said(await it.says("tg:1", CANNOT_SEND))


@pytest.mark.parametrize("days", [0, 14])
async def test_a_bot_just_started_does_not_know_what_is_usual(tmp_path: Path, days: int) -> None:
    async with town(tmp_path, days=days) as it:
        await it.ask(CANNOT_SEND, 1, 2, 3, 4, every=700)
        await it.works()
        assert bool(it.wire.at(HELPERS)) is (days > 0)


def without(it: Town, provider: str) -> None:
    """The knowledge as it is after a reload that dropped a file."""
    plain = it.mind.knowledge.plain_reference
    left = {name: each for name, each in plain["providers"].items() if name != provider}
    fewer = replace(it.mind.knowledge, plain_reference={**plain, "providers": left})
    it.mind = replace(it.mind, knowledge=fewer)
    it.desk.renew(fewer, it.matcher)
