"""What a change was: the append-only trail, its hashes, its guards in the database and its verifier.

Knows neither the forms nor the application: it takes plain texts, and SQLAlchemy Core is all it stands on.
"""
