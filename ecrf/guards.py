"""What the database itself refuses on the tables of clinical data, as triggers for both databases.

- no watched row is ever removed or replaced;
- `records` and `holds` move only together with a new entry of the trail that tells of it;
- a record stays where it stands;
- frozen and locked data do not move, whoever asks: a page, the API, a job or a hand-written statement;
- a hold is only ever lifted, never rewritten, but for the site that it moves to with its subject;
- a subject with a lock on it moves to no other site, and its status stays while it is held as a whole;
- no subject begins at a site that is held, or leaves it, or comes to it;
- a visit, a form or a row does not go or come back while anything in it is held, and what has gone does not move.

Migrations install these, so a later change is a new function beside the old one. The trail's own are in `audit.ddl`.
"""

from collections.abc import Iterator

from audit.row_guards import Key, keeps_rows, names_entries
from audit.triggers import PostgresTrigger, SqliteTrigger, Trigger

_ID: Key = ("id",)
FIRST_TABLES: dict[str, tuple[Key, ...]] = {
    "studies": (_ID, ("oid",), ("name",)),
    "study_versions": (_ID, ("study_id", "number")),
    "site_versions": (_ID, ("site_id", "in_force_from")),
    "sites": (_ID, ("study_id", "code")),
    "subjects": (_ID, ("study_id", "screening_number"), ("study_id", "subject_number")),
    "events": (_ID, ("subject_id", "oid", "instance")),
    "records": (_ID, ("event_id", "form", "row")),
    "queries": (_ID, ("subject_id", "number"), ("record_id", "check_id")),
    "query_messages": (_ID,),
    "holds": (_ID,),
    "stale_marks": (_ID,),
    "laboratories": (_ID, ("study_id", "code")),
    "reference_ranges": (_ID,),
    "users": (_ID, ("username_key",)),
    "grants": (_ID,),
    "api_tokens": (_ID, ("token_hash",)),
}
"""The tables whose rows stay, each with its primary and its unique keys: SQLite's REPLACE removes by any of them."""

PLANNING_TABLES: dict[str, tuple[Key, ...]] = {
    "planned_visits": (_ID, ("subject_id", "event", "instance")),
    "site_plans": (_ID, ("site_id",)),
}
"""The same for the tables of what is planned."""

KEPT_TABLES = {**FIRST_TABLES, **PLANNING_TABLES}
"""All of them."""

NAMING_TABLES = ("records", "holds")
"""The tables whose rows name, by `chain` and `sequence`, the entry of their last change."""

STAYS_PUT = "a record stays where it stands"
HELD = "held: this is frozen or locked"
ONLY_LIFTED = "a hold is only ever lifted"
GONE = "gone: this was removed or not done"

_PLACE = ("study_id", "subject_id", "event_id", "event", "instance", "form", "row")
_HOLD = (
    "study_id", "site_id", "subject_id", "level", "kind", "event_id", "form", "record_id", "item", "reason", "held_at",
    "held_by",
)  # fmt: skip
_OF_HOLD = tuple(column for column in _HOLD if column != "site_id")
_OF_RECORD = (*_PLACE, "study_version", "state", "revision", "data")
# A hold reaches a record from each of its levels.
_IS_HELD = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.subject_id = {r}.subject_id
        AND hold.lifted_at IS NULL AND (hold.level = 'subject'
            OR (hold.level = 'form' AND hold.event_id = {r}.event_id AND hold.form = {r}.form)
            OR (hold.level = 'record' AND hold.record_id = {r}.id)))"""
_HELD_ITEM_MOVES = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.record_id = OLD.id
        AND hold.level = 'item' AND hold.lifted_at IS NULL AND {moves})"""
# What goes takes with it what stands under it: the items of a record, the rows of a form, the records of a visit.
_HELD_UNDER = """(NEW.state IN ('not_done', 'removed') OR OLD.state IN ('not_done', 'removed'))
    AND EXISTS (SELECT 1 FROM {schema}holds AS hold JOIN {schema}records AS held ON held.id = hold.record_id
        WHERE hold.lifted_at IS NULL AND held.event_id = OLD.event_id AND held.form = OLD.form
        AND (held.id = OLD.id OR OLD."row" = 0))"""
_HELD_IN_VISIT = """EXISTS (SELECT 1 FROM {schema}holds AS hold
        LEFT JOIN {schema}records AS held ON held.id = hold.record_id
        WHERE hold.subject_id = OLD.subject_id AND hold.lifted_at IS NULL
        AND (hold.level = 'subject' OR hold.event_id = OLD.id OR held.event_id = OLD.id))"""
_HELD_SUBJECT = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.subject_id = NEW.subject_id
        AND hold.level = 'subject' AND hold.lifted_at IS NULL)"""
_LOCKED = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.subject_id = OLD.id
        AND hold.kind = 'lock' AND hold.lifted_at IS NULL)"""
_HAS_GONE = """((OLD.state IN ('not_done', 'removed') AND NEW.state = OLD.state)
    OR EXISTS (SELECT 1 FROM {schema}events AS visit WHERE visit.id = OLD.event_id AND visit.state <> 'started'))"""
# Since 0015: of a subject itself, of its site, or of its study; and what of it a level reaches.
_HOLDS = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.lifted_at IS NULL{kind}
        AND {over} AND ({reached}))"""
_OVER = """(hold.subject_id = {subject} OR (hold.subject_id IS NULL AND hold.study_id = {r}.study_id
            AND (hold.site_id IS NULL OR hold.site_id = {r}.site_id)))"""
_WHOLE = "hold.level IN ('subject', 'site', 'study')"
_REACHES = """{whole} OR (hold.level = 'event' AND hold.event_id = {r}.event_id)
            OR (hold.level = 'form' AND hold.event_id = {r}.event_id AND hold.form = {r}.form)
            OR (hold.level = 'record' AND hold.record_id = {r}.id)"""
_UNDER_VISIT = """{whole} OR hold.event_id = {r}.id
            OR hold.record_id IN (SELECT id FROM {schema}records WHERE event_id = {r}.id)"""
_AT_SITE = """EXISTS (SELECT 1 FROM {schema}holds AS hold WHERE hold.lifted_at IS NULL AND hold.level = 'site'
        AND hold.site_id IN (OLD.site_id, NEW.site_id))"""
# In SQLite a document can hold a key twice, and readers differ in which one they see: all are compared.
_ITEM_MOVES = {
    "sqlite": """(SELECT json_group_array(value) FROM json_each(NEW.data) WHERE key = hold.item)
            IS NOT (SELECT json_group_array(value) FROM json_each(OLD.data) WHERE key = hold.item)""",
    "postgresql": "NEW.data -> hold.item IS DISTINCT FROM OLD.data -> hold.item",
}  # fmt: skip


def guards(dialect: str) -> tuple[Trigger, ...]:
    """All guards of clinical data for `sqlite` or `postgresql`, in the order in which they are installed."""
    return joined(*guards_before_levels(dialect), *level_guards(dialect))


def guards_before_levels(dialect: str) -> tuple[Trigger, ...]:
    """Those that stood before visits, sites and studies could be held."""
    since = (*state_guards(dialect), *subject_guards(dialect), *planning_guards(dialect))
    return joined(*first_guards(dialect), *since)


def joined(*triggers: Trigger) -> tuple[Trigger, ...]:
    """The triggers, a later one in the place of an earlier one of its name."""
    newest = {trigger.name: trigger for trigger in triggers}
    return tuple(trigger for trigger in triggers if newest[trigger.name] is trigger)


def planning_guards(dialect: str) -> tuple[Trigger, ...]:
    """What was planned is moved and cleared, never removed."""
    return tuple(guard for table, keys in PLANNING_TABLES.items() for guard in keeps_rows(dialect, table, keys))


def first_guards(dialect: str) -> tuple[Trigger, ...]:
    """Those that stand since there are clinical data."""
    return tuple(_guards(dialect))


def guards_of(dialect: str, table: str) -> tuple[Trigger, ...]:
    """The first guards of one table: SQLite loses them when the table is built anew."""
    return tuple(trigger for trigger in first_guards(dialect) if trigger.table == table)


def state_guards(dialect: str) -> tuple[Trigger, ...]:
    """What has gone stays as it was, and nothing held goes."""
    schema = "public." if dialect == "postgresql" else ""
    goes = _moves(dialect, ("state",))
    data = 'NEW."data" IS DISTINCT FROM OLD."data"' if dialect == "postgresql" else 'NEW."data" IS NOT OLD."data"'
    return (
        _refusal(dialect, "records_goes_free", "records", "BEFORE UPDATE", HELD,
                 f"({goes}) AND {_HELD_UNDER.format(schema=schema)}"),
        _refusal(dialect, "records_gone", "records", "BEFORE UPDATE", GONE,
                 f"({data}) AND {_HAS_GONE.format(schema=schema)}"),
        _refusal(dialect, "events_goes_free", "events", "BEFORE UPDATE", HELD,
                 f"({goes}) AND {_HELD_IN_VISIT.format(schema=schema)}"),
        _refusal(dialect, "events_held_new", "events", "BEFORE INSERT", HELD,
                 _HELD_SUBJECT.format(schema=schema)),
    )  # fmt: skip


def subject_guards(dialect: str) -> tuple[Trigger, ...]:
    """A subject moves to another site with all its rows, holds among them, where nothing of it is locked. Two of these
    stand in the place of first guards."""
    schema = "public." if dialect == "postgresql" else ""
    held = _IS_HELD.format(schema=schema, r="OLD")
    locked = held.replace("hold.lifted_at IS NULL", "hold.lifted_at IS NULL AND hold.kind = 'lock'")
    site, others = _moves(dialect, ("site_id",)), _moves(dialect, _OF_RECORD)
    rewritten, lifts = _moves(dialect, _OF_HOLD), _moves(dialect, ("lifted_at",))
    return (
        _refusal(dialect, "records_held", "records", "BEFORE UPDATE", HELD,
                 f"{held}\n    AND NOT ({site} AND NOT ({others}) AND NOT {locked})"),
        _refusal(dialect, "holds_only_lifted", "holds", "BEFORE UPDATE", ONLY_LIFTED,
                 f"{rewritten}\n    OR NOT ((OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL AND NOT ({site}))\n"
                 f"        OR ({site} AND NOT ({lifts}) AND (OLD.lifted_at IS NOT NULL OR OLD.kind = 'freeze')))"),
        _refusal(dialect, "subjects_held", "subjects", "BEFORE UPDATE", HELD,
                 f"({_moves(dialect, ('status', 'subject_number'))}) AND {_HELD_SUBJECT.format(schema=schema)}"
                 .replace("NEW.subject_id", "NEW.id")),
        _refusal(dialect, "subjects_locked", "subjects", "BEFORE UPDATE", HELD,
                 f"{site} AND {_LOCKED.format(schema=schema)}"),
    )  # fmt: skip


def level_guards(dialect: str) -> tuple[Trigger, ...]:
    """A hold reaches a record from the visit, the site and the study, too; most stand in the place of earlier ones."""
    site, others, goes = (_moves(dialect, columns) for columns in (("site_id",), _OF_RECORD, ("state",)))
    rewritten, lifts = _moves(dialect, _OF_HOLD), _moves(dialect, ("lifted_at",))
    moves_alone = f"({site} AND NOT ({others}) AND NOT {_over(dialect, 'OLD', _REACHES, kind='lock')})"
    return (
        _refusal(dialect, "records_held", "records", "BEFORE UPDATE", HELD,
                 f"{_over(dialect, 'OLD', _REACHES)}\n    AND NOT {moves_alone}"),
        _refusal(dialect, "records_held_new", "records", "BEFORE INSERT", HELD, _over(dialect, "NEW", _REACHES)),
        _refusal(dialect, "events_goes_free", "events", "BEFORE UPDATE", HELD,
                 f"({goes}) AND {_over(dialect, 'OLD', _UNDER_VISIT)}"),
        _refusal(dialect, "events_held_new", "events", "BEFORE INSERT", HELD, _over(dialect, "NEW", _WHOLE)),
        *_of_subjects(dialect),
        _refusal(dialect, "holds_only_lifted", "holds", "BEFORE UPDATE", ONLY_LIFTED,
                 f"{rewritten}\n    OR NOT ((OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL AND NOT ({site}))\n"
                 f"        OR ({site} AND OLD.subject_id IS NOT NULL AND NOT ({lifts})\n"
                 f"            AND (OLD.lifted_at IS NOT NULL OR OLD.kind = 'freeze')))"),
    )  # fmt: skip


def _of_subjects(dialect: str) -> Iterator[Trigger]:
    """What of a subject itself stays: its status, its site, and that it is not there yet."""
    status, site = _moves(dialect, ("status", "subject_number")), _moves(dialect, ("site_id",))
    at_site = _AT_SITE.format(schema=_schema(dialect))
    locked = _over(dialect, "OLD", "TRUE", "id", kind="lock")
    held, new = (_over(dialect, row, _WHOLE, "id") for row in ("OLD", "NEW"))
    yield _refusal(dialect, "subjects_held", "subjects", "BEFORE UPDATE", HELD, f"({status}) AND {held}")
    yield _refusal(dialect, "subjects_held_new", "subjects", "BEFORE INSERT", HELD, new)
    yield _refusal(dialect, "subjects_locked", "subjects", "BEFORE UPDATE", HELD,
                   f"({site}) AND ({locked} OR {at_site})")  # fmt: skip


def _over(dialect: str, row: str, reached: str, subject: str = "subject_id", *, kind: str = "") -> str:
    """That something stands over a row of a subject, its site or its study and reaches it."""
    schema = _schema(dialect)
    reached = reached.format(r=row, whole=_WHOLE, schema=schema)
    of_kind = f" AND hold.kind = '{kind}'" if kind else ""
    over = _OVER.format(subject=f"{row}.{subject}", r=row)
    return _HOLDS.format(schema=schema, over=over, reached=reached, kind=of_kind)


def _schema(dialect: str) -> str:
    return "public." if dialect == "postgresql" else ""


def _guards(dialect: str) -> Iterator[Trigger]:
    for table, keys in FIRST_TABLES.items():
        yield from keeps_rows(dialect, table, keys)
    for table in NAMING_TABLES:
        yield from names_entries(dialect, table)
    schema = "public." if dialect == "postgresql" else ""
    now, then = (_IS_HELD.format(schema=schema, r=row) for row in ("NEW", "OLD"))
    moves = _HELD_ITEM_MOVES.format(schema=schema, moves=_ITEM_MOVES[dialect])
    yield _refusal(dialect, "records_stays_put", "records", "BEFORE UPDATE", STAYS_PUT, _moves(dialect, _PLACE))
    yield _refusal(dialect, "records_held", "records", "BEFORE UPDATE", HELD, then)
    yield _refusal(dialect, "records_held_new", "records", "BEFORE INSERT", HELD, now)
    yield _refusal(dialect, "records_held_item", "records", "BEFORE UPDATE", HELD, moves)
    rewritten = f"OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL\n    OR {_moves(dialect, _HOLD)}"
    yield _refusal(dialect, "holds_only_lifted", "holds", "BEFORE UPDATE", ONLY_LIFTED, rewritten)


def _refusal(dialect: str, name: str, table: str, moment: str, says: str, when: str) -> Trigger:
    if dialect == "postgresql":
        return PostgresTrigger(name, table, moment, says, when, rows=True)
    return SqliteTrigger(name, table, moment, says, when)


def _moves(dialect: str, columns: tuple[str, ...]) -> str:
    differs = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
    return "\n    OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)
