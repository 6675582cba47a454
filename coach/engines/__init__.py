"""Ways to score many calls: processes of this machine, workers of a cluster."""

import os

# More processes than any machine has cores for; Windows waits for no more than these at once.
MOST_JOBS = 61 if os.name == "nt" else 256
