"""The command line: the same services as the pages, by the people who run the system."""
