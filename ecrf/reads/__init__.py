"""The questions pages ask; every read is scoped to what the actor may see."""
