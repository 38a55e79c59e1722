"""Tests about the house itself: its floors, its sizes, its words, its top shelf."""
