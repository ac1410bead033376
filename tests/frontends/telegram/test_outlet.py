"""Messages, pages, boards and buttons, as the double shows them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.frontends.telegram.answers import Answers, Query
from bot.frontends.telegram.outlet import TelegramOutlet
from bot.frontends.telegram.pace import Pacer
from bot.frontends.telegram.post import Place, Post
from bot.frontends.telegram.sheets import Words
from bot.model.document import (
    Choice,
    Copyable,
    Document,
    Heading,
    Item,
    Paragraph,
    Sign,
    Strong,
    line,
)
from bot.model.language import Language
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import make_bot, pace, slow

SCALE = 0.03
PL = {Language.PL: Words({Sign.ERROR: "błąd"}, "Przerwij")}


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        server.world.person(7)
        yield server


@pytest.fixture
async def post(api: BotApi) -> AsyncIterator[Post]:
    bot, _ = make_bot(api)
    async with bot:
        yield Post(bot, Pacer(pace(SCALE)), lambda: PL)


@pytest.fixture
def outlet(post: Post) -> TelegramOutlet:
    return TelegramOutlet(post, Place(7))


def said(text: str, *choices: Choice, **options: str) -> Document:
    return Document((Paragraph(line(text)),), (choices,) if choices else (), **options)


def long_document(page_action: str = "") -> Document:
    items = tuple(
        Item(Sign.ERROR, line(f"ustalenie {n} <&>"), (Paragraph(line("słowo " * 120)),))
        for n in range(14)
    )
    return Document(items, ((Choice("Dalej", "x"),),), page_action)


async def test_text_is_escaped_html_without_previews(api: BotApi, outlet: TelegramOutlet) -> None:
    await outlet.say(Document((Paragraph(line(Strong("<b>"), " & https://firma.pl")),)))
    (message,) = api.world.shown(7)
    assert message.text == "<b> & https://firma.pl"
    assert not message.previews


async def test_signs_are_named_in_the_documents_language(
    api: BotApi, outlet: TelegramOutlet
) -> None:
    blocks = (Item(Sign.ERROR, line("x")),)
    await outlet.say(Document(blocks, language=Language.PL))
    await outlet.say(Document(blocks))
    assert [message.text for message in api.world.shown(7)] == ["❌ błąd: x", "❌ x"]


async def test_choices_become_buttons(api: BotApi, outlet: TelegramOutlet) -> None:
    await outlet.say(said("?", Choice("Tak", "y" * 64), Choice("Nie", "n")))
    (message,) = api.world.shown(7)
    assert message.rows == [
        [{"text": "Tak", "callback_data": "y" * 64}, {"text": "Nie", "callback_data": "n"}]
    ]


async def test_a_button_that_telegram_would_refuse_costs_no_message(
    api: BotApi, outlet: TelegramOutlet, caplog: pytest.LogCaptureFixture
) -> None:
    await outlet.say(said("?", Choice("Tak", "ą" * 33), Choice("", "x"), Choice("Nie", "n")))
    assert api.world.shown(7)[0].buttons == ["Nie"]
    assert "would refuse" in caplog.text


async def test_ten_choices_in_a_row_take_two_rows(api: BotApi, outlet: TelegramOutlet) -> None:
    await outlet.say(said("?", *(Choice(str(n), str(n)) for n in range(10))))
    assert [len(row) for row in api.world.shown(7)[0].rows] == [8, 2]


async def test_a_record_gets_a_copy_button(api: BotApi, outlet: TelegramOutlet) -> None:
    record = "v=DMARC1; p=reject; rua=mailto:dmarc@firma.pl"
    await outlet.say(Document((Heading(line("x")), Copyable(record))))
    (message,) = api.world.shown(7)
    (button,) = message.rows[0]
    assert button["copy_text"] == {"text": record}
    assert button["text"] == "📋 v=DMARC1; p=reject; rua=mai…"


async def test_a_long_document_is_sent_page_by_page(api: BotApi, outlet: TelegramOutlet) -> None:
    await outlet.say(long_document())
    shown = api.world.shown(7)
    assert len(shown) > 2
    assert [message.buttons for message in shown] == [[]] * (len(shown) - 1) + [["Dalej"]]


async def test_a_document_with_a_page_action_turns_its_pages(api: BotApi, post: Post) -> None:
    document = long_document("r|pl|")
    await TelegramOutlet(post, Place(7)).say(document)
    (message,) = api.world.shown(7)
    assert message.buttons == ["Dalej", "◀", "1/3", "▶"]
    assert [button["callback_data"] for button in message.rows[1]] == ["r|pl|3", "r|pl|1", "r|pl|2"]
    pressed = TelegramOutlet(post, Place(7), pressed=message.message_id)
    await pressed.replace(document, 2)
    (turned,) = api.world.shown(7)
    assert turned.text != message.text
    assert "2/3" in turned.buttons
    await pressed.replace(document, 2)  # pressed twice: the same once more is no error
    await pressed.replace(document, 99)
    assert "3/3" in api.world.shown(7)[0].buttons


async def test_replacing_what_was_deleted_sends_it_anew(api: BotApi, post: Post) -> None:
    outlet = TelegramOutlet(post, Place(7), pressed=12345)
    await outlet.replace(said("nowe"))
    assert [message.text for message in api.world.shown(7)] == ["nowe"]


async def test_a_board_skips_states_and_never_the_last(api: BotApi, outlet: TelegramOutlet) -> None:
    board = await outlet.board(said("0"))
    for number in range(1, 60):
        await board.update(said(str(number)))
        await asyncio.sleep(0.002)
    await board.finish(said("koniec"))
    (message,) = api.world.shown(7)
    assert message.text == "koniec"
    assert 1 < message.edits < 30


async def test_a_board_shows_the_newest_state_after_a_flood_wait(
    api: BotApi, outlet: TelegramOutlet
) -> None:
    board = await outlet.board(said("0"))
    api.fail("editMessageText", Fault(flood=0.2))
    await board.update(said("1"))
    await api.until(lambda: api.made("editMessageText"))
    await board.update(said("2"))
    await board.finish(said("3"))
    await api.until(lambda: api.world.shown(7)[0].text == "3")
    assert [call.params["text"] for call in api.made("editMessageText")] == ["1", "3"]


async def test_a_board_survives_lost_connections(api: BotApi, outlet: TelegramOutlet) -> None:
    board = await outlet.board(said("0"))
    api.fail("editMessageText", Fault(), times=2)
    api.fail("editMessageText", Fault(done=True))  # it took effect, and nobody heard
    await board.finish(said("1"))
    assert [message.text for message in api.world.shown(7)] == ["1"]


async def test_a_deleted_board_comes_back(api: BotApi, outlet: TelegramOutlet) -> None:
    board = await outlet.board(said("0"))
    api.world.chats[7].messages.clear()
    await board.update(said("1"))
    await api.until(lambda: api.world.shown(7))
    await board.finish(said("2"))
    assert [message.text for message in api.world.shown(7)] == ["2"]


async def test_a_board_that_does_not_change_is_no_error(
    api: BotApi, outlet: TelegramOutlet
) -> None:
    board = await outlet.board(said("0"))
    await board.finish(said("0"))
    assert api.world.shown(7)[0].text == "0"


async def test_a_cancelled_finish_still_arrives(api: BotApi, outlet: TelegramOutlet) -> None:
    board = await outlet.board(said("0"))
    api.fail("editMessageText", Fault(stall=0.1))
    finishing = asyncio.create_task(board.finish(said("przerwane")))
    await asyncio.sleep(0.02)
    finishing.cancel()
    await api.until(lambda: api.world.shown(7)[0].text == "przerwane")


async def test_a_long_report_without_page_action_ends_in_more_messages(
    api: BotApi, outlet: TelegramOutlet
) -> None:
    board = await outlet.board(said("0"))
    await board.finish(long_document())
    shown = api.world.shown(7)
    assert len(shown) == 3
    assert shown[0].edits == 1
    assert shown[-1].buttons == ["Dalej"]


@pytest.mark.parametrize(
    ("code", "description"),
    [(403, "bot was blocked by the user"), (400, "chat not found"), (400, "TOPIC_CLOSED")],
)
async def test_a_chat_that_is_gone_is_told_of_once(
    api: BotApi, post: Post, code: int, description: str
) -> None:
    gone: list[int] = []
    outlet = TelegramOutlet(post, Place(7), on_gone=lambda: gone.append(1))
    api.fail("sendMessage", Fault(status=code, description=description))
    await outlet.say(said("a"))
    await outlet.say(said("b"))
    board = await outlet.board(said("c"))
    await board.update(said("d"))
    await board.finish(said("e"))
    await outlet.toast("f")
    await outlet.typing()
    assert gone == [1]
    assert len(api.made("sendMessage")) == 1
    assert len(api.calls) == 2  # with getMe


async def pressed(api: BotApi, post: Post) -> TelegramOutlet:
    await TelegramOutlet(post, Place(7)).say(said("?", Choice("Tak", "y")))
    query = api.world.person(7).presses("Tak")
    message = api.world.shown(7)[0].message_id
    return TelegramOutlet(post, Place(7), query=Query(post, query), pressed=message)


async def test_a_toast_answers_the_pressed_button(api: BotApi, post: Post) -> None:
    outlet = await pressed(api, post)
    await outlet.toast("już")
    await outlet.say(said("b"))
    assert api.world.toasts == [(7, "już")]
    assert len(api.made("answerCallbackQuery")) == 1


async def test_a_toast_too_late_becomes_a_message(api: BotApi, post: Post) -> None:
    outlet = await pressed(api, post)
    api.world.callbacks.clear()
    await outlet.toast("za późno")
    assert api.world.shown(7)[-1].text == "za późno"


async def test_any_answer_stops_the_button_turning(api: BotApi, post: Post) -> None:
    outlet = await pressed(api, post)
    await outlet.replace(said("nowe"))
    assert api.world.toasts == [(7, "")]


async def test_a_query_is_answered_in_the_end(api: BotApi, post: Post) -> None:
    await TelegramOutlet(post, Place(7)).say(said("?", Choice("Tak", "y")))
    query = Query(post, api.world.person(7).presses("Tak"))
    await query.stop_turning()
    assert api.world.toasts == [(7, "")]
    assert not await query.answer("za późno")


async def test_revised_answers_take_the_place_of_earlier_ones(api: BotApi, post: Post) -> None:
    noted: list[int] = []
    await TelegramOutlet(post, Place(7), answers=noted).say(long_document())
    assert len(noted) == 3
    revised = TelegramOutlet(post, Place(7), revise=noted)
    await revised.say(said("krótko"))
    await revised.clear_away()
    assert [message.text for message in api.world.shown(7)] == ["krótko"]


async def test_an_answer_to_a_deleted_question_still_comes(api: BotApi, post: Post) -> None:
    group = api.world.group()
    await TelegramOutlet(post, Place(group.id, None, 999)).say(said("a"))
    assert api.world.shown(group)[0].text == "a"


async def test_answers_are_known_while_there_is_room() -> None:
    answers = Answers(most=2)
    answers.asked(1, 1, "a").answers.append(10)
    answers.asked(1, 2, "b")
    known = await answers.known(1, 1)
    assert known is not None
    assert known.is_of("a")
    assert not known.is_of("c")
    assert known.answers == [10]
    answers.asked(1, 3, "c")
    assert await answers.known(1, 1) is None
    assert await answers.known(2, 2) is None
