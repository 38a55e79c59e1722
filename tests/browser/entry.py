"""The screening visit as it is typed on the pages."""

VISIT = {"VISDAT": "2026-03-04", "VISOCC": "Y"}
DEMOGRAPHY = {
    "RFICDAT": "2026-03-03", "RFICTIM": "10:15", "RFICVER": "v1.2 2025-12-01", "BRTHDAT": "1991-06-30", "SEX": "M",
    "ETHNICCN": "HAN", "CHILDPOT": "NA", "ADMDAT": "2026-03-02",
}  # fmt: skip
SAMPLE = {"LABID": "LAB_A", "LBDTC": "2026-03-04", "LBDTC.time": "08:00"}
HAEMATOLOGY = {**SAMPLE, "WBC": "5.4", "PLT.unit": "/uL", "PLT": "50000", "PLT_CS": "N"}
CHEMISTRY = {**SAMPLE, "FASTING": "Y", "ALT": "80", "ALT_CS": "N", "AST": "24", "TBIL": "9.5"}
FORMS = {"SV": VISIT, "DM": DEMOGRAPHY, "HEM": HAEMATOLOGY, "CHEM": CHEMISTRY}


def form_at(subject: str, form: str) -> str:
    """The address of a form of the screening visit."""
    return f"/subjects/{subject}/SE.SCR/{form}"
