"""Somebody new types one command: the real bot and its Discord as processes, in a real browser."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.page.chromium import chromium, visiting

PROJECT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 20_000
"""Milliseconds; the bot's processes share two cores with everything else."""


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """Run the demo as a person would, and end it with Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        cwd=PROJECT,
        env=os.environ | {"DEMO_OPEN": "0", "DEMO_PORT": "0"},
        stdout=PIPE,
        start_new_session=True,
    )
    assert process.stdout
    try:
        opened = (await process.stdout.readline()).decode()
        assert opened.startswith("Open http://127.0.0.1:"), opened
        yield opened.removeprefix("Open ").strip()
    finally:
        process.send_signal(signal.SIGINT)
        rest = await process.stdout.read()
        code = await process.wait()
    assert (code, rest) == (0, b"")


async def become(page: Page, name: str) -> None:
    await page.get_by_label("You are").select_option(label=name)


async def use(page: Page, command: str) -> None:
    box = page.get_by_label("Message #evening")
    await box.press_sequentially(f"/{command}")
    listed = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(listed.filter(has_text=f"/{command}")).to_be_visible(timeout=PATIENCE)
    await box.press("Enter")


async def set_up_the_evening(page: Page) -> None:
    await page.get_by_role("navigation").get_by_role("button", name="evening").click()
    await use(page, "setup")
    await page.get_by_label("channel", exact=True).select_option(label="#evening")
    await page.get_by_label("zone", exact=True).fill("Europe/Berl")
    suggested = page.get_by_role("listbox", name="Suggestions for zone").get_by_role("option")
    await suggested.filter(has_text="Europe/Berlin").click()
    await page.get_by_label("at", exact=True).fill("20:00")
    await page.get_by_role("button", name="Send").click()
    card = page.locator("#messages > li.private")
    await expect(card).to_contain_text("20:00")
    await expect(card).to_contain_text("Only you can see this")
    await card.get_by_role("button", name="Save").click()
    await expect(card.get_by_role("button", name="Save")).to_have_count(0)


async def await_prompt(page: Page) -> Locator:
    """Jump from prompt to prompt until it is eight in the evening, and wait for the question."""
    clock, jump = page.locator("#clock-here"), page.get_by_role("button", name="Next prompt")
    # a jump to a prompt that is due already goes nowhere, so asking too often does no harm
    while "20:00" not in await clock.inner_text():
        await expect(page.locator("#next-prompt:not(.waiting)")).to_be_visible(timeout=PATIENCE)
        await jump.click()
        await expect(jump).not_to_have_attribute("aria-busy", "true")
    await expect(clock).to_contain_text("20:00")
    prompt = page.locator("#messages > li:not(.private)").filter(has_text="Check in")
    await expect(prompt).to_be_visible(timeout=PATIENCE)
    return prompt


async def fill_in(page: Page) -> None:
    """Say yes to the consent card, and fill in the form."""
    form = page.get_by_role("dialog")
    yes = page.get_by_role("button", name="☐ Check-ins")
    await expect(yes.or_(form)).to_be_visible()
    if await yes.is_visible():
        await yes.click()
        await page.get_by_role("button", name="Save my choices").click()
    await form.get_by_role("group", name="How are you?").get_by_label("4").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden()


def counts(prompt: Locator, number: int) -> Locator:
    return prompt.get_by_text(f"{number} of us so far")


async def answer_in_three_ways(page: Page, prompt: Locator) -> None:
    await become(page, "Kaya")
    await prompt.get_by_role("button", name="Check in").click()
    await fill_in(page)
    await expect(page.locator("#messages > li.private")).to_contain_text("Saved")

    await become(page, "Ana")
    await prompt.hover()
    await prompt.get_by_role("button", name="Reply").click()
    await page.get_by_label("Message #evening").fill("A quiet day, and a walk.")
    await page.keyboard.press("Enter")
    reply = page.locator("#messages > li").filter(has_text="A quiet day, and a walk.")
    await expect(reply.get_by_label("check mark").first).to_be_attached(timeout=PATIENCE)

    await become(page, "Bea")
    await use(page, "checkin")
    await page.get_by_role("button", name="Send").click()
    await fill_in(page)
    await expect(page.locator("#messages > li.private").last).to_contain_text("Saved")


async def restart_the_bot(page: Page) -> None:
    await page.get_by_text("Break something").click()
    await page.get_by_role("button", name="Restart the bot").click()
    await expect(page.locator("#log")).to_contain_text("The bot is gone", timeout=PATIENCE)
    await expect(page.locator("#bot-state")).to_contain_text("is online", timeout=PATIENCE)


@pytest.mark.timeout(240)
async def test_a_newcomer_sets_a_group_up_and_watches_it_check_in() -> None:
    async with demo() as address, chromium() as browser, visiting(browser) as visits:
        page = (await visits.open(address)).page
        await set_up_the_evening(page)
        prompt = await await_prompt(page)
        await answer_in_three_ways(page, prompt)
        # nobody is lost and nobody is counted twice: twelve members, most of them by themselves
        await expect(counts(prompt, 12)).to_be_visible(timeout=5 * PATIENCE)
        await restart_the_bot(page)
        await become(page, "Robin (moderator)")
        await prompt.get_by_role("button", name="Check in").click()
        await fill_in(page)
        await expect(page.locator("#messages > li.private").last).to_contain_text("Saved")
        await page.get_by_role("button", name="+1 h").click()
        await expect(counts(prompt, 13)).to_be_visible(timeout=PATIENCE)
