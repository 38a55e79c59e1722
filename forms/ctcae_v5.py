"""CTCAE v5.0: the grades that laboratory values alone decide, as data.

Source: NCI Common Terminology Criteria for Adverse Events v5.0 (27 November 2017). The computable form is that of the
public reference implementation admiral (pharmaverse), `atoxgr_criteria_ctcv5`, but where admiral assumes symptoms
(lipase, amylase, hypokalemia, hyponatremia): there a value alone gives the grade it gives without them.

A grade counts where one of its conditions (`or`) holds; `ULN` and `LLN` are the limits that apply to the value, `BASE`
is the subject's baseline; bare numbers are in the term's unit. Where the dictionary tells normal from abnormal
baselines, `abnormal` stands for the latter. Grades that need clinical judgement (transfusion, symptoms,
life-threatening) have no condition here: the investigator enters them and they override upward. v5.0 has no numeric
limits for hyperglycaemia, so glucose is not graded high.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """One laboratory term: the condition of each grade, and the analytes (item OIDs, also CDISC's) it grades."""

    grades: Mapping[int, str]
    unit: str | None = None
    abnormal: Mapping[int, str] = field(default_factory=dict)
    analytes: tuple[str, ...] = ()


_LIVER = {1: ">ULN", 2: ">3*ULN", 3: ">5*ULN", 4: ">20*ULN"}
_LIVER_ABNORMAL = {1: ">=1.5*BASE", 2: ">3*BASE", 3: ">5*BASE", 4: ">20*BASE"}
_BILIARY = {1: ">ULN", 2: ">2.5*ULN", 3: ">5*ULN", 4: ">20*ULN"}

TERMS: Mapping[str, Term] = {
    "Anemia": Term({1: "<LLN", 2: "<100", 3: "<80"}, "g/L", analytes=("HGB",)),
    "Leukocytosis": Term({3: ">100"}, "10*9/L", analytes=("WBC",)),
    "Activated partial thromboplastin time prolonged": Term(
        {1: ">ULN", 2: ">1.5*ULN", 3: ">2.5*ULN"}, analytes=("APTT",)
    ),
    "Alanine aminotransferase increased": Term(_LIVER, abnormal=_LIVER_ABNORMAL, analytes=("ALT",)),
    "Aspartate aminotransferase increased": Term(_LIVER, abnormal=_LIVER_ABNORMAL, analytes=("AST",)),
    "Alkaline phosphatase increased": Term(
        _BILIARY, abnormal={1: ">=2*BASE", 2: ">2.5*BASE", 3: ">5*BASE", 4: ">20*BASE"}, analytes=("ALP",)
    ),
    "GGT increased": Term(
        _BILIARY, abnormal={1: ">2*BASE", 2: ">2.5*BASE", 3: ">5*BASE", 4: ">20*BASE"}, analytes=("GGT",)
    ),
    "Blood bilirubin increased": Term(
        {1: ">ULN", 2: ">1.5*ULN", 3: ">3*ULN", 4: ">10*ULN"},
        abnormal={1: ">BASE", 2: ">1.5*BASE", 3: ">3*BASE", 4: ">10*BASE"},
        analytes=("TBIL", "BILI"),
    ),
    "CD4 lymphocytes decreased": Term({1: "<LLN", 2: "<0.5", 3: "<0.2", 4: "<0.05"}, "10*9/L", analytes=("CD4",)),
    "Cholesterol high": Term({1: ">ULN", 2: ">7.75", 3: ">10.34", 4: ">12.92"}, "mmol/L", analytes=("CHOL",)),
    "CPK increased": Term({1: ">ULN", 2: ">2.5*ULN", 3: ">5*ULN", 4: ">10*ULN"}, analytes=("CK",)),
    "Creatinine increased": Term(
        {1: ">ULN", 2: ">1.5*ULN or >1.5*BASE", 3: ">3*ULN or >3*BASE", 4: ">6*ULN"}, analytes=("CREA", "CREAT")
    ),
    "Haptoglobin decreased": Term({1: "<LLN"}, analytes=("HAPTOG",)),
    "Hemoglobin increased": Term({1: ">ULN", 2: ">ULN+20", 3: ">ULN+40"}, "g/L", analytes=("HGB",)),
    "Lipase increased": Term({1: ">ULN", 2: ">1.5*ULN", 3: ">5*ULN"}, analytes=("LIPASE",)),
    "Serum amylase increased": Term({1: ">ULN", 2: ">1.5*ULN", 3: ">5*ULN"}, analytes=("AMYLASE",)),
    "Lymphocyte count decreased": Term({1: "<LLN", 2: "<0.8", 3: "<0.5", 4: "<0.2"}, "10*9/L", analytes=("LYM",)),
    "Lymphocyte count increased": Term({2: ">4", 3: ">20"}, "10*9/L", analytes=("LYM",)),
    "Neutrophil count decreased": Term({1: "<LLN", 2: "<1.5", 3: "<1", 4: "<0.5"}, "10*9/L", analytes=("NEUT",)),
    "Platelet count decreased": Term({1: "<LLN", 2: "<75", 3: "<50", 4: "<25"}, "10*9/L", analytes=("PLT", "PLAT")),
    "White blood cell decreased": Term({1: "<LLN", 2: "<3", 3: "<2", 4: "<1"}, "10*9/L", analytes=("WBC",)),
    "Hypercalcemia": Term({1: ">ULN", 2: ">2.9", 3: ">3.1", 4: ">3.4"}, "mmol/L", analytes=("CACORR",)),
    "Hypocalcemia": Term({1: "<LLN", 2: "<2", 3: "<1.75", 4: "<1.5"}, "mmol/L", analytes=("CACORR",)),
    "Hyperkalemia": Term({1: ">ULN", 2: ">5.5", 3: ">6", 4: ">7"}, "mmol/L", analytes=("POTAS", "K")),
    "Hypokalemia": Term({1: "<LLN", 3: "<3", 4: "<2.5"}, "mmol/L", analytes=("POTAS", "K")),
    "Hypermagnesemia": Term({1: ">ULN", 3: ">1.23", 4: ">3.3"}, "mmol/L", analytes=("MAGN", "MG")),
    "Hypomagnesemia": Term({1: "<LLN", 2: "<0.5", 3: "<0.4", 4: "<0.3"}, "mmol/L", analytes=("MAGN", "MG")),
    "Hypernatremia": Term({1: ">ULN", 2: ">150", 3: ">155", 4: ">160"}, "mmol/L", analytes=("SODIUM",)),
    "Hyponatremia": Term({1: "<LLN", 2: "<130", 3: "<125", 4: "<120"}, "mmol/L", analytes=("SODIUM",)),
    "Hypertriglyceridemia": Term({1: ">1.71", 2: ">3.42", 3: ">5.7", 4: ">11.4"}, "mmol/L", analytes=("TRIG",)),
    "Hypoalbuminemia": Term({1: "<LLN", 2: "<30", 3: "<20"}, "g/L", analytes=("ALB",)),
    "Proteinuria": Term({1: ">=ULN", 2: ">=1.0", 3: ">=3.5"}, "g/(24.h)", analytes=("UPROT",)),
}
