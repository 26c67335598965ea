"""What a developer's commands share. Nothing that ships imports it."""
