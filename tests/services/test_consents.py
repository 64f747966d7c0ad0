"""Each purpose has a yes of its own; whoever said none has no key and no row."""

import pytest
from sqlalchemy import Connection, update

from bot.domain.answers import BARE
from bot.domain.consent import CONSENT_VERSION, NOTHING, Purpose, Purposes
from bot.services.check_ins import ConsentNeeded, Counted, Form, Recorded
from bot.services.consents import Chosen
from bot.services.crisis import CrisisChoices
from bot.services.groups import Group
from bot.store.tables import consents
from tests.services.conftest import ANA, ANSWER, BEN, CHECK_INS, HOME, House

SHARING = frozenset({Purpose.SHARING})
BOTH = CHECK_INS | SHARING
TABLES = ("members", "consents", "check_ins", "tallies")


async def agree(house: House, group: Group, purposes: Purposes) -> object:
    day = house.clock.now().date()
    return await house.check_ins.agree(HOME, group.id, day, ANA, purposes)


async def of_ana(house: House) -> Purposes:
    return await house.consents.of_member(HOME, ANA)


def has_key(house: House) -> bool:
    return house.store.vault.holds(house.store.keyring.member(HOME, ANA))


def lose_key(house: House) -> None:
    """As an older copy of the key file does that is put back."""
    keys = house.store.vault.keys
    keys._ask("DELETE FROM member_keys")
    house.store.vault._unwrapped.clear()


async def test_an_empty_choice_by_somebody_unknown_writes_nothing(house: House) -> None:
    assert await house.consents.choose(HOME, ANA, NOTHING) == Chosen(NOTHING, NOTHING)
    assert [await house.rows(table) for table in TABLES] == [[], [], [], []]
    assert not has_key(house)


async def test_looking_writes_nothing(house: House) -> None:
    assert await of_ana(house) == NOTHING
    assert [await house.rows(table) for table in TABLES] == [[], [], [], []]
    assert not has_key(house)


async def test_to_be_counted_only_needs_no_key_and_no_row(house: House) -> None:
    group = await house.a_group()
    assert isinstance(await agree(house, group, NOTHING), Counted)
    assert [await house.rows(table) for table in TABLES[:3]] == [[], [], []]
    assert not has_key(house)


async def test_choosing_keeps_exactly_what_is_chosen(house: House) -> None:
    assert await house.consents.choose(HOME, ANA, BOTH) == Chosen(BOTH, NOTHING)
    assert await of_ana(house) == BOTH
    now_only = frozenset({Purpose.PAIRING, Purpose.SHARING})
    assert await house.consents.choose(HOME, ANA, now_only) == Chosen(now_only, CHECK_INS)
    assert await of_ana(house) == now_only
    assert await house.consents.choose(HOME, ANA, NOTHING) == Chosen(NOTHING, now_only)
    assert await of_ana(house) == NOTHING
    assert await house.rows("consents") == []


async def test_taking_everything_back_deletes_nothing_else(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    day = house.clock.now().date()
    await house.check_ins.answer(HOME, group.id, day, ANA, ANSWER, "button")
    await house.consents.choose(HOME, ANA, NOTHING)
    assert (await house.privacy.held(HOME, ANA)).check_ins == 1
    assert has_key(house)
    # and it stops at once: the next answer is asked about
    again = await house.check_ins.answer(HOME, group.id, day, ANA, ANSWER, "button")
    assert again == ConsentNeeded(group.id, day)
    assert await agree(house, group, CHECK_INS) == Form(group.id, day, ANSWER)


async def test_a_choice_is_kept_with_its_version_and_second(house: House) -> None:
    await house.consents.choose(HOME, ANA, SHARING)
    first = int(house.clock.now().timestamp())
    house.clock.go(days=1)
    await house.consents.choose(HOME, ANA, BOTH)
    rows = {row["purpose"]: (row["version"], row["at"]) for row in await house.rows("consents")}
    assert rows == {
        "sharing": (CONSENT_VERSION, first),
        "check-ins": (CONSENT_VERSION, first + 86_400),
    }


@pytest.mark.parametrize("older", [CHECK_INS, SHARING, BOTH])
async def test_a_card_adds_and_never_takes_back(house: House, older: Purposes) -> None:
    group = await house.a_group()
    await house.consents.choose(HOME, ANA, BOTH)
    assert isinstance(await agree(house, group, older), Form)
    assert await of_ana(house) == BOTH


async def test_an_empty_card_takes_nothing_back(house: House) -> None:
    group = await house.a_group()
    await house.consents.choose(HOME, ANA, BOTH)
    day = house.clock.now().date()
    assert await agree(house, group, NOTHING) == Form(group.id, day, BARE)
    assert await of_ana(house) == BOTH


async def test_a_yes_to_other_things_only_counts_for_the_day(house: House) -> None:
    group = await house.a_group()
    assert isinstance(await agree(house, group, SHARING), Counted)
    assert await of_ana(house) == SHARING
    assert await house.rows("check_ins") == []


async def test_a_yes_to_older_words_does_not_count_but_can_be_taken_back(house: House) -> None:
    await house.consents.choose(HOME, ANA, BOTH)

    def age(conn: Connection) -> None:
        conn.execute(update(consents).values(version=CONSENT_VERSION - 1))

    await house.store.write(age)
    assert await of_ana(house) == NOTHING
    assert await house.consents.choose(HOME, ANA, SHARING) == Chosen(SHARING, CHECK_INS)
    (row,) = await house.rows("consents")
    assert (row["purpose"], row["version"]) == ("sharing", CONSENT_VERSION)


async def test_a_yes_in_one_server_or_by_one_member_is_nobody_elses(house: House) -> None:
    await house.consents.choose(HOME, ANA, BOTH)
    assert await house.consents.of_member(HOME, BEN) == NOTHING
    assert await house.consents.of_member(type(HOME)(HOME + 1), ANA) == NOTHING


async def test_a_yes_whose_key_is_gone_does_not_come_back_with_another_yes(house: House) -> None:
    group = await house.a_group()
    await house.consents.choose(HOME, ANA, CHECK_INS)
    lose_key(house)
    assert await of_ana(house) == NOTHING
    assert isinstance(await agree(house, group, SHARING), Counted)
    assert await of_ana(house) == SHARING


async def test_who_says_yes_after_their_key_was_lost_can_be_looked_for_again(house: House) -> None:
    await house.consents.choose(HOME, ANA, CHECK_INS)
    lose_key(house)
    house.clock.go(days=1)
    (lost,) = await house.expiry.looks_due(10)
    assert lost.person is None
    await house.consents.choose(HOME, ANA, CHECK_INS)
    house.clock.go(days=1)
    (look,) = await house.expiry.looks_due(10)
    assert look.person == ANA


async def test_a_yes_said_twice_makes_one_key_and_one_row(house: House) -> None:
    group = await house.a_group()
    await house.agree(group, ANA)
    day = house.clock.now().date()
    await house.check_ins.answer(HOME, group.id, day, ANA, ANSWER, "button")
    await house.privacy.keep_for(HOME, ANA, 30)
    await house.agree(group, ANA)
    (row,) = await house.rows("members")
    # what they chose meanwhile stays
    assert row["keep_days"] == 30
    assert row["forget_at"] == int(house.clock.now().timestamp()) + 30 * 86_400
    answered = await house.check_ins.answer(HOME, group.id, day, ANA, ANSWER, "button")
    assert isinstance(answered, Recorded)


async def test_a_yes_whose_key_is_gone_does_not_come_back_with_a_remembered_country(
    house: House,
) -> None:
    await house.consents.choose(HOME, ANA, CHECK_INS)
    lose_key(house)
    await CrisisChoices(house.store, house.clock).remember(HOME, ANA, "NO")
    assert has_key(house)
    assert await of_ana(house) == NOTHING
    assert await house.rows("consents") == []
