"""What a case report form is: definitions, values, units, expressions, checks, ranges. No clock, database, web."""
