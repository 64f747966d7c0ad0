"""The log holds places and kinds of error, never a value that somebody typed."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import LIBRARIES, TALKATIVE, incident, set_up_logs

WORDS = "what-a-member-wrote"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    names = ("", "handrail", *LIBRARIES)
    before = {name: logging.getLogger(name).level for name in names}
    handlers = logging.getLogger().handlers[:]
    stream = io.StringIO()
    set_up_logs("DEBUG", stream)
    yield stream
    logging.getLogger().handlers[:] = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def raise_with_words() -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise RuntimeError(f"could not take {WORDS}") from error


def test_an_incident_names_the_place_and_not_the_words(log: io.StringIO) -> None:
    try:
        raise_with_words()
    except RuntimeError as error:
        number = incident(error, "testing")
    written = log.getvalue()
    assert number in written
    assert "RuntimeError at test_logs.py" in written
    assert "ValueError at test_logs.py" in written
    assert WORDS not in written


def test_a_librarys_traceback_loses_its_words_too(log: io.StringIO) -> None:
    try:
        raise_with_words()
    except RuntimeError:
        logging.getLogger("discord.client").exception("Ignoring exception in on_message")
    assert "on_message" in log.getvalue()
    assert WORDS not in log.getvalue()


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_library_may_print_bodies_even_at_debug(log: io.StringIO, library: str) -> None:
    logging.getLogger(f"{library}.http").debug(WORDS)
    assert log.getvalue() == ""


@pytest.mark.parametrize("library", TALKATIVE)
def test_no_statement_with_its_values_is_printed_at_info(log: io.StringIO, library: str) -> None:
    logging.getLogger(f"{library}.engine.Engine").info(WORDS)
    assert log.getvalue() == ""


def test_two_incidents_have_two_numbers(log: io.StringIO) -> None:
    assert incident(ValueError(), "a") != incident(ValueError(), "b")
    assert log.getvalue().count("incident ") == 2
