"""The pages about people, roles, sites and one's own account, as the application takes them in."""

from ecrf.web import account, grants, links, people, roles, sessions, sites, tokens

PAGES = (account, grants, links, people, roles, sessions, sites, tokens)
