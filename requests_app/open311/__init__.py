"""Open311 GeoReport v2: how apps of other cities' making tell matters here and follow them.

The specification: http://wiki.open311.org/GeoReport_v2 (frozen). What it leaves open is decided
in docs/decisions/0047; docs/open311.md says it to the developer of an app.
"""
