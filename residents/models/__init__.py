from residents.models.care import CareEvent, CarePlan
from residents.models.errand import Errand
from residents.models.exchange import Download, ImportRun, PersonalExport
from residents.models.guard import Policy, RetentionRun, RightsRequest, Unmasking
from residents.models.home import Dwelling, Household, Resident
from residents.models.record import Consent, RegisterEntry
from residents.models.venue import CheckItem, Venue
from residents.models.visit import CheckResult, Finding, Patrol, Visit, VisitPhoto

__all__ = [
    "CareEvent",
    "CarePlan",
    "CheckItem",
    "CheckResult",
    "Consent",
    "Download",
    "Dwelling",
    "Errand",
    "Finding",
    "Household",
    "ImportRun",
    "Patrol",
    "PersonalExport",
    "Policy",
    "RegisterEntry",
    "Resident",
    "RetentionRun",
    "RightsRequest",
    "Unmasking",
    "Venue",
    "Visit",
    "VisitPhoto",
]
