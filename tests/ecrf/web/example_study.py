"""A small study made by hand: one item of every type, and a chemistry form with a grid."""

from dataclasses import replace
from fractions import Fraction

from forms.codelists import Code, CodeList
from forms.definitions import Bounds, Event, Form, Group, Item, ItemType, Study, UnitChoice
from forms.landmarks import DayRule
from forms.texts import Text


def text(en: str, zh: str = "") -> Text:
    return Text({"en": en, "zh-CN": zh or en})


def codelist(oid: str, **terms: tuple[str, str]) -> CodeList:
    return CodeList(oid, tuple(Code(code, text(*labels)) for code, labels in terms.items()))


LISTS = {
    each.oid: each
    for each in (
        codelist("NY", Y=("Yes", "是"), N=("No", "否")),
        codelist("LAB", LAB_A=("Local lab A (Nanjing main campus)", "本地实验室A(南京本部)"),
            LAB_B=("Local lab B", "本地实验室B")),
        codelist("NDREAS", NOTDONE=("Not done", "未做"), LOST=("Sample lost", "标本丢失"),
            HEMOL=("Haemolysed / unusable", "溶血/不可用")),
        codelist("CS", N=("Abnormal, not clinically significant", "异常无临床意义"),
            Y=("Abnormal, clinically significant", "异常有临床意义"), NL=("Normal", "正常")),
        codelist("NRIND", L=("Low", "低"), N=("Normal", "正常"), H=("High", "高")),
        codelist("SYM", FEV=("Fever", "发热"), RASH=("Rash", "皮疹"), PAIN=("Pain", "疼痛")),
        codelist("ETHCN", HAN=("Han", "汉族"), HUI=("Hui", "回族"), ZHUANG=("Zhuang", "壮族"),
            MANCHU=("Manchu", "满族"), OTH=("Other", "其他")),
    )
}  # fmt: skip
U_L = (UnitChoice("U/L", "U/L"), UnitChoice("ukat/L", "µkat/L", Fraction(60)))
UMOL = (UnitChoice("umol/L", "µmol/L"), UnitChoice("mg/dL", "mg/dL", Fraction("17.104")))
MMOL = (UnitChoice("mmol/L", "mmol/L"),)
CELLS = (UnitChoice("10*9/L", "×10^9/L"), UnitChoice("/uL", "/µL", Fraction(1, 1000)))


def lab(oid: str, en: str, zh: str, units: tuple[UnitChoice, ...], **more: object) -> dict[str, Item]:
    main = Item(oid, text(en, zh), ItemType.LAB, units=units, canonical=units[0].ucum, **more)  # type: ignore[arg-type]
    companion = {
        "CS": Item(f"{oid}_CS", text("Clinical significance", "临床意义"), ItemType.CODE, codelist="CS"),
        "AENO": Item(f"{oid}_AENO", text("Linked AE number", "关联AE编号"), ItemType.INTEGER),
        "XULN": Item(f"{oid}_XULN", text("Multiple of ULN", "ULN倍数"), ItemType.DECIMAL),
        "NRIND": Item(f"{oid}_NRIND", text("Range flag", "范围标志"), ItemType.CODE, codelist="NRIND"),
        "TOXGR": Item(f"{oid}_TOXGR", text("CTCAE grade", "CTCAE分级"), ItemType.INTEGER),
    }
    return {oid: main} | {item.oid: replace(item, lab=oid, companion=suffix) for suffix, item in companion.items()}


ANALYTES = (
    ("ALT", "Alanine aminotransferase", "丙氨酸氨基转移酶", U_L, True),
    ("AST", "Aspartate aminotransferase", "天门冬氨酸氨基转移酶", U_L, True),
    ("ALP", "Alkaline phosphatase", "碱性磷酸酶", U_L, True),
    ("GGT", "Gamma-glutamyl transferase", "γ-谷氨酰转移酶", U_L, False),
    ("TBIL", "Total bilirubin", "总胆红素", UMOL, True),
    ("CREA", "Creatinine", "肌酐", UMOL, True),
    ("K", "Potassium", "钾", MMOL, True),
    ("NA", "Sodium", "钠", MMOL, True),
    ("PHOS", "Phosphate", "无机磷", MMOL, False),
    ("BICARB", "Bicarbonate", "碳酸氢根", MMOL, False),
)


def _chem() -> Form:
    items: dict[str, Item] = {}
    for item in (
        Item("LABID", text("Laboratory", "实验室"), ItemType.CODE, required=True, codelist="LAB"),
        Item("LBDTC", text("Sample collection date and time", "采样日期时间"), ItemType.DATETIME, required=True),
        Item("FASTING", text("Fasting sample?", "是否空腹?"), ItemType.CODE, codelist="NY"),
    ):
        items[item.oid] = item
    for oid, en, zh, units, required in ANALYTES:
        items |= lab(oid, en, zh, units, required=required, hard=Bounds(Fraction(0), Fraction(15000)))
    items["EGFR"] = Item(
        "EGFR", text("Glomerular filtration rate", "肾小球滤过率"), ItemType.DECIMAL, derivation="DV.EGFR",
        units=(UnitChoice("mL/min/{1.73_m2}", "mL/min/1.73m^2"),), short="eGFR",
    )  # fmt: skip
    groups = (
        Group("SAMPLE", text("Sample", "标本"), ("LABID", "LBDTC", "FASTING")),
        Group("LIVER", text("Liver", "肝功能"), ("ALT", "AST", "ALP", "GGT", "TBIL"), "grid"),
        Group("KIDNEY", text("Kidney", "肾功能"), ("CREA", "EGFR"), "grid"),
        Group("ELEC", text("Electrolytes", "电解质"), ("K", "NA", "PHOS", "BICARB"), "grid"),
    )
    return Form("CHEM", text("Serum chemistry", "血生化"), items, groups)


def _dm() -> Form:
    items = (
        Item("SCRNUM", text("Screening number", "筛选号"), ItemType.TEXT, required=True, length=10),
        Item("RFICDAT", text("Date of informed consent", "知情同意书签署日期"), ItemType.DATE, required=True),
        Item("RFICTIM", text("Time of informed consent", "知情同意书签署时间"), ItemType.TIME, required=True),
        Item("BRTHDAT", text("Date of birth", "出生日期"), ItemType.DATE, required=True, partial=True),
        Item("AGE", text("Age at consent (years)", "知情同意时年龄(岁)"), ItemType.INTEGER, derivation="DV.AGE"),
        Item("FERTREQ", text("Does the subject have fertility requirements during the study?",
            "研究期间是否有生育要求?"), ItemType.CODE, codelist="NY"),
        Item("ETHNICCN", text("Ethnic group", "民族"), ItemType.CODE, codelist="ETHCN"),
        Item("CHILDS", text("Number of children", "子女数"), ItemType.INTEGER),
        Item("RATIO", text("Ratio", "比值"), ItemType.DECIMAL, decimals=2),
        Item("WEIGHT", text("Weight", "体重"), ItemType.QUANTITY, units=(UnitChoice("kg", "kg"),
            UnitChoice("[lb_av]", "lb")), canonical="kg"),
        Item("SYMPT", text("Symptoms", "症状"), ItemType.CODES, codelist="SYM"),
        Item("VISREAS", text("Reason not done", "未进行原因"), ItemType.TEXT, length=200),
        Item("SCAN", text("Report", "报告"), ItemType.FILE),
    )  # fmt: skip
    return Form("DM", text("Informed consent and demographics", "知情同意与人口学"), {item.oid: item for item in items},
                (Group("ALL", text("Demographics", "人口学"), tuple(item.oid for item in items)),))  # fmt: skip


FORMS = {form.oid: form for form in (_dm(), _chem())}
EVENT = Event(
    "SE.W14",
    "W14",
    text("Week 14 (belimumab dose 5)", "第14周(贝利尤单抗第5剂)"),
    "scheduled",
    9,
    98,
    -5,
    5,
    ("DM", "CHEM"),
)
STUDY = Study(
    "ST.BEAM", "BEAM", text("A trial"), "1.0", ("en", "zh-CN"), "Asia/Shanghai", {}, LISTS, {EVENT.oid: EVENT}, FORMS,
        (), (),
    {"CHEM": DayRule("LBDTC", "LABID")}, missing_reasons="NDREAS",
)  # fmt: skip
