"""Study packages as folders of YAML, read into one frozen study or into all their faults."""
