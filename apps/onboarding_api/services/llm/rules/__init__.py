"""The rules of the embedded maker: versioned, each citing the answers it rests on.

`book.RULES` lists them in the order they are applied; `assemble.make_proposal` applies them. A rule is a
plain function of the brief (answers, uploads, surroundings) and the draft so far. Changing what a rule
proposes raises its version. Nothing here is shared with the checker, so that one mistake cannot make both
agree.
"""
