"""Formats in and out: files of other people's making, read and written without interpretation."""
