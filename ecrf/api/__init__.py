"""The API, `/api/v1`: the same acts and reads as the pages, in JSON, for programs that show a bearer token."""
