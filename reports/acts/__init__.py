"""What moved the figures of a period besides the figures themselves: thresholds, targets, corrections."""
