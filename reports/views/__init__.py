"""What readers see: ``home``, the whole ``plan`` and the ``sheets`` of what is in it."""
