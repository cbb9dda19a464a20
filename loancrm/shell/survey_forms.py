"""The paper of a survey: the form, the answer sheet, and the profile by which the sheet comes back.

Nothing of it bears a name: a sheet knows customers by the codes of their invitations.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.errors import InvalidInput
from loancrm.i18n import N_, _, language, listed, speaking
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.surveys import Question, Survey
    from loancrm.render.form_page import Form, Line

HEAD = (Column("invitation", N_("invitation")), Column("survey", N_("survey"), table=False))
TAIL = (
    Column("on", N_("day"), "date", fill=True),
    Column("channel", N_("channel"), "code", vocabulary="channel", table=False, fill=True),
    Column("comment", N_("comment"), table=False, fill=True),
)


def write_form(crm: Context, code: str, wanted: str | None, *, each: bool) -> None:
    """Write the form, or one for each open invitation: HTML where the file's name says so, else Markdown."""
    from loancrm.render.form_page import as_html, as_markdown
    from loancrm.reports.surveys import invitations, survey
    from loancrm.shell.output import write_file

    with crm.view() as view:
        found = survey(view, code)
        codes: list[str | None] = [None]
        if each:
            codes = [line.invitation for line in invitations(view, found.id, open_only=True)]
    lang = _language(found.survey, wanted)
    form = _form(found.survey, lang)
    is_page = Path(crm.given.get("output") or "").suffix.lower() in (".html", ".htm")
    text = as_html(form, codes, lang) if is_page else as_markdown(form, codes)
    write_file(crm, text.encode())


def _language(survey: Survey, wanted: str | None) -> str:
    """Return the language to print in: as asked, else yours where the survey has it, else its first.

    Raises:
        InvalidInput: the survey is not in that language.
    """
    from loancrm.i18n import match_language

    languages: tuple[str, ...] = survey.shape.languages
    if wanted is None:
        return language() if language() in languages else languages[0]
    found = match_language(wanted)
    if found not in languages:
        raise InvalidInput(
            _("--language: this survey is in {languages}").format(languages=listed(languages)),
            field="--language",
        )
    return found


def _form(survey: Survey, lang: str) -> Form:
    from loancrm.render.form_page import Form, Part

    own = Part(None, tuple(_line(survey, one, lang) for one in survey.questions))
    with speaking(lang):
        others = tuple(
            Part(
                _("The same of {bank}").format(bank=survey.said(rival.name, lang)),
                tuple(_line(survey, one, lang) for one in survey.questions if one.code in rival.dimensions),
            )
            for rival in survey.rivals
        )
        return Form(
            title=survey.said(survey.shape.title, lang),
            intro=_(
                "Tick one box a line, or leave a line out. No name stands on this sheet; by its code your"
                " account manager may call you back about what you answer."
            ),
            code_label=_("code:"),
            comment_label=_("What else would you like to tell us?"),
            parts=(own, *others),
        )


def _line(survey: Survey, question: Question, lang: str) -> Line:
    from loancrm.render.form_page import Line

    marks: tuple[str, ...] = ()
    if question.ends is not None:
        low, high = question.ends
        marks = tuple(str(value) for value in range(low, high + 1))
    elif question.choices is not None:
        marks = tuple(survey.said(texts, lang) for texts in question.choices.values())
    return Line(survey.said(question.text, lang), marks)


def show_sheet(crm: Context, code: str) -> None:
    """Show the answer sheet: a row for each open invitation, a column for each question."""
    from loancrm.reports.surveys import invitations, survey

    with crm.view() as view:
        found = survey(view, code)
        codes = [line.invitation for line in invitations(view, found.id, open_only=True)]
    keys = [key for key, _question, _rival in found.survey.columns()]
    columns = (*HEAD, *(Column(key, key, fill=True) for key in keys), *TAIL)
    empty: dict[str, Any] = dict.fromkeys((*keys, "on", "channel", "comment"))
    rows = [{**empty, "invitation": one, "survey": found.survey.code} for one in codes]
    words = _("to fill it in: --output sheet.xlsx; then loancrm import answers sheet.xlsx --profile P.yaml")
    how = _("P.yaml is what loancrm survey profile {survey} prints").format(survey=found.survey.code)
    footer = ["", words, how] if crm.format == "table" else []
    crm.show(rows, columns, title=found.survey.code, footer=footer, whole=True)


def print_profile(crm: Context, code: str) -> None:
    """Print the profile of a survey's answer sheet."""
    import typer

    from loancrm.reports.surveys import survey

    with crm.view() as view:
        found = survey(view, code).survey
    lines = [
        "kind: answers",
        "filled_in: [" + ", ".join(f"answer.{key}" for key, _q, _r in found.columns()) + "]",
        "columns:",
        *(f"  answer.{name}: {_headings(name)}" for name in ("invitation", "survey")),
        *(f"  answer.{key}: {_headings(key)}" for key, _question, _rival in found.columns()),
        *(f"  answer.{name}: {_headings(name)}" for name in ("on", "channel", "comment")),
    ]
    typer.echo("\n".join(lines))


def _headings(name: str) -> str:
    """Return how a column is headed: by its key in a data file, by its label in a workbook."""
    labels = {"invitation": N_("invitation"), "survey": N_("survey"), "on": N_("day")}
    labels |= {"channel": N_("channel"), "comment": N_("comment")}
    found = [name]
    for lang in ("en", "zh_CN"):
        with speaking(lang):
            found.append(_(labels.get(name, name)))  # a question may be called like something of ours
    names = tuple(dict.fromkeys(found))
    return names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"
