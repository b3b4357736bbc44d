"""«Como se cerró»: the plan out of a closing's document, beside today's figures and what made them differ."""
