"""An installation measured from outside: ``people`` makes whom ``load`` signs in and lets work."""
