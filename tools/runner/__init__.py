"""What ./test's runners share: a server of their own, a receiver, the reading of cases."""
