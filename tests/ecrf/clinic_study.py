"""The definitions of the small study that reads and pages are tested on: five visits, four forms."""

from fractions import Fraction

from forms import definitions as d
from forms.codelists import Code, CodeList
from forms.texts import Text


def text(english: str, chinese: str) -> Text:
    return Text({"en": english, "zh-CN": chinese})


def _item(oid: str, english: str, chinese: str, kind: d.ItemType = d.ItemType.TEXT, **more) -> d.Item:
    return d.Item(oid, text(english, chinese), kind, **more)


def _form(oid: str, english: str, chinese: str, items: list[d.Item], **more) -> d.Form:
    group = d.Group(f"{oid}.1", text(english, chinese), tuple(item.oid for item in items))
    return d.Form(oid, text(english, chinese), {item.oid: item for item in items}, (group,), **more)


def _event(
    alias: str, english: str, chinese: str, order: int, forms: str, target: int | None = None, **more
) -> d.Event:
    kind = more.pop("kind", "scheduled")
    label = text(english, chinese)
    return d.Event(f"SE.{alias}", alias, label, kind, order, target, None, None, tuple(forms.split()), **more)


UNITS = (
    d.UnitChoice("10*9/L", "×10^9/L"),
    d.UnitChoice("/uL", "/µL", Fraction(1, 1000)),
)
FORMS = [
    _form("SV", "Visit date", "访视日期", [_item("VISDAT", "Visit date", "访视日期", d.ItemType.DATE)]),
    _form("DM", "Demography", "人口学资料", [
        _item("SEX", "Sex", "性别", d.ItemType.CODE, codelist="SEX"),
        _item("BRTHDAT", "Date of birth", "出生日期", d.ItemType.DATE),
    ]),
    _form("HEM", "Haematology", "血常规", [
        _item("PLT", "Platelets", "血小板", d.ItemType.LAB, units=UNITS, canonical="10*9/L"),
        _item("WBC", "White cells", "白细胞", d.ItemType.LAB, units=UNITS, canonical="10*9/L"),
        _item("PLT_ST", "Platelets, standard", "血小板（标准单位）", d.ItemType.QUANTITY, derivation="engine"),
    ]),
    _form("AE", "Adverse events", "不良事件", [_item("AETERM", "Event", "事件")], repeating=True),
]  # fmt: skip
EVENTS = [
    _event("SCR", "Screening", "筛选", 1, "SV DM HEM"),
    _event("BL", "Baseline", "基线", 2, "SV HEM", 0),
    _event("W2", "Week 2", "第2周", 3, "SV HEM", 14),
    _event("UNS", "Unscheduled visit", "计划外访视", 4, "SV HEM", kind="unscheduled", repeating=True),
    _event("LOG", "Running logs", "持续记录", 5, "AE", kind="common"),
]
SEX = CodeList("SEX", (Code("F", text("Female", "女")), Code("M", text("Male", "男"))))
MISSING = CodeList("MISSING", (Code("ND", text("Not done", "未做")),))
DEFINITION = d.Study(
    oid="ST.TRIAL", name="TRIAL", title=text("A small trial", "一项小型试验"), version="1.0", languages=("en", "zh-CN"),
    timezone="Asia/Shanghai", parameters={}, codelists={"SEX": SEX, "MISSING": MISSING},
    events={event.oid: event for event in EVENTS}, forms={form.oid: form for form in FORMS}, derivations=(), checks=(),
    sample_rules={}, missing_reasons="MISSING",
)  # fmt: skip
