"""How long a person waits for the first answer after a start, and what the idle bot weighs."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import place  # isort: split

from tests.doubles.botapi import TOKEN, BotApi

RUNS = 7
PROGRAM = str(Path(sys.executable).with_name("listonosz"))
QUESTION = "IMAP czy POP3?"


def ask() -> tuple[float, float]:
    """Seconds from start to the first word of the answer, and to the end."""
    start = time.perf_counter()
    argv = [PROGRAM, "ask", QUESTION]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    with process.stdout as shown:
        shown.read(1)
        first = time.perf_counter() - start
        shown.read()
    process.wait()
    return first, time.perf_counter() - start


def first_words() -> str:
    """How the answer begins, so that it can be recognised on a screen full of other things."""
    done = subprocess.run([PROGRAM, "ask", QUESTION, "--json"], capture_output=True, check=True)
    return " ".join(str(json.loads(done.stdout)["text"]).split()[:2])


def chat(words: str) -> float:
    """Seconds from the start of the chat until the answer stands on the screen."""
    return place.on_screen([PROGRAM, "chat", "--language", "pl"], words, typed=QUESTION)[0]


def resident(process: int) -> float:
    """MB of memory that the process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


async def telegram() -> tuple[float, float, float]:
    """Seconds until the bot first polls; MB when idle, and when idle after a question."""
    async with BotApi() as api:
        environment = (
            os.environ
            | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
            | {"LISTONOSZ_ENCODER": "off"}
        )
        start = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            PROGRAM,
            "telegram",
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await api.until(lambda: api.made("getUpdates"), 20)
            taken = time.perf_counter() - start
            await asyncio.sleep(3)
            idle = resident(bot.pid)
            api.world.person(17).writes(QUESTION)
            await api.until(lambda: api.made("sendMessage"), 20)
            await asyncio.sleep(2)
            return taken, idle, resident(bot.pid)
        finally:
            bot.terminate()
            await bot.wait()


def main() -> int:
    """Measure all and print one table."""
    ask()  # fills the compiled cache of the knowledge and the bytecode
    asked = [ask() for _ in range(RUNS)]
    words = first_words()
    chatted = [chat(words) for _ in range(RUNS)]
    rows: list[place.Row] = [
        ("ask, first word", [first * 1000 for first, _ in asked], "ms", "< 700"),
        ("ask, whole", [end * 1000 for _, end in asked], "ms", ""),
        ("chat, first answer", [taken * 1000 for taken in chatted], "ms", "< 700"),
    ]
    if sys.platform == "linux":
        bots = [asyncio.run(telegram()) for _ in range(3)]
        rows += [
            ("telegram, first poll", [taken * 1000 for taken, _, _ in bots], "ms", ""),
            ("telegram, idle", [idle for _, idle, _ in bots], "MB", "< 150"),
            ("telegram, after a question", [after for _, _, after in bots], "MB", "< 150"),
        ]
    place.print_table("from start to answer, warm machine", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
