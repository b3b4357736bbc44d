"""The trail's chain: every entry has a seal, and each seal holds the one before it.

``sealing`` writes the chain beside the saves, ``verifying`` recomputes it, ``heads`` compares it with what was kept
outside of the database.
"""

from core.seals.chain import COLUMNS, sealed_bytes
from core.seals.heads import Head, HeadFileError, KeptHead, head, head_line, read_heads, why_not_of_the_chain
from core.seals.sealing import Pending, pending, seal_trail, unsealed
from core.seals.verifying import Fault, FaultKind, Verdict, verify

__all__ = [
    "COLUMNS",
    "Fault",
    "FaultKind",
    "Head",
    "HeadFileError",
    "KeptHead",
    "Pending",
    "Verdict",
    "head",
    "head_line",
    "pending",
    "read_heads",
    "seal_trail",
    "sealed_bytes",
    "unsealed",
    "verify",
    "why_not_of_the_chain",
]
