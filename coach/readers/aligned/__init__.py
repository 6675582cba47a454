"""What annotation tools, scoring files and recognisers write: words, segments and tiers aligned to the sound."""
