"""The declarative flow, its grammars and the deterministic dialogue engine.

Everything here is pure Python: no Django, no database, no clock of its own beyond the date a caller
passes in. Web, workers and tests use the same code. Start reading at `definition` (what a flow is),
then `grammar` (text to value), `commands` (what may be asked of the engine), `understanding` (text to
commands) and `dialogue` (the engine, the only writer of a state).
"""
