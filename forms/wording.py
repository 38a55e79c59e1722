"""What a person reads when a value is not accepted: what, against which rule, and what to compare; never a suggestion.

Each sentence exists in English and Simplified Chinese; labels of the study come in the reader's own language.
"""

from collections.abc import Mapping, Sequence

from forms.definitions import Item, ItemType, Study
from forms.findings import Finding
from forms.texts import Text

SHOWN = 40
"""Characters of a refused value that a message shows."""

_PLACES = ((0, "en"), (1, "zh-CN"))

_RULES: Mapping[str, tuple[str, str]] = {
    "integer": (
        "{label} must be a whole number, written in digits alone.",
        "{label}须为整数，只用数字书写。",
    ),
    "number": (
        (
            "{label} must be a number: digits and at most one decimal point with a digit on each side, "
            "no comma, no exponent."
        ),
        "{label}须为数字：只用数字和至多一个小数点，小数点前后均有数字，不用逗号和指数。",
    ),
    "result": (
        (
            "{label} must be a number: digits and at most one decimal point with a digit on each side, "
            "no comma, no exponent; < or > may stand before it."
        ),
        "{label}须为数字：只用数字和至多一个小数点，小数点前后均有数字，不用逗号和指数；前面可写 < 或 >。",
    ),
    "digits": ("{label} takes at most {limit} digits.", "{label}至多 {limit} 位数字。"),
    "significant": ("{label} takes at most {limit} significant digits.", "{label}至多 {limit} 位有效数字。"),
    "length": ("{label} takes at most {limit} characters.", "{label}至多 {limit} 个字符。"),
    "date": (
        "{label} must be a day of the calendar, written YYYY-MM-DD.",
        "{label}须为日历上存在的日期，写作 YYYY-MM-DD。",
    ),
    "partial date": (
        "{label} must be a day of the calendar, written YYYY-MM-DD, or YYYY-MM or YYYY where the rest is unknown.",
        "{label}须为日历上存在的日期，写作 YYYY-MM-DD；其余不详时写作 YYYY-MM 或 YYYY。",
    ),
    "datetime": (
        "{label} must be a day of the calendar and a time, written YYYY-MM-DDTHH:MM, from 00:00 to 23:59.",
        "{label}须为日历上存在的日期和时间，写作 YYYY-MM-DDTHH:MM，时间从 00:00 到 23:59。",
    ),
    "partial datetime": (
        (
            "{label} must be a day of the calendar and a time, written YYYY-MM-DDTHH:MM, "
            "or YYYY-MM-DDTHH, YYYY-MM-DD, YYYY-MM or YYYY where the rest is unknown."
        ),
        "{label}须为日历上存在的日期和时间，写作 YYYY-MM-DDTHH:MM；"
        "其余不详时写作 YYYY-MM-DDTHH、YYYY-MM-DD、YYYY-MM 或 YYYY。",
    ),
    "time": (
        "{label} must be a time from 00:00 to 23:59, written HH:MM.",
        "{label}须为 00:00 到 23:59 之间的时间，写作 HH:MM。",
    ),
    "partial time": (
        "{label} must be a time from 00:00 to 23:59, written HH:MM, or HH where the minute is unknown.",
        "{label}须为 00:00 到 23:59 之间的时间，写作 HH:MM；分钟不详时写作 HH。",
    ),
    "year": ("{label} must lie in the years 1900 to 2100.", "{label}须在 1900 年至 2100 年之间。"),
    "codelist": ("{label} must be one of the terms of its list.", "{label}须为其代码表中的一项。"),
    "unit": (
        "The unit of {label} must be {units}, or a UCUM unit that converts to it.",
        "{label}的单位须为 {units}，或可换算为它的 UCUM 单位。",
    ),
    "unit needed": ("{label} needs its unit: {units}.", "{label}须注明单位：{units}。"),
    "no unit": ("{label} takes no unit.", "{label}不带单位。"),
    "comparator": ("The comparator of {label} must be < or >.", "{label}的限定符须为 < 或 >。"),
    "two comparators": ("{label} has two comparators that differ.", "{label}有两个不同的限定符。"),
    "no comparator": ("{label} takes no comparator.", "{label}不带限定符。"),
    "comparator alone": ("{label} has a comparator without a number.", "{label}只有限定符而没有数字。"),
    "reason": (
        "The reason why {label} is missing must be one of the study's reasons.",
        "{label}的缺失原因须为本研究所列原因之一。",
    ),
    "reason and value": (
        "{label} has both a value and a reason for having none.",
        "{label}既有值，又有缺失原因。",
    ),
    "characters": (
        "{label} takes no control characters and no broken characters.",
        "{label}不能含有控制字符或残缺字符。",
    ),
    "pattern": ("{label} must match the pattern {pattern}.", "{label}须符合格式 {pattern}。"),
    "computed": (
        "{label} is computed by the system and takes no entry.",
        "{label}由系统计算，不接受录入。",
    ),
    "unknown": ("This form has no item of this name.", "本表没有这个名称的项目。"),
    "of rows": ("This item stands on the rows of the form, not beside them.", "该项目属于表单的各行，而非表单本身。"),
    "of the form": ("This item stands on the form itself, not on its rows.", "该项目属于表单本身，而非其各行。"),
    "held": (
        "{label} is frozen or locked and takes no change.",
        "{label}已冻结或锁定，不接受更改。",
    ),
    "unique": (
        "{label} may stand only once in the study, and another subject has this one.",
        "{label}在本研究中不得重复，此值已属于另一受试者。",
    ),
    "unique row": (
        "{label} may stand only once for a subject, and another row has this one.",
        "{label}在同一受试者中不得重复，此值已用于另一行。",
    ),
}

GATE_FINDINGS = 5
_GATE = ("{label}: these findings stand: {findings}.", "{label}：以下核查发现尚未解决：{findings}。")
_SHUT = ("“{label}” is not answered with “{answer}”.", "“{label}”的答案不是“{answer}”。")
_STANDING = ("{message} ({check}, {form}, {event})", "{message}（{check}，{form}，{event}）")
_MORE = (" and {count} more", " 等另外 {count} 项")

_REFUSED = ("{value} was not accepted. {rule}", "{value} 未被接受。{rule}")
_NOTHING = ("An empty answer", "空白")
_COMPARE: Mapping[str, tuple[str, str]] = {
    "source": (" Compare it with the source.", "请对照原始记录。"),
    "report": (" Compare it with the laboratory report.", "请对照检验报告。"),
    "": ("", ""),
}


def refusal_text(rule: str, item: Item, typed: str, **details: str | int) -> Text:
    """The message for a value that broke a rule of its item; `details` fill the rule's other places."""
    compare = "" if rule in {"computed", "held"} else "report" if item.type is ItemType.LAB else "source"
    return _composed(rule, typed, compare, item.label, details)


def unknown_item_text(item: str, rule: str = "unknown") -> Text:
    """The message for an answer to an item that the form does not have, or has elsewhere: `of rows`, `of the form`."""
    return _composed(rule, item, "", Text(), {})


def check_refusal_text(item: Item, typed: str, message: Text) -> Text:
    """The message for a value that a hard check refused: the check's own message, then what to compare."""
    compare = _COMPARE["report" if item.type is ItemType.LAB else "source"]
    return Text({tag: _said(place, typed, message.said_in(tag)) + compare[place] for place, tag in _PLACES})


def gate_refusal_text(item: Item, code: str, standing: Sequence[Finding], study: Study) -> Text:
    """The message for an answer that a gate refuses: the findings that stand, each with its form and visit."""
    texts = {}
    for place, tag in _PLACES:
        told = [_finding_said(finding, study, tag, place) for finding in standing[:GATE_FINDINGS]]
        rest = _MORE[place].format(count=len(standing) - len(told)) if len(standing) > len(told) else ""
        rule = _GATE[place].format(label=item.label.said_in(tag), findings=("; ", "；")[place].join(told) + rest)
        texts[tag] = _said(place, code, rule)
    return Text(texts)


def gate_unanswered_text(item: Item, code: str, study: Study) -> Text:
    """The message where the answer that opens a gate is not given."""
    term = study.codelists[item.codelist].find(code) if item.codelist else None
    label = term.label if term else Text({"und": code})
    return Text(
        {tag: _SHUT[place].format(label=item.label.said_in(tag), answer=label.said_in(tag)) for place, tag in _PLACES}
    )


def _finding_said(finding: Finding, study: Study, tag: str, place: int) -> str:
    event = study.events[finding.record.event.oid].label.said_in(tag)
    form = study.forms[finding.record.form].label.said_in(tag)
    said = finding.message.said_in(tag).rstrip(".。")
    return _STANDING[place].format(check=finding.check, form=form, event=event, message=said)


def shown(typed: str) -> str:
    """A typed text as a message can show it: cut after `SHOWN` characters, what cannot be seen written as escapes."""
    cut = typed if len(typed) <= SHOWN else typed[:SHOWN] + "…"
    return "".join(each if each.isprintable() else _escaped(each) for each in cut)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _composed(rule: str, typed: str, compare: str, label: Text, details: Mapping[str, str | int]) -> Text:
    texts = {}
    for place, tag in _PLACES:
        sentence = _RULES[rule][place].format(label=label.said_in(tag), **details)
        texts[tag] = _said(place, typed, sentence) + _COMPARE[compare][place]
    return Text(texts)


def _said(place: int, typed: str, rule: str) -> str:
    return _REFUSED[place].format(value=shown(typed) or _NOTHING[place], rule=rule)
