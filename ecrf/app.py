"""The one file that imports everything: it puts the application together."""

import os
from pathlib import Path

import click
from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from audit.canonical import flat_json
from ecrf import db, i18n, logs, security
from ecrf.api import contract as api
from ecrf.cli import backup as backup_commands
from ecrf.cli import demo as demo_command
from ecrf.cli import hold as hold_commands
from ecrf.cli import laboratory as laboratory_commands
from ecrf.cli import listing as listing_commands
from ecrf.cli import people as people_commands
from ecrf.cli import plan as plan_commands
from ecrf.cli import query as query_commands
from ecrf.cli import record as record_commands
from ecrf.cli import site as site_commands
from ecrf.cli import study as study_commands
from ecrf.cli import subject as subject_commands
from ecrf.cli import summary as summary_commands
from ecrf.cli import trail as trail_commands
from ecrf.cli import visit as visit_commands
from ecrf.config import Settings, from_environment
from ecrf.edge import answers, identity, meters, rates, reception
from ecrf.edge.transactions import Application
from ecrf.models import (
    attempts,
    drafts,
    grants,
    kept_answers,
    looks,
    passwords,
    sessions,
    summaries,
    tokens,
    users,
    watched,
)
from ecrf.services import trail_guard
from ecrf.services.passwords import hash_cheaply
from ecrf.web import (
    administration,
    bulk_holds,
    casebook,
    completeness,
    findings,
    form_lists,
    forms,
    health,
    holds,
    home,
    listings,
    login,
    metrics,
    planning,
    printing,
    queries,
    reading,
    results,
    shell,
    states,
    statuses,
    studies,
    subjects,
    trail,
    trail_exports,
    visits,
    wide_holds,
)
from ecrf.web import drafts as draft_pages
from ecrf.web import help as help_pages
from ecrf.web import looks as look_pages

ROOT = Path(__file__).parents[1]
PAGES = (
    health,
    metrics,
    login,
    home,
    studies,
    subjects,
    casebook,
    visits,
    planning,
    results,
    forms,
    form_lists,
    draft_pages,
    states,
    statuses,
    queries,
    findings,
    completeness,
    bulk_holds,
    wide_holds,
    reading,
    printing,
    look_pages,
    holds,
    trail,
    listings,
    trail_exports,
    help_pages,
)
COMMANDS = (
    people_commands.people,
    site_commands.site,
    study_commands.study,
    laboratory_commands.laboratory,
    subject_commands.subject,
    visit_commands.visit,
    plan_commands.plan,
    summary_commands.summary,
    record_commands.record,
    query_commands.query,
    hold_commands.hold,
    trail_commands.trail,
    backup_commands.backup,
    demo_command.demo,
    listing_commands.listing,
)
TABLES = (attempts, drafts, grants, kept_answers, looks, passwords, sessions, summaries, tokens, users, watched)
"""Imported so that the metadata is whole, whoever asks for it."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with these settings; without any, with those of the environment."""
    chosen = settings or from_environment(os.environ, serving=_is_serving(), root=ROOT)
    app = Application("ecrf")
    app.extensions["ecrf"] = chosen
    app.config.update(_flask_settings(chosen))
    hash_cheaply(chosen.testing)
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _install(app, chosen)
    return app


def _install(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        trail_guard.watch(db.db.engine)
    Migrate(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    i18n.init_app(app)
    security.init_app(app, settings)
    logs.init_app(app)
    meters.init_app(app)
    rates.limiter.init_app(app)
    identity.init_app(app)
    reception.init_app(app)
    answers.init_app(app)
    shell.init_app(app)
    for page in (*PAGES, *administration.PAGES):
        app.register_blueprint(page.blueprint)
    api.init_app(app)
    for group in COMMANDS:
        app.cli.add_command(group)


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "TESTING": settings.testing,
        "PROPAGATE_EXCEPTIONS": False,
        "RATELIMIT_ENABLED": bool(settings.log_in_rate),
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.max_body_bytes,
        "MAX_FORM_PARTS": 5000,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "PREFERRED_URL_SCHEME": "http" if settings.demo else "https",
    }


def _engine_options(url: str) -> dict[str, object]:
    """A document has one spelling; nobody waits for a lock for ever; a connection left in a transaction is not kept,
    nor is one that the database has closed meanwhile."""
    spelling = {"json_serializer": flat_json, "hide_parameters": True}  # errors are told without the values in them
    if url.startswith("sqlite"):
        return {**spelling}
    limits = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
    return {**spelling, "connect_args": {"options": limits}, "pool_recycle": 1800, "pool_pre_ping": True}


def _is_serving() -> bool:
    """Whether this is a server: not a `flask` command other than `flask run`."""
    command = click.get_current_context(silent=True)
    return command is None or command.info_name == "run"
