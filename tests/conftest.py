"""Settings of all tests."""

from hypothesis import settings

# A busy machine must not fail a property: no deadline for a single example.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
