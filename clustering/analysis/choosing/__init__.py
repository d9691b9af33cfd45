"""How many groups: what each number scores, what songs without groups would score, and the rule."""
