"""Server-rendered pages: read input, one service or one read, show the outcome."""
