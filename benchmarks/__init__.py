"""Our speed beside the limit of the machine, measured in one run: read the ratios, not the rates."""
