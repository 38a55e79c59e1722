"""Who may do what: one enum of permissions, one table of grants, one scope for each kind of thing."""
