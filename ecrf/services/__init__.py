"""The only writers: permission, state, compute, write, trail. They never commit and never know HTTP."""
