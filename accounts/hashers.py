"""How passwords are kept: Argon2id, which takes its memory from whoever guesses and little time from who signs in.

Django's own parameters (100 MB, 8 lanes) and its PBKDF2 both take a fifth of a second of a core; the fifth working day
begins with a town hall that signs in within a minute.
"""

from django.contrib.auth import hashers


class Argon2id(hashers.Argon2PasswordHasher):
    """With OWASP's parameters (Password Storage Cheat Sheet): 19 MiB, twice, one lane."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
