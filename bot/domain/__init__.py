"""The group's rules as pure values and functions: the standard library only, no await, no clock."""
