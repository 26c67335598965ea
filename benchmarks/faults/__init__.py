"""What a server does when too much is asked of it, when its clients misbehave, and when something breaks."""
