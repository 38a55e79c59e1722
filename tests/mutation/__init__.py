"""Mutation tests: what the tests of `forms` would not notice if it were written otherwise."""
