"""Ways to score many calls: processes of this machine, workers of a cluster."""
