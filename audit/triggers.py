"""Triggers as data: what creates one in each database, so that the verifier can tell a true one from a false one."""

from dataclasses import dataclass
from typing import Protocol


class Trigger(Protocol):
    """Whatever names its table and itself, and says the statements that install it.

    On PostgreSQL these are its function, the trigger, and what puts it in force always.
    """

    @property
    def table(self) -> str:
        """The table it stands on."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def statements(self) -> tuple[str, ...]:
        """What installs it."""


@dataclass(frozen=True)
class SqliteTrigger:
    """A trigger of SQLite, which refuses when `when` holds, and says why."""

    name: str
    table: str
    moment: str
    says: str
    when: str | None = None

    @property
    def statements(self) -> tuple[str, ...]:
        """The statement that creates it, as SQLite will keep it."""
        when = f"\nWHEN {self.when}" if self.when else ""
        refuse = f"SELECT RAISE(ABORT, '{self.table}: {self.says}')"
        return (f"CREATE TRIGGER {self.name} {self.moment} ON {self.table}{when}\nBEGIN {refuse}; END",)

    @property
    def drop(self) -> tuple[str, ...]:
        """The statement that drops it."""
        return (f"DROP TRIGGER {self.name}",)


@dataclass(frozen=True)
class PostgresTrigger:
    """A trigger of PostgreSQL and its function of the same name; it refuses when `when` holds, and says why.

    `rows` triggers run for each row and see NEW and OLD; the others run once and, on INSERT, see the table `added`.
    Tables are named with their schema, so that no temporary table can stand in for them.
    """

    name: str
    table: str
    moment: str
    says: str
    when: str = "true"
    rows: bool = False

    @property
    def body(self) -> str:
        """The function's source."""
        return (
            f"\nBEGIN\n  IF {self.when} THEN\n"
            f"    RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = '{self.table}: {self.says}';\n"
            f"  END IF;\n  RETURN {'OLD' if self.moment == 'BEFORE DELETE' else 'NEW'};\nEND\n"
        )

    @property
    def clause(self) -> str:
        """Between the trigger's table and its function, in the words in which PostgreSQL tells it back."""
        if self.rows:
            return "FOR EACH ROW"
        seen = "REFERENCING NEW TABLE AS added " if self.moment == "AFTER INSERT" else ""
        return f"{seen}FOR EACH STATEMENT"

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements that create the function and the trigger, in force even for replicas."""
        function = f"public.{self.name}()"
        when = f"{self.moment} ON public.{self.table} {self.clause}"
        return (
            f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $body${self.body}$body$",
            f"CREATE TRIGGER {self.name} {when} EXECUTE FUNCTION {function}",
            f"ALTER TABLE public.{self.table} ENABLE ALWAYS TRIGGER {self.name}",
        )

    @property
    def drop(self) -> tuple[str, ...]:
        """The statements that drop both."""
        return (f"DROP TRIGGER {self.name} ON public.{self.table}", f"DROP FUNCTION public.{self.name}()")
