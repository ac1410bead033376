"""Whole dialogues of several people in groups, against the strict double of the Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.conversation.drive import Desk
from bot.conversation.groups.group import GroupSettings, QuietHours, Speaking
from bot.conversation.mind import Mind
from bot.frontends.telegram.talk import Telegram
from bot.model.language import Language
from bot.service import Service
from bot.storage.store import Store, open_store
from tests.doubles.botapi import BotApi, Fault
from tests.doubles.botapi_chats import Chat, Person
from tests.frontends.telegram.telegram_kit import PROBES, ScriptedChecks, make_bot, pace, slow, wits
from tests.storage.conftest import DAYS

SCALE = 0.03
QUESTION = "czym się różni imap od pop3?"
BOT = 4242


@dataclass
class Office:
    """A group, those who are in it, and the bot's store."""

    api: BotApi
    store: Store
    group: Chat
    anna: Person
    jan: Person
    boss: Person

    def texts(self, chat: Chat | None = None) -> list[str]:
        return [message.text for message in self.api.world.shown(chat or self.group)]

    async def set(self, **changes: object) -> None:
        await self.store.groups.save("tg:-1001", GroupSettings(**changes))  # type: ignore[arg-type]

    async def settings(self) -> GroupSettings:
        return await self.store.groups.load("tg:-1001")

    async def settled(self) -> None:
        await self.api.until(lambda: not self.api.waiting)

    async def count(self, number: int) -> None:
        await self.api.until(lambda: len(self.texts()) >= number)
        await self.settled()
        assert len(self.texts()) == number

    def sees_all(self) -> None:
        self.api.world.bot["can_read_all_group_messages"] = True


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    wits()
    address = f"sqlite:///{tmp_path / 'bot.db'}"
    async with BotApi(limits=slow(SCALE)) as api, open_store(address, DAYS) as store:
        world = api.world
        group = world.group()
        group.topics = {5, 6}
        boss = world.person(1, name="Ewa")
        group.members[1] = "creator"
        yield Office(api, store, group, world.person(7), world.person(8, name="Jan"), boss)


@asynccontextmanager
async def at_work(office: Office, **changes: float) -> AsyncIterator[ScriptedChecks]:
    """The whole bot with its store."""
    bot, polling = make_bot(office.api)
    service = Service(office.store, watch_every=3600, watch_most=10, **changes)  # type: ignore[arg-type]
    knowledge, matcher = wits()
    mind = Mind(knowledge, matcher, PROBES, services=service.names)
    checks = ScriptedChecks()
    desk = Desk(mind, checks, office.store.sessions, offices=service.offices)
    groups = office.store.groups
    frontend = Telegram(desk, bot, polling, pace(SCALE), groups=groups)
    stop = asyncio.Event()
    ready = asyncio.Event()
    serving = asyncio.create_task(frontend.serve(stop, lambda name: ready.set()))
    try:
        await asyncio.wait_for(ready.wait(), 5)
        yield checks
    finally:
        stop.set()
        await asyncio.wait_for(serving, 6)


# Listening


async def test_a_question_to_nobody_is_answered_under_it_and_once(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True)
    async with at_work(office):
        office.jan.writes("hej wszystkim, jak minął weekend?", office.group)
        asked = office.anna.writes(QUESTION, office.group, thread=5)
        await office.count(1)
        office.jan.writes("a czym się różni pop3 od imap?", office.group, thread=5)
        office.jan.writes("czym się różni imap od pop3, ktoś wie?", office.group, thread=6)
        await office.count(2)
    first, second = office.api.world.shown(office.group)
    assert (first.reply_to, first.thread, second.thread) == (asked, 5, 6)
    assert "To nie pomaga – usuń" in first.buttons


async def test_it_listens_only_where_it_was_switched_on(office: Office) -> None:
    office.sees_all()
    async with at_work(office):
        office.anna.writes(QUESTION, office.group)
        await office.settled()
    assert office.texts() == []


async def test_once_in_a_while_outlives_a_restart(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True)
    async with at_work(office):
        office.anna.writes(QUESTION, office.group)
        await office.count(1)
    async with at_work(office):
        office.jan.writes(QUESTION, office.group)
        await office.settled()
    assert len(office.texts()) == 1


async def test_quiet_hours_hold(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True, quiet=QuietHours(0, 24 * 60))
    async with at_work(office):
        office.anna.writes(QUESTION, office.group)
        office.anna.writes(f"@listonosz_bot {QUESTION}", office.group)
        await office.count(1)  # whoever addresses it is answered


async def test_what_is_said_to_others_is_not_answered(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True)
    async with at_work(office):
        said = office.jan.writes("mam nowy telefon", office.group)
        office.anna.writes(QUESTION, office.group, reply_to=said)
        office.anna.writes(f"@jan_k {QUESTION}", office.group)
        office.anna.message(
            office.group, text=QUESTION,
            forward_origin={"type": "hidden_user", "sender_user_name": "X", "date": 1},
        )  # fmt: skip
        await office.settled()
    assert office.texts() == []


@pytest.mark.parametrize(
    ("who", "is_gone"),
    [("asker", True), ("helper", True), ("administrator", True), ("another", False)],
)
async def test_who_may_remove_an_unasked_answer(office: Office, who: str, is_gone: bool) -> None:
    office.sees_all()
    await office.set(is_listening=True, helpers=("tg:9",))
    helper, other = office.api.world.person(9), office.jan
    presser = {
        "asker": office.anna, "helper": helper, "administrator": office.boss, "another": other,
    }[who]  # fmt: skip
    async with at_work(office):
        office.anna.writes(QUESTION, office.group)
        await office.count(1)
        presser.presses("To nie pomaga", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
        await office.settled()
    assert (office.texts() == []) is is_gone
    assert ("dla osoby, która pytała" in office.api.world.toasts[0][1]) is not is_gone


async def test_an_unasked_answer_that_is_too_old_to_be_deleted_is_emptied(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True)
    async with at_work(office):
        office.anna.writes(QUESTION, office.group)
        await office.count(1)
        for message in office.group.messages.values():
            message["date"] -= 49 * 3600
        office.anna.presses("To nie pomaga", chat=office.group)
        await office.api.until(
            lambda: office.texts() == ["Ta odpowiedź nie pomogła, więc ją usunąłem."]
        )
    assert office.api.world.shown(office.group)[0].rows == []


async def test_an_edited_question_to_nobody_has_its_answer_edited(office: Office) -> None:
    office.sees_all()
    await office.set(is_listening=True)
    async with at_work(office):
        asked = office.anna.writes(QUESTION, office.group)
        await office.count(1)
        office.anna.edits(asked, "co to jest serwer SMTP?", office.group)
        await office.api.until(lambda: "SMTP" in office.texts()[0])
        office.anna.edits(asked, "już nic", office.group)
        await office.api.until(lambda: office.texts() == [])


async def test_a_topic_may_be_all_questions_or_none(office: Office) -> None:
    office.sees_all()
    topics = {"5": Speaking.EVERYTHING, "6": Speaking.NEVER}
    await office.set(topics=topics, is_listening=True)
    async with at_work(office) as checks:
        office.anna.writes("dzień dobry", office.group, thread=5)
        office.anna.writes(QUESTION, office.group, thread=5)
        await office.count(1)
        office.jan.writes(QUESTION, office.group, thread=5)  # nobody is answered only once here
        await office.count(2)
        office.jan.writes("firma.pl", office.group, thread=5)
        await office.count(3)
        office.anna.writes(QUESTION, office.group, thread=6)
        office.anna.writes(f"@listonosz_bot {QUESTION}", office.group, thread=6)
        office.anna.writes("/help", office.group, thread=6)
        await office.settled()
        office.boss.writes("/group topic off", office.group, thread=6)
        await office.count(4)
        office.anna.writes("/help", office.group, thread=6)
        await office.count(5)
    assert [request.target.name for request in checks.requests] == ["firma.pl"]


# Secrets


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("moje hasło to Kotek12!", "Kotek12"),
        ("anna@firma.pl Kotek12!", "Kotek12"),
        ("Return-Path: <anna@firma.pl>\nReceived: from a.pl by b.pl\nMessage-ID: <1@a.pl>\n"
         "From: Anna <anna@firma.pl>\nSubject: Umowa", "Umowa"),
    ],
)  # fmt: skip
async def test_a_secret_is_warned_of_and_never_quoted(
    office: Office, text: str, secret: str
) -> None:
    office.sees_all()
    office.group.members[BOT] = "administrator can_delete_messages"
    async with at_work(office):
        said = office.anna.writes(text, office.group)
        await office.count(1)
        (warning,) = office.api.world.shown(office.group)
        assert warning.reply_to == said
        assert secret not in warning.text
        office.jan.presses("Usuń tę wiadomość", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
        assert said in office.group.messages
        office.anna.presses("Usuń tę wiadomość", chat=office.group)
        await office.api.until(lambda: said not in office.group.messages)
        await office.api.until(lambda: "Usunąłem" in office.texts()[0])


async def test_without_the_right_it_says_how_the_message_goes(office: Office) -> None:
    office.sees_all()
    async with at_work(office):
        said = office.anna.writes("hasło: Kotek12!", office.group)
        await office.count(1)
        office.anna.presses("Usuń tę wiadomość", chat=office.group)
        await office.api.until(lambda: "Nie mogę usunąć" in office.texts()[0])
    assert said in office.group.messages


async def test_where_the_group_wants_it_the_message_goes_at_once(office: Office) -> None:
    office.sees_all()
    office.group.members[BOT] = "administrator can_delete_messages"
    await office.set(deletes_secrets=True, topics={"6": Speaking.NEVER})
    async with at_work(office):
        said = office.anna.writes("hasło: Kotek12!", office.group)
        await office.count(1)
        assert said not in office.group.messages
        edited = office.anna.writes("dzień dobry", office.group)
        office.anna.edits(edited, "hasło: Kotek12!", office.group)
        await office.api.until(lambda: edited not in office.group.messages)


# /group


async def test_only_administrators_set_it_up_and_telegram_is_asked(office: Office) -> None:
    async with at_work(office):
        office.anna.writes("/group listening on", office.group)
        await office.count(1)
        assert "tylko dla administratorów" in office.texts()[0]
        office.boss.writes("/group słuchanie włącz", office.group)
        await office.count(2)
        assert (await office.settings()).is_listening
        assert "BotFather" in office.texts()[1]  # it is to listen, and hears nothing
        office.anna.presses("Nie odpowiadaj niewołany", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
        assert "Tylko administratorzy" in office.api.world.toasts[-1][1]
        office.boss.presses("Nie odpowiadaj niewołany", chat=office.group)
        await office.api.until(lambda: "Odpowiadaj niewołany" in str(
            office.api.world.shown(office.group)[1].buttons[0]))  # fmt: skip
    assert not (await office.settings()).is_listening
    assert {call.params["user_id"] for call in office.api.made("getChatMember")} >= {"7", "1"}


async def test_who_is_no_administrator_any_more_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.frontends.telegram.members.FRESH", 0.0)
    async with at_work(office):
        office.boss.writes("/group", office.group)
        await office.count(1)
        office.group.members[1] = "member"
        office.boss.presses("Odpowiadaj niewołany", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
    assert "Tylko administratorzy" in office.api.world.toasts[0][1]


async def test_what_telegram_does_not_tell_is_no_right(office: Office) -> None:
    async with at_work(office):
        office.api.fail("getChatMember", Fault(status=400, description="Bad Request"), times=2)
        office.boss.writes("/group secrets on", office.group)
        await office.count(1)
    assert not (await office.settings()).deletes_secrets


async def test_an_anonymous_administrator_sets_it_up_and_another_presses(office: Office) -> None:
    nameless = office.api.world.nameless(office.group)
    async with at_work(office):
        nameless.writes("/group domena firma.pl", office.group)
        await office.count(1)
        assert (await office.settings()).domain == "firma.pl"
        office.anna.presses("Clear the domain", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
        assert (await office.settings()).domain == "firma.pl"
        office.boss.presses("Clear the domain", chat=office.group)
        await office.settled()
        shown = office.api.world.shown
        await office.api.until(lambda: "Clear the domain" not in shown(office.group)[0].buttons)
    assert (await office.settings()).domain == ""


async def test_what_an_anonymous_administrator_asked_only_administrators_press(
    office: Office,
) -> None:
    nameless = office.api.world.nameless(office.group)
    async with at_work(office):
        nameless.writes("/help", office.group)
        await office.count(1)
        office.anna.presses("Po polsku", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
        office.boss.presses("Po polsku", chat=office.group)
        await office.api.until(lambda: "Co umiem" in office.texts()[-1])
    assert "dla osoby" in office.api.world.toasts[0][1]


async def test_helpers_are_named_by_reply_by_name_and_by_number(office: Office) -> None:
    office.api.world.users[8]["username"] = "jan_k"
    async with at_work(office):
        office.boss.writes("/group pomocnicy dodaj @jan_k", office.group)
        await office.count(1)
        assert "nie mówi mi, kim jest @jan_k" in office.texts()[0]
        said = office.jan.writes("/help", office.group)
        await office.count(2)
        office.boss.writes("/group pomocnicy dodaj @jan_k", office.group)
        await office.count(3)
        assert (await office.settings()).helpers == ("tg:8",)
        asked = office.anna.writes("/help", office.group)
        await office.count(4)
        office.boss.writes("/group helpers add", office.group, reply_to=asked)
        await office.count(5)
        office.boss.writes("/group helpers remove", office.group, reply_to=said)
        await office.count(6)
        office.boss.writes("/group helpers 12345", office.group)
        await office.count(7)
    assert (await office.settings()).helpers == ("tg:7", "tg:12345")
    assert "Pomagający: Anna, 12345" in office.texts()[-1]


async def test_check_alone_means_the_domain_of_the_desk(office: Office) -> None:
    await office.set(domain="firma.pl")
    async with at_work(office) as checks:
        office.anna.writes("/check", office.group)
        await office.count(1)
        office.anna.writes("/check sklep.pl", office.group)
        await office.count(2)
        office.anna.writes("/check")
        await office.api.until(lambda: office.api.world.shown(7))
    assert [request.target.name for request in checks.requests] == ["firma.pl", "sklep.pl"]


async def test_a_command_that_is_off_is_said_to_be_off(office: Office) -> None:
    async with at_work(office):
        office.boss.writes("/group commands -check", office.group)
        await office.count(1)
        office.anna.writes("/check firma.pl", office.group)
        await office.count(2)
        office.anna.writes("/help", office.group)
        await office.count(3)
    assert "wyłączone" in office.texts()[1]
    assert "/check firma.pl" not in office.texts()[2]
    assert "/mx firma.pl" in office.texts()[2]


# Coming, going, moving


async def test_added_it_tells_what_it_cannot_see(office: Office) -> None:
    async with at_work(office):
        office.api.world.makes_bot(office.group, "left", office.boss)
        office.api.world.makes_bot(office.group, "member", office.boss)
        await office.count(1)
        assert await office.store.groups.members() == ("tg:-1001",)
    assert "Group Privacy" in office.texts()[0]
    assert "Żebym widział także pytania z moją nazwą (@listonosz_bot)" in office.texts()[0]
    assert "Zapytaj mnie, odpowiadając na moją wiadomość albo poleceniem" in office.texts()[0]


async def test_added_where_it_sees_everything_it_says_so(office: Office) -> None:
    async with at_work(office):
        office.api.world.makes_bot(office.group, "left", office.boss)
        office.api.world.makes_bot(office.group, "administrator can_delete_messages", office.boss)
        await office.count(1)
    assert "Widzę wszystkie wiadomości" in office.texts()[0]


async def test_removed_and_added_again_it_knows_what_was_set(office: Office) -> None:
    await office.set(domain="firma.pl", language=Language.EN)
    async with at_work(office):
        office.api.world.makes_bot(office.group, "kicked", office.boss)
        await office.settled()
        assert await office.store.groups.members() == ()
        office.api.world.makes_bot(office.group, "member", office.boss)
        await office.count(1)
    assert office.texts()[0].startswith("Hello, this is Listonosz.")
    assert (await office.settings()).domain == "firma.pl"


async def test_the_group_speaks_the_language_of_who_added_the_bot(office: Office) -> None:
    ewa = office.api.world.person(1, language="pl-PL", name="Ewa")
    nobody = office.api.world.nameless(office.group)
    async with at_work(office):
        office.api.world.makes_bot(office.group, "left", ewa)
        office.api.world.makes_bot(office.group, "member", ewa)
        await office.count(1)
        nobody.writes("/group", office.group)  # whose language Telegram does not tell
        await office.count(2)
    assert (await office.settings()).language == Language.PL
    assert "Ustawienia tej grupy" in office.texts()[1]


async def test_a_bot_made_blind_says_so_where_it_is_to_listen(office: Office) -> None:
    await office.set(is_listening=True)
    office.group.members[BOT] = "administrator"
    async with at_work(office):
        office.api.world.makes_bot(office.group, "member", office.boss)
        await office.count(1)
    assert "od teraz nie widzę" in office.texts()[0]


async def test_where_it_may_not_write_it_is_silent_and_does_not_insist(office: Office) -> None:
    async with at_work(office):
        office.api.world.makes_bot(office.group, "restricted", office.boss)
        office.anna.writes("/help", office.group)
        office.jan.writes("/check firma.pl", office.group)
        await office.settled()
        assert len(office.api.made("sendMessage")) == 2
        office.api.world.makes_bot(office.group, "member", office.boss)
        office.anna.writes("/help", office.group)
        await office.api.until(lambda: office.texts())


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "deleted"])
async def test_a_topic_that_is_closed_or_gone_gets_nothing(office: Office, is_closed: bool) -> None:
    async with at_work(office):
        asked = {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
        if is_closed:
            office.group.closed.add(5)
        else:
            assert office.group.topics
            office.group.topics.discard(5)
        office.anna.message(office.group, thread=5, **asked)
        await office.settled()
        assert len(office.api.made("sendMessage")) == 1
        office.anna.writes("/help", office.group, thread=6)
        await office.count(1)


async def test_a_group_that_moves_takes_its_settings_and_sessions_along(office: Office) -> None:
    old, new = office.api.world.group(-5), office.api.world.group(-1005)
    old.type = "group"
    async with at_work(office):
        office.anna.writes("/language english", old)
        await office.api.until(lambda: office.api.world.shown(old))
        await office.store.groups.save("tg:-5", GroupSettings(domain="firma.pl"))
        office.api.world.migrates(old, new, office.boss)
        await office.settled()
        assert (await office.store.groups.load("tg:-1005")).domain == "firma.pl"
        office.anna.writes("/help", new)
        await office.api.until(lambda: office.api.world.shown(new))
    assert "What I can do" in office.api.world.shown(new)[0].text


async def test_new_members_are_greeted_as_the_group_wants(office: Office) -> None:
    async with at_work(office):
        office.jan.joins(office.group)
        await office.settled()
        office.boss.writes("/group greeting Cześć, {name}! {to} nie jest luka.", office.group)
        await office.count(1)
        office.jan.joins(office.group)
        await office.count(2)
    assert office.texts()[1] == "Cześć, Jan! {to} nie jest luka."


async def test_a_channel_and_what_it_forwards(office: Office) -> None:
    channel = office.api.world.channel()
    async with at_work(office):
        channel.message(office.group, text=f"@listonosz_bot {QUESTION}", is_automatic_forward=True)
        await office.settled()
        assert office.texts() == []
        channel.writes("/help", office.group)
        await office.count(1)
        office.anna.presses("Po polsku", chat=office.group)
        await office.api.until(lambda: office.api.world.toasts)
    assert "dla osoby" in office.api.world.toasts[0][1]


# Languages


async def test_a_persons_language_comes_before_telegrams_and_the_groups(office: Office) -> None:
    await office.set(language=Language.PL)
    world = office.api.world
    german, english = world.person(20, "de"), world.person(21, "en")
    office.sees_all()
    async with at_work(office):
        german.writes("/start", office.group)
        await office.count(1)
        english.writes("/start", office.group)
        await office.count(2)
        german.writes("/language english", office.group)
        await office.count(3)
        german.writes(f"@listonosz_bot {QUESTION}", office.group)
        await office.count(4)
    texts = office.texts()
    assert texts[0].startswith("Cześć")
    assert texts[1].startswith("Hello")
    assert texts[3].startswith("IMAP or POP3") or "account" in texts[3]


# Private chats and other chats


async def test_an_answer_in_a_group_leads_on_to_a_private_chat(office: Office) -> None:
    office.sees_all()
    async with at_work(office):
        office.anna.writes(f"@listonosz_bot {QUESTION}", office.group)
        await office.count(1)
        buttons = [b for row in office.api.world.shown(office.group)[0].rows for b in row]
        (link,) = [button["url"] for button in buttons if "url" in button]
        assert link.startswith("https://t.me/listonosz_bot?start=full-imap-or-pop3")
        office.anna.writes(f"/start {link.partition('start=')[2]}")
        await office.api.until(lambda: office.api.world.shown(7))
    assert len(office.api.world.shown(7)[0].text) > len(office.texts()[0])


async def test_a_link_opens_a_check(office: Office) -> None:
    async with at_work(office) as checks:
        office.anna.writes("/start check-poczta_moja-firma_pl")
        await office.api.until(lambda: checks.requests)
        office.anna.writes("/start check-_")
        await office.api.until(lambda: len(office.api.world.shown(7)) == 2)
    assert [request.target.name for request in checks.requests] == ["poczta.moja-firma.pl"]
    assert office.api.world.shown(7)[1].text.startswith("Cześć")


async def test_an_inline_query_offers_answers(office: Office) -> None:
    answered = office.api.world.answered
    async with at_work(office):
        polish = office.anna.asks_inline("imap czy pop3")
        domain = office.anna.asks_inline("firma.pl")
        nothing, secret = office.anna.asks_inline(""), office.anna.asks_inline("hasło: Kotek12!")
        english = office.anna.asks_inline("imap or pop3")
        vague, foreign = office.anna.asks_inline("imap"), office.anna.asks_inline("asdf qwer")
        await office.api.until(lambda: len(answered) == 7)
    first = answered[polish]["results"][0]
    assert first["id"] == "imap-or-pop3-pl"
    assert first["input_message_content"]["parse_mode"] == "HTML"
    (button,) = first["reply_markup"]["inline_keyboard"][0]
    assert button["url"] == "https://t.me/listonosz_bot?start=full-imap-or-pop3"
    assert answered[polish]["is_personal"]
    assert answered[english]["results"][0]["id"] == "imap-or-pop3-en"
    assert answered[domain]["results"][0]["id"] == "check-firma_pl"
    assert 1 < len(answered[vague]["results"]) <= 5
    for query in (nothing, secret, foreign):
        assert answered[query]["results"] == []
    assert answered[nothing]["button"]["start_parameter"] == "inline"


async def test_a_late_inline_answer_troubles_nobody(office: Office) -> None:
    async with at_work(office):
        office.api.fail("answerInlineQuery", Fault(status=400, description="query is too old"))
        office.anna.asks_inline("imap czy pop3")
        office.anna.writes("/start")
        await office.api.until(lambda: office.api.world.shown(7))
        await office.settled()


# Edits


@pytest.mark.parametrize("is_private", [True, False])
async def test_an_edited_question_starts_from_where_the_talk_was(
    office: Office, is_private: bool
) -> None:
    office.sees_all()
    chat = None if is_private else office.group
    where, at = (7, "") if is_private else (office.group.id, "@listonosz_bot ")
    async with at_work(office):
        asked = office.anna.writes(f"{at}nie działa poczta", chat)  # asked back about
        await office.api.until(lambda: office.api.world.shown(where))
        before = office.api.world.shown(where)[0].text
        office.anna.edits(asked, f"{at}asdf qwer zxcv", chat)  # not known
        await office.api.until(lambda: office.api.world.shown(where)[0].text != before)
        office.anna.edits(asked, f"{at}{QUESTION}", chat)
        await office.api.until(lambda: "IMAP" in office.api.world.shown(where)[0].text)
        office.anna.edits(asked, f"{at}/check a.pl b.pl", chat)  # two messages
        await office.api.until(lambda: len(office.api.world.shown(where)) == 2)
        await office.settled()
        office.anna.edits(asked, f"{at}{QUESTION}", chat)
        await office.api.until(lambda: len(office.api.world.shown(where)) == 1)
        await office.settled()
    assert "IMAP" in office.api.world.shown(where)[0].text
