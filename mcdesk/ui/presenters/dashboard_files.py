"""The dashboard as files that others read: a table of all figures and lines, and a report for a browser."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from mcdesk import __version__
from mcdesk.ui.presenters import dashboard_tables as tables
from mcdesk.ui.presenters.dashboard_cards import cards_of
from mcdesk.ui.presenters.dashboard_lines import SPECS
from mcdesk.ui.presenters.dashboard_tables import TableText

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.figures.time_ranges import Series

_STYLE = """
:root { color-scheme: light dark; --line: #e3e6ec; --muted: #5d6878; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2.5rem auto; max-width: 66rem; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
p, small { color: var(--muted); } .cards { display: flex; flex-wrap: wrap; gap: .8rem; }
.cards div { border: 1px solid var(--line); border-radius: 10px; padding: .7rem 1rem; min-width: 11rem; }
.cards b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; color: var(--muted); }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
"""


def csv_text(found: "Dashboard") -> str:
    """All figures as rows of section, name, moment and value; what is not known is left out.

    Moments are UTC, and those of a line are where its steps begin.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("section", "name", "moment", "value"))
    writer.writerows(_figure_rows(found))
    for name, line in _lines(found):
        for moment, value in zip(line.moments, line.values, strict=True):
            if math.isfinite(value):
                writer.writerow(("line", name, _utc(moment), repr(value)))
    return file.getvalue()


def html_text(found: "Dashboard", drawings: Mapping[str, str]) -> str:
    """A report that stands alone.

    Args:
        drawings: the charts as SVG, by their names.
    """
    parts = [
        f"<h1>mcdesk dashboard</h1><p>{escape(found.period.range.title)}, until"
        f" {escape(tables.moment_text(found.period.end))}. Measured on this computer by mcdesk"
        f" {escape(__version__)}; a dash is what was not measured.</p>",
        _cards_html(found),
        *(_figure_html(spec.title, drawings[spec.name]) for spec in SPECS if spec.name in drawings),
        _table_html("Queries of the database", tables.query_table(found.queries)),
        _table_html("Shares of the device", tables.people_table(found)),
        _table_html("Admissions by tier", tables.lease_table(found)),
        "<h2>Capacity</h2>",
        *(f"<p>{escape(line)}</p>" for line in tables.capacity_lines(found.capacity)),
        _table_html("What was used", tables.utilisation_table(found.capacity)),
        _table_html("What the next step would give", tables.projection_table(found.capacity)),
        _table_html("Caching", tables.cache_table(found)),
        _table_html("Alerts", tables.alert_table(found.alerts)),
    ]
    head = f"<meta charset='utf-8'><title>mcdesk dashboard</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def rows_csv(text: TableText) -> str:
    """A table as it is shown."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows((text.headers, *text.rows))
    return file.getvalue()


def _figure_rows(found: "Dashboard") -> Iterator[Sequence[str]]:
    end, experience = _utc(found.period.end), found.experience
    for section, name, value in (
        *(("business", *each) for each in _fields("", found.kpis)),
        ("experience", "status", experience.status),
        *(("experience", *each) for each in _fields("progress_", experience.progress)),
        *(("experience", *each) for each in _fields("lag_", experience.lag)),
        *(
            ("queries", *each)
            for query in found.queries
            for each in _fields(f"{query.query_type.value}_", query)
        ),
    ):
        yield (section, name, end, str(value))
    if found.capacity.now is not None:
        for resource, share in found.capacity.now.utilisations.items():
            yield ("capacity", f"{resource.value}_utilisation", end, repr(share))


def _fields(prefix: str, value: object) -> Iterator[tuple[str, float]]:
    """The numbers of a frozen value that are known, with their names."""
    for name in getattr(value, "__dataclass_fields__", ()):
        number = getattr(value, name)
        if isinstance(number, int | float):
            yield prefix + name, number


def _lines(found: "Dashboard") -> "Iterator[tuple[str, Series]]":
    system = found.system
    for name in type(system).__dataclass_fields__:
        if name != "gpus":
            yield name, getattr(system, name)
    for gpu in system.gpus:
        for name in ("busy", "memory_used", "celsius", "watts"):
            yield f"gpu{gpu.ordinal}_{name}", getattr(gpu, name)
    yield "queue_waiting", found.scheduler.waiting
    yield "queue_admitted", found.scheduler.admitted
    yield "progress_p95_ms", found.experience.progress_series
    yield "interface_lag_p95_ms", found.experience.lag_series


def _cards_html(found: "Dashboard") -> str:
    cards = (
        f"<div>{escape(card.title)}<b>{escape(card.figure)}</b><small>{escape(card.note)}</small></div>"
        for card in cards_of(found)
    )
    return f"<div class='cards'>{''.join(cards)}</div>"


def _figure_html(title: str, drawing: str) -> str:
    # what stands before the drawing is for a file of its own
    body = drawing[drawing.find("<svg") :]
    return f"<h2>{escape(title)}</h2><figure>{body}</figure>"


def _table_html(title: str, text: TableText) -> str:
    heading = f"<h2>{escape(title)}</h2>"
    if not text.rows:
        return f"{heading}<p>{escape(text.empty)}</p>"
    head = "".join(f"<th>{escape(each)}</th>" for each in text.headers)
    rows = ("".join(f"<td>{escape(each)}</td>" for each in row) for row in text.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"{heading}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
