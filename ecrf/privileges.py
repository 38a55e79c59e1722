"""What the application's role may do on PostgreSQL, where it is not the owner of the tables (OWASP ASVS 13.2.2)."""

from collections.abc import Iterable

from audit.ddl import TRAIL, grants

# Counters of refused log-ins, what was typed and never saved and answers kept for a day are forgotten; nothing else is
# ever deleted, and the triggers hold that too.
FORGOTTEN = ("drafts", "kept_answers", "login_attempts")
# Sums of what stands elsewhere are computed anew.
DERIVED = ("place_tallies", "site_tallies", "subject_summaries", "visit_summaries")


def privileges(role: str, tables: Iterable[str]) -> tuple[str, ...]:
    """The statements that let a role (a plain identifier) work with these tables, run by their owner."""
    known = frozenset(tables)
    own = ", ".join(sorted(known - set(TRAIL)))
    return (
        f"GRANT SELECT, INSERT, UPDATE ON {own} TO {role}",
        f"GRANT DELETE ON {', '.join(sorted(known & {*FORGOTTEN, *DERIVED}))} TO {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
        *grants(role),
    )
