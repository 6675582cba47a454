"""Why a rule came out as it did on one call, step by step."""
