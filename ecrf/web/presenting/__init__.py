"""From facts to what a page shows: frozen plain data in the reader's language. Knows no database and no request."""
