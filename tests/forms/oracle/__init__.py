"""A second evaluator of the expression language, written from the book alone, and what is random for it to run on."""
