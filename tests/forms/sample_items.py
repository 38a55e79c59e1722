"""One item of each type, in a study that has nothing else."""

from fractions import Fraction

from forms.codelists import Code, CodeList
from forms.definitions import Item, ItemType, Study, UnitChoice
from forms.texts import Text


def text(en: str) -> Text:
    return Text({"en": en, "zh-CN": f"{en}（中）"})


def codes(oid: str, *terms: str) -> CodeList:
    return CodeList(oid, tuple(Code(term, text(term)) for term in terms))


STUDY = Study(
    oid="ST.T", name="T", title=text("T"), version="1", languages=("en",), timezone="UTC", parameters={},
    codelists={"NY": codes("NY", "Y", "N"), "ND": codes("ND", "NOTDONE"), "RACE": codes("RACE", "A", "B", "C")},
    events={}, forms={}, derivations=(), checks=(), sample_rules={}, missing_reasons="ND",
)  # fmt: skip
PLATELETS = (
    UnitChoice("10*9/L", "×10^9/L"),
    UnitChoice("10*3/uL", "×10^3/µL"),
    UnitChoice("/uL", "/µL", Fraction(1, 1000)),
)


def item(kind: ItemType, **more: object) -> Item:
    return Item("X", text("Field"), kind, **more)  # type: ignore[arg-type]


DECIMAL = item(ItemType.DECIMAL)
INTEGER = item(ItemType.INTEGER)
TEXT = item(ItemType.TEXT, length=5)
LAB = item(ItemType.LAB, units=PLATELETS, canonical="10*9/L", length=8)
ONE_UNIT = item(ItemType.LAB, units=(UnitChoice("mm/h", "mm/h"),), canonical="mm/h")
CREATININE = item(
    ItemType.LAB, canonical="umol/L",
    units=(UnitChoice("umol/L", "µmol/L"), UnitChoice("mg/dL", "mg/dL", Fraction("88.42"))),
)  # fmt: skip
TEMPERATURE = item(
    ItemType.QUANTITY, canonical="Cel",
    units=(UnitChoice("Cel", "°C"), UnitChoice("[degF]", "°F", Fraction(5, 9), Fraction(-32))),
)  # fmt: skip
DATE = item(ItemType.DATE)
PARTIAL = item(ItemType.DATE, partial=True)
DATETIME = item(ItemType.DATETIME)
PARTIAL_DATETIME = item(ItemType.DATETIME, partial=True)
TIME = item(ItemType.TIME)
PARTIAL_TIME = item(ItemType.TIME, partial=True)
CODE = item(ItemType.CODE, codelist="NY")
CODES = item(ItemType.CODES, codelist="RACE")
NUMBERED = item(ItemType.TEXT, pattern=r"^[A-Z]{2}[0-9]{2}-S[0-9]{3}$", length=10)
THREE_DIGITS = item(ItemType.DECIMAL, digits=3)
