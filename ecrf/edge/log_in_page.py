"""The page to log in on, shown wherever somebody has to, with the form that waits behind it."""

from flask import render_template, request

from ecrf.edge.keeping import Fields, fields_kept_before, is_foreign, kept_fields, own_path

_ADDRESSES = frozenset({"login.show", "login.enter"})


def is_log_in() -> bool:
    """Whether it was this page that was asked for, or sent."""
    return request.endpoint in _ADDRESSES


def log_in_page(message: str = "") -> str:
    """The page, saying why it is shown. It carries along the form that came without a session (which says enough), or
    that it carried before; what another site sends waits nowhere."""
    resume, kept = _waiting()
    return render_template(
        "login.html", message=message if is_log_in() or not kept else "", resume=resume, kept=kept,
        next=own_path(request.values.get("next")) or "" if is_log_in() else "",
        username=request.form.get("username", "")[:100] if is_log_in() else "",
    )  # fmt: skip


def _waiting() -> tuple[str, Fields]:
    """Where the waiting form goes, and its fields."""
    if is_foreign():
        return "", ()
    if is_log_in():
        return own_path(request.form.get("resume")) or "", fields_kept_before()
    kept = kept_fields()
    where = request.full_path if request.query_string else request.path
    return where if kept else "", kept


def confirm_page(fault: str = "") -> str:
    """The page on which somebody who is logged in gives the password again; the form that was sent waits on it."""
    if request.endpoint == "account.confirm":
        resume, kept = own_path(request.form.get("resume")) or "", fields_kept_before()
    else:
        resume, kept = request.full_path if request.query_string else request.path, kept_fields()
    return render_template("confirm.html", resume=resume, kept=kept, fault=fault)
