"""Code lists: `NY: {Y: {en: Yes, zh-CN: 是}, …}`, the terms in the order in which they are offered."""

from re import fullmatch

from forms.codelists import Code, CodeList
from forms.loading.faults import Report
from forms.loading.fields import Fields
from forms.loading.package import Entry


def read_codelist(oid: str, entry: Entry, languages: tuple[str, ...], report: Report) -> CodeList:
    """One code list with its terms."""
    fields = Fields(entry.node, f"codelists/{oid}", report, languages)
    if not fields.node.entries:
        report.add(entry.node.mark, fields.path, "the code list has no terms")
    for code in fields.node.entries:
        if not fullmatch(r"[A-Za-z0-9_.:+/-]{1,40}", code):
            fields.wrong(code, f"{code!r} is no code", "letters, digits and _ . : + / - without spaces")
    return CodeList(oid, tuple(Code(code, fields.words(code)) for code in fields.node.entries))
