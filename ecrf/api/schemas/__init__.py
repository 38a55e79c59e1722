"""What the API takes and gives, one file for each noun: shapes and their examples, no decisions."""
