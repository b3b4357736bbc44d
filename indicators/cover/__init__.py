"""Who answers for each department's months, and where and when nobody will."""
