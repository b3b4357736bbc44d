"""«Como se publicó»: the plan out of a closing's document, beside today's figures and what made them differ."""
