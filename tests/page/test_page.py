"""The page in a real browser, with a small bot: everything by label and role, as people find it."""

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.posting import Draft, post
from tests.page.chromium import PHONE, Visits
from tests.page.conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


def message(page: Page, words: str) -> Locator:
    return page.locator("#messages > li").filter(has_text=words)


def offered(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Commands").get_by_role("option")


def suggested(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions for zone").get_by_role("option")


async def become(page: Page, name: str) -> None:
    await page.get_by_label("You are").select_option(label=name)
    await expect(page.get_by_label("You are").locator("option:checked")).to_have_text(name)


async def go(page: Page, channel: str) -> None:
    await page.get_by_role("navigation").get_by_role("button", name=channel).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"#{channel}")


async def ask(place: Place) -> Locator:
    """Let the bot post its question into the channel that is open."""
    page = place.visit.page
    await page.get_by_label("Message #check-in").fill("/setup")
    await page.get_by_label("Message #check-in").press("Enter")
    await page.get_by_label("channel", exact=True).select_option(label="#check-in")
    await page.get_by_label("zone", exact=True).fill("Europe/Berlin")
    await page.get_by_label("at", exact=True).fill("09:00")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("button", name="Save").click()
    return message(page, "How are you today?")


async def test_says_at_the_top_that_this_is_not_discord(place: Place) -> None:
    banner = place.visit.page.locator("#banner")
    await expect(banner).to_have_text("This is not Discord. Nothing leaves this computer.")


async def test_a_command_is_found_filled_in_and_answered_by_keyboard_alone(place: Place) -> None:
    page = place.visit.page
    await page.get_by_label("Message #check-in").focus()
    await page.keyboard.type("/")
    await expect(offered(page)).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.type("se")
    await expect(offered(page)).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("channel", exact=True)).to_be_focused()
    await page.keyboard.type("#eve")
    await page.keyboard.press("Tab")
    await page.keyboard.type("berl")
    await expect(suggested(page).filter(has_text="Europe/Berlin")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("zone", exact=True)).to_have_value("Europe/Berlin")
    await page.keyboard.press("Tab")
    await page.keyboard.type("20:00")
    await page.keyboard.press("Enter")
    card = message(page, "Preview")
    await expect(card).to_contain_text("#evening at 20:00, Europe/Berlin")
    await expect(card).to_contain_text("Only you can see this")
    await expect(page.get_by_label("Message #check-in")).to_be_focused()


async def test_a_command_for_moderators_is_not_offered_to_members(place: Place) -> None:
    page = place.visit.page
    await become(page, "Ana")
    await page.get_by_label("Message #check-in").press_sequentially("/")
    await expect(offered(page)).to_have_count(1)
    await expect(offered(page)).to_contain_text("/hello")


async def test_a_button_opens_a_form_whose_answer_changes_the_message(place: Place) -> None:
    page = place.visit.page
    prompt = await ask(place)
    await become(page, "Kaya")
    await prompt.get_by_role("button", name="Check in").click()
    form = page.get_by_role("dialog", name="Your check-in")
    await form.get_by_label("How are you?").select_option("4")
    await form.get_by_label("A line for yourself").fill("Early night tonight.")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden()
    await expect(prompt).to_contain_text("1 of us so far")
    await expect(message(page, "Saved: 4")).to_contain_text("Only you can see this")
    await become(page, "Ana")
    await expect(message(page, "Saved: 4")).to_have_count(0)


async def test_a_form_keeps_what_was_typed_while_others_talk(place: Place) -> None:
    page, served = place.visit.page, place.served
    prompt = await ask(place)
    await prompt.get_by_role("button", name="Check in").click()
    line = page.get_by_role("dialog").get_by_label("A line for yourself")
    await line.fill("half a thou")
    world, channel = served.box.world, served.story.start
    post(world, channel, served.story.residents[0].member.user, Draft("Good morning."))
    await expect(message(page, "Good morning.")).to_be_attached()
    await expect(line).to_be_focused()
    await page.keyboard.type("ght")
    await expect(line).to_have_value("half a thought")


async def test_a_message_in_the_open_channel_is_read_out(place: Place) -> None:
    page, served = place.visit.page, place.served
    await expect(page.get_by_label("Message #check-in")).to_be_enabled()
    world, channel = served.box.world, served.story.start
    post(world, channel, served.story.residents[0].member.user, Draft("Good morning."))
    await expect(page.locator("#announce")).to_contain_text("Good morning.")


async def test_a_button_nobody_answers_says_so_under_its_message(place: Place) -> None:
    prompt = await ask(place)
    await prompt.get_by_role("button", name="Say nothing").click()
    await expect(prompt.get_by_role("alert")).to_have_text("The application did not respond.")


async def test_a_reply_can_be_sent_with_its_ping_off(place: Place) -> None:
    page = place.visit.page
    prompt = await ask(place)
    await become(page, "Ana")
    await prompt.hover()
    await prompt.get_by_role("button", name="Reply").click()
    await page.get_by_role("switch", name="Ping").uncheck()
    await page.get_by_label("Message #check-in").fill("Slept all right.")
    await page.keyboard.press("Enter")
    reply = message(page, "Slept all right.")
    await expect(reply).to_contain_text("Replying to Handrail (ping off)How are you today?")


async def test_a_private_message_can_be_put_away(place: Place) -> None:
    page = place.visit.page
    await page.get_by_label("Message #check-in").fill("/hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send").click()
    await message(page, "Hello.").get_by_role("button", name="Dismiss").click()
    await expect(message(page, "Hello.")).to_have_count(0)


async def test_a_member_does_not_see_the_moderators_channel(place: Place) -> None:
    page = place.visit.page
    moderators = page.get_by_role("navigation").get_by_role("button", name="moderators")
    await expect(moderators).to_be_visible()
    await go(page, "moderators")
    await become(page, "Ana")
    await expect(moderators).to_have_count(0)
    await expect(page.get_by_role("heading", level=1)).to_have_text("#welcome")


async def test_words_are_shown_as_words_and_never_as_markup(place: Place) -> None:
    page = place.visit.page
    words = "<b onclick=x>*bold*</b> **strong** [here](https://example.org) <script>1</script>"
    await page.get_by_label("Message #check-in").fill(words)
    await page.keyboard.press("Enter")
    said = message(page, "strong")
    await expect(said).to_contain_text("<b onclick=x>bold</b> strong here <script>1</script>")
    await expect(said.locator("b, script, a")).to_have_count(0)
    await said.get_by_role("button", name="here").click()
    await expect(page.get_by_role("alert").filter(has_text="example.org")).to_be_visible()


async def test_the_clock_moves_on_and_shows_the_persons_own_time(place: Place) -> None:
    page = place.visit.page
    await expect(page.locator("#clock-utc")).to_contain_text("Wed 11 Mar, 07:59")
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#clock-utc")).to_contain_text("Wed 11 Mar, 08:59")
    await expect(page.locator("#clock-here")).to_contain_text("09:59")
    await page.get_by_role("button", name="+1 day").click()
    await become(page, "Hiro")
    await expect(page.locator("#clock-here")).to_contain_text("Thu 12 Mar, 17:59")
    await expect(page.locator("#clock-zone")).to_have_text("Tokyo")


async def test_what_the_bot_asks_and_what_went_amiss_is_shown(place: Place) -> None:
    page = place.visit.page
    await page.get_by_text("Break something").click()
    await page.get_by_role("button", name="Missing permission").click()
    ending = page.get_by_role("button", name="End: Missing permission")
    await expect(ending).to_be_visible()
    await page.get_by_label("Message #check-in").fill("/hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#log")).to_contain_text("403 missing-permission")
    await expect(ending).to_have_count(0)


async def test_the_bot_can_be_removed_and_added_back(place: Place) -> None:
    page = place.visit.page
    await page.get_by_text("Break something").click()
    await page.get_by_role("button", name="Remove the bot from the server").click()
    await expect(page.locator("#log")).to_contain_text("The bot was removed from the server")
    await page.get_by_label("Message #check-in").press_sequentially("/")
    await expect(offered(page)).to_have_count(0)
    await page.get_by_role("button", name="Add the bot back").click()
    await page.get_by_label("Message #check-in").fill("")
    await page.get_by_label("Message #check-in").press_sequentially("/")
    await expect(offered(page)).to_have_count(2)


async def test_a_permission_can_be_taken_away_and_given_back(place: Place) -> None:
    page, served = place.visit.page, place.served
    await page.get_by_text("Break something").click()
    await page.get_by_label("A permission of the bot").select_option("SEND_MESSAGES")
    await page.get_by_role("button", name="Take it away").click()
    await expect(page.locator("#permission")).to_contain_text("Send messages (taken away)")
    world, channel = served.box.world, served.story.start
    assert not world.may(world.bot, channel, 1 << 11)
    await page.get_by_label("A permission of the bot").select_option("SEND_MESSAGES")
    await page.get_by_role("button", name="Give it back").click()
    await expect(page.locator("#permission")).not_to_contain_text("taken away")
    assert world.may(world.bot, channel, 1 << 11)


async def test_the_page_finds_its_way_back_after_the_line_was_cut(place: Place) -> None:
    page = place.visit.page
    place.visit.expects_complaints = True
    await become(page, "Ana")
    await go(page, "chat")
    await page.get_by_label("Message #chat").fill("not yet sent")
    await page.context.set_offline(offline=True)
    await place.served.visits.hang_up()
    await expect(page.locator("#banner")).to_contain_text("does not answer")
    await page.context.set_offline(offline=False)
    await expect(page.locator("#banner")).to_contain_text("This is not Discord.")
    await expect(page.get_by_label("Message #chat")).to_have_value("not yet sent")
    await page.get_by_label("Message #chat").press("Enter")
    await expect(message(page, "not yet sent")).to_contain_text("Ana")


async def test_everything_is_in_reach_on_a_phone(place: Place, visits: Visits) -> None:
    page = (await visits.open(place.served.page.url, PHONE)).page
    await expect(page.get_by_label("Message #check-in")).to_be_in_viewport()
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_role("navigation").get_by_role("button", name="chat").click()
    await expect(page.get_by_label("Message #chat")).to_be_in_viewport()
    await page.get_by_role("button", name="Behind the scenes").click()
    await expect(page.get_by_text("What the bot is doing")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Behind the scenes")).to_be_focused()
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wider)


async def test_what_has_not_changed_is_not_drawn_again(place: Place) -> None:
    page = place.visit.page
    prompt = await ask(place)
    button = prompt.get_by_role("button", name="Check in")
    await button.evaluate("element => { element.dataset.mark = 'the same element' }")
    await button.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("How are you?").select_option("4")
    await form.get_by_role("button", name="Submit").click()
    await expect(prompt).to_contain_text("1 of us so far")
    await expect(button).to_have_attribute("data-mark", "the same element")
    await expect(button).to_be_focused()


async def test_layouts_and_embeds_are_drawn_with_native_controls(place: Place) -> None:
    page, served = place.visit.page, place.served
    world, channel = served.box.world, served.story.start
    words = {"type": 10, "content": "## A layout\n-# small\n> quoted\n1. first"}
    picker = {"type": 5, "custom_id": "who", "placeholder": "Who?"}
    more = {"type": 2, "style": 2, "label": "More", "custom_id": "more"}
    section = {"type": 9, "components": [{"type": 10, "content": "A part"}], "accessory": more}
    inside = [words, {"type": 14}, section, {"type": 1, "components": [picker]}]
    layout = [{"type": 17, "accent_color": 255, "components": inside}]
    post(world, channel, world.bot, Draft(components=layout, flags=1 << 15))
    embed = {"title": "A card", "description": "<t:0:D>", "fields": [{"name": "N", "value": "V"}]}
    post(world, channel, world.bot, Draft(embeds=[embed]))
    drawn = message(page, "A layout")
    await expect(drawn.get_by_role("heading", name="A layout")).to_be_visible()
    await expect(drawn.get_by_role("listitem")).to_have_text("first")
    await expect(drawn.get_by_role("button", name="More")).to_be_enabled()
    await drawn.get_by_label("Who?", exact=True).select_option(label="Kaya")
    await drawn.get_by_role("button", name="Choose: Who?").click()
    await expect(drawn.get_by_role("alert")).to_have_text("The application did not respond.")
    await expect(message(page, "A card")).to_contain_text("1 January 1970")
