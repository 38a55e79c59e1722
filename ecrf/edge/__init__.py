"""One request, one transaction: who asks is found out here, what they did is committed here and nowhere else."""
