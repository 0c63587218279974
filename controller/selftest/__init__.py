"""`treadcoach selftest`: what this station can do, part by part, in words."""
