#!/bin/sh
# Draws docs/listonosz.svg anew: a conversation in the laboratory, as a person would see it.
set -e
cd "$(dirname "$0")/../.."
LC_ALL=C.UTF-8 .venv/bin/python -m tests.laboratory run \
    .venv/bin/python docs/picture/record.py docs/listonosz.svg docs/picture/session.txt \
    .venv/bin/listonosz chat --language pl
