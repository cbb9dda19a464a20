"""What a template may hold: fields that exist, conditions, one loop at a time. Nothing that could run away.

Jinja's sandbox keeps a template from our code; it does not keep it from filling the memory or from
running for ever. So there are no calls, no arithmetic, no macros, no variables but ``subject``: what is left
takes time in proportion to the length of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

from loancrm.errors import did_you_mean
from loancrm.i18n import _, noted
from loancrm.letters.fields import FIELDS, Group

SUBJECT = "subject"
FILTERS = ("length", "tail")
LOOP_FIELDS = ("index", "first", "last", "length")
MOST_NESTED = 20
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Getattr,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.CondExpr, nodes.Filter, nodes.Assign, nodes.AssignBlock,
)  # fmt: skip
Complaint = tuple[int, str]  # line, what is wrong
Scope = Mapping[str, Group]


def complaints(tree: nodes.Template) -> Iterator[Complaint]:
    """Yield what is wrong in a template, with the line."""
    yield from _below(tree, FIELDS, 0, in_loop=False)


def _below(node: nodes.Node, scope: Scope, depth: int, *, in_loop: bool) -> Iterator[Complaint]:
    if not isinstance(node, _ALLOWED):
        yield node.lineno, _("{what} is not used in templates").format(what=type(node).__name__.lower())
        return
    if depth > MOST_NESTED:
        yield node.lineno, _("nested too deeply")
        return
    if isinstance(node, nodes.Getattr):
        yield from _field(node, scope)
        return
    if isinstance(node, nodes.Name):
        yield from _name(node, scope)
        return
    if isinstance(node, nodes.For):
        yield from _loop(node, scope, depth, in_loop=in_loop)
        return
    if isinstance(node, nodes.Assign | nodes.AssignBlock):
        yield from _assignment(node, in_loop=in_loop)
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
        yield node.lineno, _("there is no filter {name}").format(name=node.name)
    for child in node.iter_child_nodes(exclude=("target",)):
        yield from _below(child, scope, depth + 1, in_loop=in_loop)


def _field(node: nodes.Getattr, scope: Scope) -> Iterator[Complaint]:
    """A field is ``group.name``; anything longer is none."""
    owner = node.node.name if isinstance(node.node, nodes.Name) else None
    group = scope.get(owner or "")
    name = f"{owner}.{node.attr}" if owner else node.attr
    if owner == "loop" and "loop" in scope and node.attr in LOOP_FIELDS:
        return
    if group is None or group.is_list or node.attr not in group.fields:
        known = [f"{one}.{field}" for one in scope for field in scope[one].fields if not scope[one].is_list]
        yield node.lineno, _unknown(name, tuple(known))


def _name(node: nodes.Name, scope: Scope) -> Iterator[Complaint]:
    """A group by itself is asked for (``{% if loan %}``) or counted; ``_printed`` refuses to print one."""
    if node.name not in scope and node.name != SUBJECT:
        yield node.lineno, _unknown(node.name, tuple(scope))


def _unknown(name: str, known: tuple[str, ...]) -> str:
    words = _("there is no field {name}; loancrm contact templates --fields lists them").format(
        name=name[:60]
    )
    guess = did_you_mean(name, known)
    return noted(words, guess) if guess else words


def _loop(node: nodes.For, scope: Scope, depth: int, *, in_loop: bool) -> Iterator[Complaint]:
    source = node.iter.name if isinstance(node.iter, nodes.Name) else ""
    group = FIELDS.get(source)
    if in_loop or node.recursive:
        yield node.lineno, _("a loop does not stand in a loop")
        return
    if group is None or not group.is_list or not isinstance(node.target, nodes.Name):
        lists = tuple(name for name, one in FIELDS.items() if one.is_list)
        yield node.lineno, _("a loop goes over one of {lists}").format(lists=", ".join(lists))
        return
    if node.target.name in FIELDS and node.target.name != "loan":
        yield node.lineno, _("{name} is a field already").format(name=node.target.name)
        return
    one = Group(group.meaning, group.fields)
    inner = {**scope, node.target.name: one, "loop": Group("", {})}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        yield from _below(child, inner, depth + 1, in_loop=True)


def _assignment(node: nodes.Assign | nodes.AssignBlock, *, in_loop: bool) -> Iterator[Complaint]:
    is_subject = isinstance(node.target, nodes.Name) and node.target.name == SUBJECT
    if not is_subject or in_loop:
        yield node.lineno, _("only the subject is set: {{% set subject %}}…{{% endset %}}").format()
