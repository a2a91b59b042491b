"""What writes programs, under one name; the parts stand in the modules imported here."""

from mcdesk.engine.instruction_writer import Value
from mcdesk.engine.program_draft import ProgramDraft
from mcdesk.engine.stage_builder import StageBuilder

__all__ = ["ProgramDraft", "StageBuilder", "Value"]
