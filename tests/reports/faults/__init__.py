"""A place where what the desk does is broken off at each of its steps, and looked at afterwards."""
