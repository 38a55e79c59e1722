"""Tables: one file for each noun. Policy, services and reads stand above them."""
