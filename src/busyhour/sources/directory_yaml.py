"""A company's directory as YAML: offices with what belongs to them, and groups with their members.

Scalars are taken as they are written, not as YAML guesses them: 10:00 stays a time, NO a country.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

from busyhour.domain.directory import Kind
from busyhour.domain.drafts import Draft, MemberDraft, Problem, Reference, Sheet, raise_problems
from busyhour.domain.memberships import member_kinds
from busyhour.errors import UnreadableFile
from busyhour.sources.directory_fields import fields_of, make_draft
from busyhour.sources.directory_hours import day
from busyhour.sources.directory_raw import Raw
from busyhour.sources.text import is_utf8, lines

__all__ = ["GROUP_LISTS", "LISTS", "members_word", "read_yaml"]

LISTS = {
    "call_centers": Kind.CALL_CENTER,
    "departments": Kind.DEPARTMENT,
    "staff_groups": Kind.STAFF_GROUP,
    "coaching_teams": Kind.COACHING_TEAM,
    "rooms": Kind.ROOM,
    "users": Kind.USER,
}
"""The lists of an office, and of what belongs to no office."""

GROUP_LISTS = {"offices": Kind.OFFICE} | LISTS

_MEMBER_FIELDS = ("user", "room", "role", "since", "until")
_DAY = "a date such as 2026-03-01"
_DEEPEST = 4

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one, where the library was built with it."""

_Pair = tuple[int, str, Any]
"""The line of a key, the key, its node."""


def members_word(kind: Kind) -> str | None:
    """What the list of a group's members is called, or None for who has no members."""
    if kind in (Kind.USER, Kind.ROOM):
        return None
    return "members" if kind is Kind.COACHING_TEAM else "operators"


def read_yaml(file: BinaryIO, company: str) -> Sheet:
    """What the file says of that company; raises UnreadableFile that names every line which cannot be taken."""
    reader = _Reader()
    reader.top(_root(file), company)
    raise_problems(reader.problems)
    return Sheet(reader.drafts, reader.members, reader.listed)


def _root(file: BinaryIO) -> yaml.MappingNode:
    numbered = list(lines(file))
    if strange := next((number for number, text in numbered if not is_utf8(text)), None):
        raise UnreadableFile(f"Line {strange} is not UTF-8 text. Nothing of the file was taken.")
    try:
        root = yaml.compose("".join(text for _, text in numbered), Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise UnreadableFile(f"The file is not YAML: {_of_yaml(error)} Nothing of it was taken.") from None
    if not isinstance(root, yaml.MappingNode):
        raise UnreadableFile("The file is no YAML mapping: expected offices: and what belongs to them.")
    return root


def _of_yaml(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}."
    return f"{error}."


class _Reader:
    """Walks the nodes and puts down what they say, and what is wrong with them."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.members: list[MemberDraft] = []
        self.listed: list[Draft] = []
        self.problems: list[Problem] = []

    def top(self, root: yaml.MappingNode, company: str) -> None:
        for line, key, node in self._pairs(root, "the file", ("company", *GROUP_LISTS)):
            if key != "company":
                self._list(line, key, node, None)
            elif self._plain(node, line, key) != company:
                self._refuse(line, key, node, f"{company}, the company that the file is imported for")

    def _list(self, line: int, key: str, node: Any, office: Draft | None) -> None:
        for item in self._items(node, line, key):
            if isinstance(item, yaml.MappingNode):
                self._entry(item, GROUP_LISTS[key], office)
            else:
                self._refuse(_line(item), key, item, "a mapping, such as name: Support")

    def _entry(self, node: yaml.MappingNode, kind: Kind, office: Draft | None) -> None:
        lists = LISTS if kind is Kind.OFFICE else {}
        word = members_word(kind)
        fields = fields_of(kind)
        pairs = list(self._pairs(node, kind.type_name, (*fields, *([word] if word else []), *lists)))
        said = [(line, key, self._plain(value, line, key)) for line, key, value in pairs if key in fields]
        draft = make_draft(_line(node), kind, office, said, self.problems)
        self.drafts.append(draft)
        for line, key, value in pairs:
            if key in lists:
                self._list(line, key, value, draft)
            elif key == word:
                self.listed.append(draft)
                for item in self._items(value, line, key):
                    self._member(item, draft)

    def _member(self, node: Any, group: Draft) -> None:
        said = dict(self._member_texts(node))
        who = [key for key in ("user", "room") if key in said]
        if len(who) != 1:
            kinds = " or ".join(kind.type_name for kind in member_kinds(group.kind))
            self.problems.append(Problem(_line(node), "member", None, f"one {kinds}, by email, name or id"))
            return
        member = Reference((Kind.parse(who[0]) or Kind.USER,), said[who[0]])
        since, until = (self._day(node, said, key) for key in ("since", "until"))
        if since and until and since >= until:
            accepted = f"a day after since ({since})"
            self.problems.append(Problem(_line(node), "until", said["until"], accepted))
        self.members.append(MemberDraft(_line(node), group, member, said.get("role"), since, until))

    def _member_texts(self, node: Any) -> Iterator[tuple[str, str]]:
        """The texts of a member; a bare text is a user."""
        if isinstance(node, yaml.ScalarNode):
            yield "user", node.value.strip()
            return
        if not isinstance(node, yaml.MappingNode):
            self._refuse(_line(node), "member", node, f"a mapping of {', '.join(_MEMBER_FIELDS)}")
            return
        for line, key, value in self._pairs(node, "a member", _MEMBER_FIELDS):
            text = self._plain(value, line, key)
            if isinstance(text, str):
                yield key, text.strip()
            else:
                self._refuse(line, key, value, "a text")

    def _day(self, node: Any, said: dict[str, str], key: str) -> Any:
        if key not in said:
            return None
        found = day(said[key])
        if found is None:
            self.problems.append(Problem(_line(node), key, said[key], _DAY))
        return found

    def _pairs(self, node: yaml.MappingNode, what: str, accepted: tuple[str, ...]) -> Iterator[_Pair]:
        """The pairs of a mapping whose key is accepted and that say something."""
        seen: set[str] = set()
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if key not in accepted:
                self._refuse(_line(key_node), f"a field of {what}", key_node, ", ".join(accepted))
            elif key in seen:
                self._refuse(_line(key_node), key, value, "each field once")
            elif value.tag != "tag:yaml.org,2002:null":
                yield _line(key_node), key, value
            seen.add(key)

    def _items(self, node: Any, line: int, key: str) -> list[Any]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self._refuse(line, key, node, "a list")
        return []

    def _plain(self, node: Any, line: int, key: str, depth: int = 0) -> Raw:
        """A node as texts, lists and mappings."""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if depth == _DEEPEST:
            self._refuse(line, key, node, "a value that is not nested so deep")
            return ""
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, line, key, depth + 1) for item in node.value]
        said = {str(name.value): self._plain(value, line, key, depth + 1) for name, value in node.value}
        if len(said) < len(node.value):
            self._refuse(line, key, node, "each of its keys once")
        return said

    def _refuse(self, line: int, field: str, node: Any, accepted: str) -> None:
        came = node.value if isinstance(node, yaml.ScalarNode) else f"a {node.id}"
        self.problems.append(Problem(line, field, came, accepted))


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
