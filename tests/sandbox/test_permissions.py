"""The documented order, case by case."""

import pytest

from sandbox.permissions import ALL, Overwrite, P, in_channel, in_guild

GUILD, ROLE, OTHER, MEMBER = 1, 2, 3, 4
BASE = int(P.VIEW_CHANNEL | P.SEND_MESSAGES | P.EMBED_LINKS | P.READ_MESSAGE_HISTORY)


def resolve(
    *overwrites: Overwrite, base: int = BASE, thread: bool = False, timed_out: bool = False
) -> int:
    return in_channel(
        base,
        {one.target: one for one in overwrites},
        guild=GUILD,
        roles=[ROLE, OTHER],
        member=MEMBER,
        thread=thread,
        timed_out=timed_out,
    )


def test_the_owner_may_do_everything() -> None:
    assert in_guild(owner=True, everyone=0, roles=[]) == ALL


def test_an_administrator_may_do_everything_whatever_a_channel_says() -> None:
    base = in_guild(owner=False, everyone=0, roles=[int(P.ADMINISTRATOR)])
    assert resolve(Overwrite(MEMBER, "member", 0, ALL), base=base) == ALL


def test_roles_add_up_in_the_guild() -> None:
    assert in_guild(owner=False, everyone=1, roles=[2, 4]) == 7


def test_without_overwrites_the_base_stays() -> None:
    assert resolve() == BASE


@pytest.mark.parametrize(
    ("overwrites", "sends"),
    [
        ([Overwrite(GUILD, "role", deny=P.SEND_MESSAGES)], False),
        ([Overwrite(ROLE, "role", deny=P.SEND_MESSAGES)], False),
        (
            [
                Overwrite(GUILD, "role", deny=P.SEND_MESSAGES),
                Overwrite(ROLE, "role", allow=P.SEND_MESSAGES),
            ],
            True,
        ),
        (
            [
                Overwrite(ROLE, "role", deny=P.SEND_MESSAGES),
                Overwrite(OTHER, "role", allow=P.SEND_MESSAGES),
            ],
            True,
        ),
        (
            [
                Overwrite(ROLE, "role", allow=P.SEND_MESSAGES),
                Overwrite(MEMBER, "member", deny=P.SEND_MESSAGES),
            ],
            False,
        ),
        (
            [
                Overwrite(ROLE, "role", deny=P.SEND_MESSAGES),
                Overwrite(MEMBER, "member", allow=P.SEND_MESSAGES),
            ],
            True,
        ),
    ],
)
def test_the_nearer_overwrite_wins(overwrites: list[Overwrite], *, sends: bool) -> None:
    assert bool(resolve(*overwrites) & P.SEND_MESSAGES) is sends


def test_a_channel_that_cannot_be_seen_grants_nothing() -> None:
    assert resolve(Overwrite(GUILD, "role", deny=P.VIEW_CHANNEL)) == 0


def test_without_sending_there_is_no_embedding() -> None:
    assert not resolve(Overwrite(GUILD, "role", deny=P.SEND_MESSAGES)) & P.EMBED_LINKS


def test_in_threads_another_permission_sends() -> None:
    allowed = resolve(Overwrite(GUILD, "role", P.SEND_MESSAGES_IN_THREADS), thread=True)
    assert allowed & P.EMBED_LINKS
    assert not resolve(thread=True) & P.EMBED_LINKS


def test_a_member_in_a_timeout_reads_only() -> None:
    assert resolve(timed_out=True) == P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
