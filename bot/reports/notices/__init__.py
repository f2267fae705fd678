"""Notice times: what came in is shown to moderators, and they are told of it."""
