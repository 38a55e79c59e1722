"""Typed functions of the expression language, registered by name, each with its source and worked values."""
