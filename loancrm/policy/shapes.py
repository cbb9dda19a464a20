"""What the parts of a policy share: strictness, days, names of rules, texts in both languages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=36500)]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Shape(BaseModel):
    """A part of the policy: frozen, and no key that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class TextShape(Shape):
    """A text in both languages."""

    en: str
    zh_CN: str  # noqa: N815 - the language's own code

    def said(self, lang: str) -> str:
        """Return the text in a language."""
        return self.zh_CN if lang == "zh_CN" else self.en
