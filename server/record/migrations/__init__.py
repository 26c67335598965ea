"""How the tables came to be, a step a module of `versions`; `env` carries them out for `..migrate`.

A new step is a module beside the others, written by hand, whose ``down_revision`` names the one before it. It
only adds, since older servers may still be running. A test holds what all of them make to what
`server.record.tables` says.
"""
