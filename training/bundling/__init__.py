"""From runs to bundles, and from bundles to one."""
