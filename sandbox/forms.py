"""Forms (modals): what a person sees in one, and what leaves when it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.things import Channel, Component, Json, Member, Role, User, walk

if TYPE_CHECKING:
    from sandbox.interactions import Interaction


class CannotDo(Exception):  # noqa: N818 - it says what a person cannot do
    """A person could not do this: Discord's own window would not let them."""


_FIELDS: Final = frozenset(
    {
        Component.TEXT_INPUT,
        Component.SELECT,
        Component.USER_SELECT,
        Component.ROLE_SELECT,
        Component.MENTIONABLE_SELECT,
        Component.CHANNEL_SELECT,
        Component.FILE_UPLOAD,
        Component.RADIO_GROUP,
        Component.CHECKBOX_GROUP,
        Component.CHECKBOX,
    }
)
_SPOKEN: Final = ("label", "description", "content", "placeholder")
_PICKS: Final = {Component.SELECT, Component.RADIO_GROUP, Component.CHECKBOX_GROUP}
ENTITIES: Final = {
    Component.USER_SELECT: (User,),
    Component.ROLE_SELECT: (Role,),
    Component.MENTIONABLE_SELECT: (User, Role),
    Component.CHANNEL_SELECT: (Channel,),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form: its label and its component."""

    label: str
    component: Json
    description: str | None = None

    @property
    def custom_id(self) -> str:
        return str(self.component["custom_id"])

    @property
    def required(self) -> bool:
        return bool(self.component.get("required", True))


@dataclass(slots=True, eq=False)
class Modal:
    """An open form."""

    title: str
    custom_id: str
    components: list[Json]
    cause: Interaction
    sent: bool = field(default=False)

    @property
    def entries(self) -> list[Entry]:
        return list(self._entries())

    def _entries(self) -> Iterator[Entry]:
        for part in walk(self.components):
            if part["type"] == Component.LABEL:
                yield Entry(part["label"], part["component"], part.get("description"))
            elif part["type"] == Component.ROW:
                for one in part["components"]:
                    if one["type"] in _FIELDS:
                        yield Entry(one.get("label", ""), one)

    @property
    def labels(self) -> list[str]:
        return [entry.label for entry in self.entries]

    @property
    def text(self) -> str:
        """All the words of the form."""
        words = [self.title]
        for part in walk(self.components):
            words += [part.get(key) or "" for key in _SPOKEN]
            for option in part.get("options", []):
                words += [option.get("label", ""), option.get("description") or ""]
        return "\n".join(word for word in words if word)

    def filled(self, values: Mapping[str, Any]) -> tuple[list[Json], list[Any]]:
        """Return the submission for values by label (or custom_id), and the entities picked."""
        unknown = set(values) - {
            name for one in self.entries for name in (one.label, one.custom_id)
        }
        if unknown:
            raise CannotDo(f"the form has no field {sorted(unknown)}; it has {self.labels}")
        picked: list[Any] = []
        return [self._submission(part, values, picked) for part in self.components], picked

    def _submission(self, part: Json, values: Mapping[str, Any], picked: list[Any]) -> Json:
        kind = part["type"]
        if kind == Component.ROW:
            inside = [self._submission(one, values, picked) for one in part["components"]]
            return {"type": kind, "id": part["id"], "components": inside}
        if kind == Component.LABEL:
            entry = Entry(part["label"], part["component"])
            inside = [_field(entry, _given(entry, values), picked)]
            return {"type": kind, "id": part["id"], "component": inside[0]}
        if kind in _FIELDS:
            entry = Entry(part.get("label", ""), part)
            return _field(entry, _given(entry, values), picked)
        return {"type": kind, "id": part["id"]}


def _given(entry: Entry, values: Mapping[str, Any]) -> Any:
    return values.get(entry.label, values.get(entry.custom_id))


def _field(entry: Entry, given: Any, picked: list[Any]) -> Json:
    part = entry.component
    kind = part["type"]
    sent: Json = {"type": kind, "id": part["id"], "custom_id": part["custom_id"]}
    if kind == Component.TEXT_INPUT:
        return sent | {"value": _text(entry, given)}
    if kind == Component.CHECKBOX:
        return sent | {"value": bool(part.get("default", False) if given is None else given)}
    chosen = values_of(entry, given, picked)
    if kind == Component.RADIO_GROUP:
        return sent | {"value": chosen[0] if chosen else None}
    return sent | {"values": chosen}


def _text(entry: Entry, given: Any) -> str:
    part = entry.component
    text = str(part.get("value") or "" if given is None else given)
    if not text:
        if entry.required:
            raise CannotDo(f"{entry.label!r} must be filled in")
        return ""
    if len(text) > (part.get("max_length") or 4000):
        raise CannotDo(f"{entry.label!r} takes at most {part.get('max_length') or 4000} characters")
    if len(text) < (part.get("min_length") or 0):
        raise CannotDo(f"{entry.label!r} needs at least {part['min_length']} characters")
    if part.get("style") == 1 and "\n" in text:
        raise CannotDo(f"{entry.label!r} is one line")
    return text


def values_of(entry: Entry, given: Any, picked: list[Any]) -> list[str]:
    """The values of a choice, checked as the window checks them; entities go to `picked`."""
    part = entry.component
    wanted = _listed(given)
    if part["type"] in _PICKS:
        chosen = _options(entry, wanted, default=given is None)
    elif part["type"] == Component.FILE_UPLOAD:
        picked.extend(wanted)
        chosen = [str(one.id) for one in wanted]
    else:
        kinds = ENTITIES[part["type"]]
        entities = [one.user if isinstance(one, Member) else one for one in wanted]
        for one in entities:
            if not isinstance(one, kinds):
                raise CannotDo(f"{entry.label!r} cannot hold {one!r}")
            _fits_channel_types(entry, one)
        picked.extend(entities)
        chosen = [str(one.id) for one in entities]
    _count(entry, len(chosen))
    return chosen


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        return list(given)
    return [given]


def _options(entry: Entry, wanted: list[Any], *, default: bool) -> list[str]:
    options = entry.component["options"]
    if default:
        return [str(one["value"]) for one in options if one.get("default")]
    chosen = []
    for each in wanted:
        for one in options:
            if str(each) in {one["label"], one["value"]}:
                chosen.append(str(one["value"]))
                break
        else:
            labels = [one["label"] for one in options]
            raise CannotDo(f"{entry.label!r} does not offer {each!r}; it offers {labels}")
    return chosen


def _fits_channel_types(entry: Entry, one: object) -> None:
    types = entry.component.get("channel_types")
    if types and isinstance(one, Channel) and one.kind not in types:
        raise CannotDo(f"{entry.label!r} does not list #{one.name}")


def _count(entry: Entry, count: int) -> None:
    part = entry.component
    radio = part["type"] == Component.RADIO_GROUP
    groups = part["type"] == Component.CHECKBOX_GROUP
    most = 1 if radio else part.get("max_values")
    if most is None:
        most = len(part["options"]) if groups else 1
    least = 1 if radio else part.get("min_values")
    if least is None:
        least = 1
    if count == 0 and not part.get("required", True):
        return
    if count > most:
        raise CannotDo(f"{entry.label!r} takes at most {most}")
    if count < least:
        raise CannotDo(f"{entry.label!r} needs at least {least}")
