"""One module for each command of `handrail`, loaded only when that command is given."""
